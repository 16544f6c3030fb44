//! Reading a pattern.

use super::constraint::Constraint;
use super::error::{PatternError, Problem};
use super::syntax::regex_end;
use super::{Piece, Placeholder, SEGMENT};

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    pieces: Vec<Piece>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, pieces: Vec::new() }
    }

    pub(super) fn run(mut self) -> Result<Vec<Piece>, PatternError> {
        while let Some(char) = self.text[self.at..].chars().next() {
            let rest = &self.text[self.at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                self.literal(char, 2);
            } else if let Some(body) = rest.strip_prefix("(?P<") {
                let name = body.find('>').map_or(body, |end| &body[..end]);
                self.placeholder("(?P<", name, '>', ("(", ")"))?;
            } else if let Some(body) = rest.strip_prefix('{') {
                let name = body.find([':', '}']).map_or(body, |end| &body[..end]);
                self.placeholder("{", name, ':', ("{", "}"))?;
            } else if char == '}' {
                return Err(self.error(self.at, Problem::Unbalanced("}")));
            } else {
                self.literal(char, char.len_utf8());
            }
        }
        Ok(self.pieces)
    }

    fn literal(&mut self, char: char, len: usize) {
        self.at += len;
        if let Some(Piece::Literal(text)) = self.pieces.last_mut() {
            text.push(char);
        } else {
            self.pieces.push(Piece::Literal(char.into()));
        }
    }

    /// `opening`, `name` and, if `separator` follows, a regex, up to the closing bracket.
    fn placeholder(
        &mut self,
        opening: &str,
        name: &'a str,
        separator: char,
        (open, close): (&'static str, &'static str),
    ) -> Result<(), PatternError> {
        let name_at = self.at + opening.len();
        let after = &self.text[name_at + name.len()..];
        let (regex, rest) = match after.strip_prefix(separator) {
            None => (SEGMENT, after.strip_prefix(close)),
            Some(body) => match regex_end(body, open, close) {
                None => ("", None),
                Some(end) => (&body[..end], Some(&body[end + close.len()..])),
            },
        };
        let rest = rest.ok_or_else(|| self.error(self.at, Problem::Unbalanced(open)))?;
        self.check_name(name, name_at)?;
        let regex_at = name_at + name.len() + separator.len_utf8();
        let constraint = Constraint::new(regex)
            .map_err(|message| self.error(regex_at, Problem::Regex(message)))?;
        self.pieces.push(Piece::Placeholder(Placeholder { name: name.to_owned(), constraint }));
        self.at = self.text.len() - rest.len();
        Ok(())
    }

    fn check_name(&self, name: &str, at: usize) -> Result<(), PatternError> {
        let identifier = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        let used = |piece: &Piece| matches!(piece, Piece::Placeholder(p) if p.name == name);
        if name.is_empty() {
            Err(self.error(at, Problem::NoName))
        } else if !identifier {
            Err(self.error(at, Problem::BadName(name.to_owned())))
        } else if self.pieces.iter().any(used) {
            Err(self.error(at, Problem::DuplicateName(name.to_owned())))
        } else {
            Ok(())
        }
    }

    fn error(&self, at: usize, problem: Problem) -> PatternError {
        PatternError::new(self.text, at, problem)
    }
}
