//! Which charset a `Content-Type` names, and text out of bytes in it (DRF row L7).
//!
//! Names, limits and messages are those of CPython's codecs, because DRF decodes with them and puts
//! their messages into the response. What the text then means is for the parsers.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::Encoding;

use crate::error::Error;

mod multi_byte;
mod names;
mod single_byte;
mod unicode;

use single_byte::Quirk;
use unicode::Endian;

/// A charset that bodies can be decoded from; UTF-8 is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charset(Codec);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Codec {
    #[default]
    Utf8,
    Utf8Sig,
    /// Without a byte order, the body's byte order mark tells it.
    Utf16(Option<Endian>),
    Utf32(Option<Endian>),
    Ascii,
    /// The bytes are the code points, which is not windows-1252.
    Latin1,
    SingleByte(&'static Encoding, Quirk),
    /// With the name that Python has for it.
    MultiByte(&'static Encoding, &'static str),
}

impl Charset {
    /// The default of every parser.
    pub const UTF_8: Self = Self(Codec::Utf8);

    /// Python's `latin-1`: every byte is the code point of its value.
    pub const LATIN_1: Self = Self(Codec::Latin1);

    /// The charset with one of the names that Python has for it, in any case and with any
    /// punctuation: `UTF-8`, `utf_8`, `latin1`, `ISO-8859-1`. `None` for a name that Python does not
    /// know either.
    ///
    /// # Errors
    ///
    /// As [`of_content_type`](Self::of_content_type).
    pub fn named(name: &str) -> Result<Option<Self>, UnsupportedCharset> {
        let normal = normalized(name);
        // Python reads a dot as an underscore in an alias, and in a codec's own name not at all.
        let alias = normal.replace('.', "_");
        let is = |own: &str, others: &[&str]| own == normal || others.contains(&alias.as_str());
        if let Some((_, codec, _)) = names::KNOWN.iter().find(|(own, _, more)| is(own, more)) {
            return Ok(Some(Self(*codec)));
        }
        match names::UNSUPPORTED.iter().any(|(own, more)| is(own, more)) {
            true => Err(UnsupportedCharset { name: name.to_owned() }),
            false => Ok(None),
        }
    }

    /// The text of a whole body as Python's stream readers give it: of UTF-8, UTF-16 and UTF-32 a
    /// sequence that the body's end cuts off is never read, and UTF-16 and UTF-32 without a byte
    /// order need a byte order mark.
    ///
    /// # Errors
    ///
    /// The first bytes that mean nothing in this charset.
    pub fn read(self, bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
        let mut over = false;
        let bytes = self.behind_mark(bytes);
        let text = self.run(bytes, &mut |_, bad| {
            over |= bad.cut_off;
            if over { Ok(()) } else { Err(bad.error(bytes)) }
        })?;
        match self.missing_mark(bytes) {
            Some(bits) if !text.is_empty() => {
                let message = format!("UTF-{bits} stream does not start with BOM");
                Err(DecodeError { message })
            }
            _ => Ok(text),
        }
    }

    /// The text of `bytes` (Python's `bytes.decode`); UTF-16 and UTF-32 without a byte order mark are
    /// taken for little endian.
    ///
    /// # Errors
    ///
    /// The first bytes that mean nothing in this charset, also at the end.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
        let bytes = self.behind_mark(bytes);
        self.run(bytes, &mut |_, bad| Err(bad.error(bytes)))
    }

    /// As [`decode`](Self::decode), with U+FFFD for what means nothing.
    #[must_use]
    pub fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        let replaced = self.run(self.behind_mark(bytes), &mut |text, _| {
            text.push(char::REPLACEMENT_CHARACTER);
            Ok(())
        });
        replaced.unwrap_or_default()
    }

    fn run<'a>(self, bytes: &'a [u8], fix: Fix<'_>) -> Result<Cow<'a, str>, DecodeError> {
        match self.0 {
            Codec::Utf8 | Codec::Utf8Sig => unicode::utf_8(bytes, fix),
            Codec::Utf16(endian) => unicode::utf_16(bytes, endian, fix),
            Codec::Utf32(endian) => unicode::utf_32(bytes, endian, fix),
            Codec::Ascii => single_byte::ascii(bytes, fix),
            Codec::Latin1 => Ok(Cow::Owned(bytes.iter().copied().map(char::from).collect())),
            Codec::SingleByte(encoding, quirk) => single_byte::run(bytes, encoding, quirk, fix),
            Codec::MultiByte(encoding, name) => multi_byte::run(bytes, encoding, name, fix),
        }
    }

    /// Without the mark of `utf-8-sig`, from whose end Python counts. UTF-16 and UTF-32 count theirs.
    fn behind_mark(self, bytes: &[u8]) -> &[u8] {
        match (self.0, bytes) {
            (Codec::Utf8Sig, [0xef, 0xbb, 0xbf, rest @ ..]) => rest,
            _ => bytes,
        }
    }

    /// The bits of a code unit, if a byte order mark should tell how to read it and there is none.
    fn missing_mark(self, bytes: &[u8]) -> Option<u8> {
        match self.0 {
            Codec::Utf16(None) if unicode::mark_of_utf_16(bytes).is_none() => Some(16),
            Codec::Utf32(None) if unicode::mark_of_utf_32(bytes).is_none() => Some(32),
            _ => None,
        }
    }
}

/// CPython's normal form of a name: small letters, and one underscore for everything between them.
fn normalized(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for char in name.chars() {
        if !char.is_ascii_alphanumeric() && char != '.' {
            gap = true;
            continue;
        }
        if gap && !normal.is_empty() {
            normal.push('_');
        }
        gap = false;
        normal.push(char.to_ascii_lowercase());
    }
    normal
}

/// What to do about bytes that mean nothing: add to the text and go on, or fail.
type Fix<'a> = &'a mut dyn FnMut(&mut String, Malformed) -> Result<(), DecodeError>;

/// Bytes that mean nothing.
struct Malformed {
    codec: &'static str,
    start: usize,
    length: usize,
    reason: &'static str,
    /// Whether more bytes could have completed them.
    cut_off: bool,
}

impl Malformed {
    /// In the words of CPython's `UnicodeDecodeError`.
    fn error(&self, bytes: &[u8]) -> DecodeError {
        let Self { codec, start, length, reason, .. } = self;
        let place = match (length, bytes.get(*start)) {
            (1, Some(byte)) => format!("byte {byte:#04x} in position {start}"),
            _ => format!("bytes in position {start}-{}", start + length - 1),
        };
        DecodeError { message: format!("'{codec}' codec can't decode {place}: {reason}") }
    }
}

/// Why bytes are no text in their charset, in the words of CPython:
/// `'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// A `Content-Type` names a codec that no body is decoded with: 400 with DRF's text
/// `Unsupported charset "hex" in request Content-Type header.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedCharset {
    name: String,
}

impl fmt::Display for UnsupportedCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unsupported charset \"{}\" in request Content-Type header.", self.name)
    }
}

impl std::error::Error for UnsupportedCharset {}

impl From<UnsupportedCharset> for Error {
    fn from(error: UnsupportedCharset) -> Self {
        Self::parse(error.to_string())
    }
}

#[cfg(test)]
mod tests;
