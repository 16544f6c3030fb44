//! UTF-8, UTF-16 and UTF-32, with the errors of CPython's decoders.

use std::borrow::Cow;

use super::{DecodeError, Fix, Malformed};

/// The order of a code unit's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endian {
    Little,
    Big,
}

type Text<'a> = Result<Cow<'a, str>, DecodeError>;

pub(super) fn utf_8<'a>(bytes: &'a [u8], fix: Fix<'_>) -> Text<'a> {
    let mut text = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(_) => String::with_capacity(bytes.len()),
    };
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        let bad = chunk.invalid();
        if !bad.is_empty() {
            fix(&mut text, bad_utf_8(bad, at, bytes))?;
        }
        at += bad.len();
    }
    Ok(Cow::Owned(text))
}

fn bad_utf_8(bad: &[u8], start: usize, bytes: &[u8]) -> Malformed {
    let first = bad.first().copied().unwrap_or_default();
    let rest = bytes.get(start..).unwrap_or_default();
    // A surrogate cut off after its second byte is still cut off to Python.
    let cut_off = matches!(rest, [0xed, 0xa0..=0xbf])
        || std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    let reason = match first {
        _ if cut_off => "unexpected end of data",
        0xc2..=0xf4 => "invalid continuation byte",
        _ => "invalid start byte",
    };
    Malformed { codec: "utf-8", start, length: bad.len(), reason, cut_off }
}

pub(super) fn mark_of_utf_16(bytes: &[u8]) -> Option<Endian> {
    match bytes {
        [0xff, 0xfe, ..] => Some(Endian::Little),
        [0xfe, 0xff, ..] => Some(Endian::Big),
        _ => None,
    }
}

pub(super) fn mark_of_utf_32(bytes: &[u8]) -> Option<Endian> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(Endian::Little),
        [0, 0, 0xfe, 0xff, ..] => Some(Endian::Big),
        _ => None,
    }
}

/// The byte order to read in, and where the text starts.
fn order(endian: Option<Endian>, mark: Option<Endian>, length: usize) -> (Endian, usize) {
    match (endian, mark) {
        (Some(endian), _) => (endian, 0),
        (None, Some(endian)) => (endian, length),
        (None, None) => (Endian::Little, 0),
    }
}

pub(super) fn utf_16(bytes: &[u8], endian: Option<Endian>, fix: Fix<'_>) -> Text<'static> {
    let (endian, mut at) = order(endian, mark_of_utf_16(bytes), 2);
    let unit = |at: usize| {
        let unit = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(match endian {
            Endian::Little => u16::from_le_bytes(unit),
            Endian::Big => u16::from_be_bytes(unit),
        })
    };
    let codec = match endian {
        Endian::Little => "utf-16-le",
        Endian::Big => "utf-16-be",
    };
    let mut text = String::with_capacity(bytes.len());
    while at < bytes.len() {
        let left = bytes.len() - at;
        let bad = |length, reason, cut_off| Malformed { codec, start: at, length, reason, cut_off };
        let (step, bad) = match (unit(at), unit(at + 2)) {
            (None, _) => (left, Some(bad(left, "truncated data", true))),
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                text.extend(char::decode_utf16([high, low]).flatten());
                (4, None)
            }
            (Some(0xd800..=0xdbff), Some(_)) => {
                (2, Some(bad(2, "illegal UTF-16 surrogate", false)))
            }
            (Some(0xd800..=0xdbff), None) => {
                (left, Some(bad(left, "unexpected end of data", true)))
            }
            (Some(0xdc00..=0xdfff), _) => (2, Some(bad(2, "illegal encoding", false))),
            (Some(unit), _) => {
                text.extend(char::from_u32(u32::from(unit)));
                (2, None)
            }
        };
        if let Some(bad) = bad {
            fix(&mut text, bad)?;
        }
        at += step;
    }
    Ok(Cow::Owned(text))
}

pub(super) fn utf_32(bytes: &[u8], endian: Option<Endian>, fix: Fix<'_>) -> Text<'static> {
    const SURROGATE: &str = "code point in surrogate code point range(0xd800, 0xe000)";
    let (endian, start) = order(endian, mark_of_utf_32(bytes), 4);
    let codec = match endian {
        Endian::Little => "utf-32-le",
        Endian::Big => "utf-32-be",
    };
    let (units, rest) = bytes.get(start..).unwrap_or_default().as_chunks::<4>();
    let mut text = String::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let point = match endian {
            Endian::Little => u32::from_le_bytes(*unit),
            Endian::Big => u32::from_be_bytes(*unit),
        };
        if let Some(char) = char::from_u32(point) {
            text.push(char);
            continue;
        }
        let reason = if point < 0xe000 { SURROGATE } else { "code point not in range(0x110000)" };
        let start = start + 4 * index;
        fix(&mut text, Malformed { codec, start, length: 4, reason, cut_off: false })?;
    }
    if !rest.is_empty() {
        let (start, length) = (bytes.len() - rest.len(), rest.len());
        let reason = "truncated data";
        fix(&mut text, Malformed { codec, start, length, reason, cut_off: true })?;
    }
    Ok(Cow::Owned(text))
}
