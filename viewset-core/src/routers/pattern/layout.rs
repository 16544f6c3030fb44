//! A pattern as the prefix tree takes it: cut at its slashes.

use regex::Regex;

use super::constraint::within_segment;
use super::syntax::{anchored, looks_around};
use super::{Piece, Placeholder};

/// A pattern cut at its slashes, one step a segment, as far as that goes: from the first segment
/// that a step cannot express, the rest is one regex.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) steps: Vec<Piece>,
    /// Matches the rest of a path after the steps, anchored at both ends.
    pub(crate) tail: Option<Regex>,
}

impl Layout {
    pub(super) fn new(pieces: &[Piece]) -> Result<Layout, regex::Error> {
        let segments = segments(pieces);
        // `^` and `\b` look at what stands before them, so they have to see the whole path.
        let whole = pieces.iter().any(|piece| match piece {
            Piece::Literal(_) => false,
            Piece::Placeholder(placeholder) => looks_around(&placeholder.constraint.text),
        });
        let steps: Vec<Piece> =
            if whole { Vec::new() } else { segments.iter().map_while(|s| step(s)).collect() };
        let tail = &segments[steps.len()..];
        let tail = if tail.is_empty() { None } else { Some(anchored(&tail_regex(tail))?) };
        Ok(Layout { steps, tail })
    }

    /// The steps that have to be walked for the values of all arguments: what stands behind the last of them does not
    /// matter.
    pub(crate) fn steps_with_values(&self) -> &[Piece] {
        if self.tail.is_some() {
            return &self.steps;
        }
        let is_placeholder = |step: &Piece| matches!(step, Piece::Placeholder(_));
        let count = self.steps.iter().rposition(is_placeholder).map_or(0, |last| last + 1);
        self.steps.get(..count).unwrap_or_default()
    }
}

/// The pieces of each segment; an empty segment has none.
fn segments(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut done = Vec::new();
    let mut segment = Vec::new();
    for piece in pieces {
        let Piece::Literal(literal) = piece else {
            segment.push(piece.clone());
            continue;
        };
        for (index, text) in literal.split('/').enumerate() {
            if index > 0 {
                done.push(std::mem::take(&mut segment));
            }
            if !text.is_empty() {
                segment.push(Piece::Literal(text.to_owned()));
            }
        }
    }
    done.push(segment);
    done
}

fn step(segment: &[Piece]) -> Option<Piece> {
    match segment {
        [] => Some(Piece::Literal(String::new())),
        [Piece::Placeholder(p)] if !within_segment(&p.constraint.text) => None,
        [piece] => Some(piece.clone()),
        _ => None,
    }
}

fn tail_regex(segments: &[Vec<Piece>]) -> String {
    let regex_of = |piece: &Piece| match piece {
        Piece::Literal(literal) => regex::escape(literal),
        Piece::Placeholder(Placeholder { name, constraint }) => {
            format!("(?P<{name}>{})", constraint.text)
        }
    };
    let segments: Vec<String> =
        segments.iter().map(|segment| segment.iter().map(regex_of).collect()).collect();
    segments.join("/")
}
