//! ASCII, and the charsets of 256 characters, which CPython and the web's standard read a little
//! differently.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::{DecodeError, Fix, Malformed};

/// Where CPython's table is not that of the web's standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    /// They are the same.
    None,
    /// The web reads an undefined byte as a control character.
    Windows,
    /// The web reads the windows charset that has printable characters in the place of C1.
    Iso,
    /// KOI8-U: the web reads it with two letters of KOI8-RU.
    Ukrainian,
}

impl Quirk {
    /// The character of `byte`, of which the web makes `char`.
    fn mend(self, byte: u8, char: char) -> Option<char> {
        match (self, byte) {
            (Self::Windows, _) if matches!(char, '\u{80}'..='\u{9f}') => None,
            // Hebrew holam haser came to windows-1255 after Python's table.
            (Self::Windows, 0xca) if char == '\u{5ba}' => None,
            (Self::Iso, 0x80..=0x9f) => Some(char::from(byte)),
            (Self::Ukrainian, 0xae) => Some('\u{255d}'),
            (Self::Ukrainian, 0xbe) => Some('\u{256c}'),
            _ => Some(char).filter(|char| *char != char::REPLACEMENT_CHARACTER),
        }
    }
}

pub(super) fn ascii<'a>(bytes: &'a [u8], fix: Fix<'_>) -> Result<Cow<'a, str>, DecodeError> {
    if let (true, Ok(text)) = (bytes.is_ascii(), std::str::from_utf8(bytes)) {
        return Ok(Cow::Borrowed(text));
    }
    let place = ("ascii", "ordinal not in range(128)");
    each(bytes, place, |byte| byte.is_ascii().then(|| char::from(byte)), fix)
}

pub(super) fn run(
    bytes: &[u8],
    encoding: &'static Encoding,
    quirk: Quirk,
    fix: Fix<'_>,
) -> Result<Cow<'static, str>, DecodeError> {
    let upper: Vec<u8> = (0x80..=0xff).collect();
    let (upper, _) = encoding.decode_without_bom_handling(&upper);
    let upper: Vec<_> = (0x80..=0xff).zip(upper.chars()).map(|(b, c)| quirk.mend(b, c)).collect();
    let char = |byte: u8| match byte.checked_sub(0x80) {
        None => Some(char::from(byte)),
        Some(index) => upper.get(usize::from(index)).copied().flatten(),
    };
    each(bytes, ("charmap", "character maps to <undefined>"), char, fix)
}

fn each(
    bytes: &[u8],
    (codec, reason): (&'static str, &'static str),
    char: impl Fn(u8) -> Option<char>,
    fix: Fix<'_>,
) -> Result<Cow<'static, str>, DecodeError> {
    let mut text = String::with_capacity(bytes.len());
    for (start, byte) in bytes.iter().enumerate() {
        match char(*byte) {
            Some(char) => text.push(char),
            None => {
                fix(&mut text, Malformed { codec, start, length: 1, reason, cut_off: false })?;
            }
        }
    }
    Ok(Cow::Owned(text))
}
