//! JSON as Python's `json` module reads it, with its messages byte for byte, because DRF puts them
//! into the response. Which request has a JSON body is decided elsewhere.

use std::fmt;

use super::charset::Charset;
use crate::data::Value;

mod scanner;

use scanner::Scanner;

/// How many arrays and objects may stand in each other. Python's limit is the depth of its stack,
/// and DRF answers 500 beyond it.
pub const MAX_DEPTH: usize = 256;

/// How many digits Python reads into an integer.
const MAX_DIGITS: usize = 4300;

/// Why a text is not JSON, in the words of CPython 3.11:
/// `Expecting value: line 1 column 9 (char 8)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

impl JsonError {
    /// A message without a place.
    fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// A message about the byte `at` of `text`. Line, column and char count code points; line and
    /// column start at one.
    fn at(message: &str, text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        let char = before.chars().count();
        Self { message: format!("{message}: line {line} column {column} (char {char})") }
    }
}

/// Reads a whole body as UTF-8 JSON.
///
/// As in DRF, duplicate keys are no error (the last value wins), `1e400` is infinite, and bytes
/// that begin a UTF-8 sequence at the very end are ignored.
///
/// # Errors
///
/// Whatever is not JSON, `NaN` and `Infinity`, an integer of more than 4300 digits, and nesting
/// deeper than [`MAX_DEPTH`].
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_with_charset(bytes, Charset::UTF_8)
}

/// Reads a whole body as JSON in the charset of its `Content-Type`
/// ([`Charset::of_content_type`]; DRF row L7). A byte order mark is an error but in `utf-8-sig`, and
/// in `utf-16` and `utf-32`, which need one.
///
/// # Errors
///
/// As [`parse`], and bytes that mean nothing in the charset.
pub fn parse_with_charset(bytes: &[u8], charset: Charset) -> Result<Value, JsonError> {
    let text = charset.read(bytes).map_err(|error| JsonError::plain(error.to_string()))?;
    parse_text(&text)
}

/// Reads JSON from text that has been decoded already, for a body in another charset.
///
/// # Errors
///
/// As [`parse`].
fn parse_text(text: &str) -> Result<Value, JsonError> {
    if text.starts_with('\u{feff}') {
        return Err(JsonError::at("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0));
    }
    Scanner::new(text).document()
}

#[cfg(test)]
mod tests;
