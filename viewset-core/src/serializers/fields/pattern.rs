//! A text that matches a regex: DRF's `RegexField`.

use std::fmt;

use regex::Regex;

/// A regex that is compiled once, at its first use; `build()` tells of one that cannot be.
#[derive(Clone, Copy)]
pub struct Pattern {
    text: &'static str,
    compiled: fn() -> Option<&'static Regex>,
}

impl Pattern {
    /// The regex `text`, which `compiled` keeps.
    #[must_use]
    pub const fn new(text: &'static str, compiled: fn() -> Option<&'static Regex>) -> Self {
        Self { text, compiled }
    }

    /// The regex as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// Whether it is one.
    pub(crate) fn is_valid(&self) -> bool {
        (self.compiled)().is_some()
    }

    /// Whether it matches somewhere in a text, as Python's `search` does. What is no regex matches nothing.
    pub(super) fn is_match(&self, text: &str) -> bool {
        (self.compiled)().is_some_and(|regex| regex.is_match(text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}
