//! What does a URL pattern say? Reads `users/{pk}/logins/{year:[0-9]{4}}/`, and writes paths
//! (`reverse`) from it.
//!
//! Finding the pattern that a path matches is left to [`tree`](super::tree), to which a pattern
//! hands itself as a [`Layout`].

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

mod constraint;
mod error;
mod layout;
mod parse;
mod syntax;

pub(crate) use constraint::Constraint;
pub use error::{FillError, PatternError};
pub(crate) use layout::Layout;
pub use syntax::{RegexToken, regex_tokens};

use error::Problem;
use parse::Parser;
use syntax::one_line;

/// What `{name}` without a regex matches.
const SEGMENT: &str = "[^/]+";

/// What Django's `reverse` escapes: `quote(url, safe="/~:@!$&'()*+,;=")`.
pub(crate) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'/')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// A URL pattern, relative (no leading slash), such as `users/{pk}/logins/{year:[0-9]{4}}/`.
///
/// | written | matches |
/// |---|---|
/// | `{name}` | `[^/]+`, as the argument `name` |
/// | `{name:regex}` | what the regex matches; braces in it are balanced, escaped or in a class |
/// | `(?P<name>regex)` | the same, in Django's spelling |
/// | `{{`, `}}` | a brace |
/// | anything else | itself |
///
/// Groups inside a regex are allowed and do not become arguments. The syntax of the regexes is
/// that of the `regex` crate, without its verbose mode. Two patterns are equal if they are spelt
/// the same once normalised (see [`as_str`](Self::as_str)).
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
    layout: Layout,
    stem: Layout,
}

/// A stretch of a pattern, for adapters that spell it for another router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stands for itself.
    Literal(&'a str),
    /// An argument.
    Placeholder {
        /// Its name.
        name: &'a str,
        /// What it has to match as a whole; groups in it have no names.
        regex: &'a str,
    },
}

/// A stretch of a pattern.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Text that stands for itself.
    Literal(String),
    /// An argument.
    Placeholder(Placeholder),
}

/// An argument of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct Placeholder {
    pub(crate) name: String,
    pub(crate) constraint: Constraint,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A brace without its partner, a name that is missing, used twice or no identifier, and a
    /// regex that does not compile.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let pieces = Parser::new(text).run()?;
        let layout = |pieces: &[Piece]| {
            Layout::new(pieces)
                .map_err(|error| PatternError::new(text, 0, Problem::Regex(one_line(&error))))
        };
        Ok(Pattern {
            text: pieces.iter().map(|piece| piece.spelt(true)).collect(),
            layout: layout(&pieces)?,
            stem: layout(&without_trailing_slashes(&pieces))?,
            pieces,
        })
    }

    /// The pattern in its normal spelling: `(?P<pk>[^/]+)` and `{pk:[^/]+}` are `{pk}`, and groups
    /// in regexes have lost their names.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of the arguments, in the order of the path.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.placeholders().map(|placeholder| placeholder.name.as_str())
    }

    /// The path with values for the arguments, percent-encoded as Django's `reverse` does. `lookup`
    /// is called with the name of each argument and its index among them.
    ///
    /// # Errors
    ///
    /// An argument without a value, or with one that its regex does not match as a whole.
    pub fn fill<'a>(
        &self,
        mut lookup: impl FnMut(&str, usize) -> Option<Cow<'a, str>>,
    ) -> Result<String, FillError> {
        let mut path = String::with_capacity(self.text.len());
        let mut index = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => path.push_str(literal),
                Piece::Placeholder(placeholder) => {
                    let value = lookup(&placeholder.name, index);
                    path.push_str(&self.checked(placeholder, value)?);
                    index += 1;
                }
            }
        }
        Ok(utf8_percent_encode(&path, ESCAPED).to_string())
    }

    fn checked<'a>(
        &self,
        Placeholder { name, constraint }: &Placeholder,
        value: Option<Cow<'a, str>>,
    ) -> Result<Cow<'a, str>, FillError> {
        let error = |value| FillError {
            pattern: self.text.clone(),
            name: name.clone(),
            regex: constraint.text.clone(),
            value,
        };
        let value = value.ok_or_else(|| error(None))?;
        if constraint.accepts(&value) { Ok(value) } else { Err(error(Some(value.into_owned()))) }
    }

    /// The literal text and the placeholders, in the order of the path.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => Part::Literal(text),
            Piece::Placeholder(Placeholder { name, constraint }) => {
                Part::Placeholder { name, regex: constraint.as_str() }
            }
        })
    }

    /// The pattern with the names left out: equal for two patterns that match the same paths for
    /// the same reason.
    pub(crate) fn shape(&self) -> String {
        self.pieces.iter().map(|piece| piece.spelt(false)).collect()
    }

    /// The pattern, cut at its slashes.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The pattern without the slashes at its end, to which a format suffix can be added.
    pub(crate) fn stem(&self) -> &Layout {
        &self.stem
    }

    fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Placeholder(placeholder) => Some(placeholder),
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Piece {
    fn spelt(&self, named: bool) -> String {
        match self {
            Piece::Literal(literal) => literal.replace('{', "{{").replace('}', "}}"),
            Piece::Placeholder(Placeholder { name, constraint }) => {
                spelt_placeholder(if named { name } else { "" }, &constraint.text)
            }
        }
    }
}

fn spelt_placeholder(name: &str, regex: &str) -> String {
    if regex == SEGMENT { format!("{{{name}}}") } else { format!("{{{name}:{regex}}}") }
}

/// DRF's `rstrip('/')` in `format_suffix_patterns`: all slashes at the end, not just one.
fn without_trailing_slashes(pieces: &[Piece]) -> Cow<'_, [Piece]> {
    match pieces {
        [head @ .., Piece::Literal(last)] if last.ends_with('/') => {
            let mut pieces = head.to_vec();
            pieces.push(Piece::Literal(last.trim_end_matches('/').to_owned()));
            Cow::Owned(pieces)
        }
        _ => Cow::Borrowed(pieces),
    }
}

#[cfg(test)]
mod tests;
