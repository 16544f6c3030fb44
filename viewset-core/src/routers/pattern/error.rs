//! What can be wrong with a pattern, and with the values that it is filled with.

use std::error::Error;
use std::fmt;

/// A URL pattern that cannot be read; says which, where (characters are counted from 1) and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    pattern: String,
    character: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Unbalanced(&'static str),
    NoName,
    BadName(String),
    DuplicateName(String),
    Regex(String),
}

impl PatternError {
    pub(super) fn new(pattern: &str, at: usize, problem: Problem) -> PatternError {
        let character = pattern[..at].chars().count() + 1;
        PatternError { pattern: pattern.to_owned(), character, problem }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PatternError { pattern, character, problem } = self;
        write!(f, "URL pattern `{pattern}`, character {character}: ")?;
        match problem {
            Problem::Unbalanced("}") => write!(f, "unbalanced `}}` (write `}}}}` for a brace)"),
            Problem::Unbalanced("{") => write!(f, "unbalanced `{{` (write `{{{{` for a brace)"),
            Problem::Unbalanced(bracket) => write!(f, "unbalanced `{bracket}`"),
            Problem::NoName => write!(f, "a placeholder needs a name"),
            Problem::BadName(name) => write!(f, "`{name}` is not an identifier"),
            Problem::DuplicateName(name) => write!(f, "the name `{name}` is used twice"),
            Problem::Regex(message) => write!(f, "the regex does not compile: {message}"),
        }
    }
}

impl Error for PatternError {}

/// Arguments that a URL pattern cannot be filled with; says which pattern and which argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillError {
    pub(super) pattern: String,
    pub(super) name: String,
    pub(super) regex: String,
    pub(super) value: Option<String>,
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FillError { pattern, name, regex, value } = self;
        match value {
            None => write!(f, "URL pattern `{pattern}` needs the argument `{name}`"),
            Some(value) => write!(
                f,
                "argument `{name}` of URL pattern `{pattern}`: `{value}` does not match `{regex}`"
            ),
        }
    }
}

impl Error for FillError {}
