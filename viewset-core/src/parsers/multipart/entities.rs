//! The character references of HTML (`&amp;`, `&#47;`), resolved as Python's `html.unescape` does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;

/// The references with a name, as `name=code points`; most names end with a semicolon.
static NAMED: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let lines = include_str!("entities.txt").lines().filter_map(|line| line.split_once('='));
    lines
        .map(|(name, points)| (name, points.split(' ').filter_map(hexadecimal).collect()))
        .collect()
});

fn hexadecimal(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// The text with its references resolved.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = text.split_once('&') else { return Cow::Borrowed(text) };
    let mut resolved = before.to_owned();
    loop {
        rest = reference(rest, &mut resolved);
        let Some((before, after)) = rest.split_once('&') else { break };
        resolved.push_str(before);
        rest = after;
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// Resolves the reference whose `&` stands before `text`, and returns what follows it.
fn reference<'a>(text: &'a str, resolved: &mut String) -> &'a str {
    let found = match text.strip_prefix('#') {
        Some(number) => numeric(number, resolved),
        None => named(text, resolved),
    };
    found.unwrap_or_else(|| {
        resolved.push('&');
        text
    })
}

fn numeric<'a>(text: &'a str, resolved: &mut String) -> Option<&'a str> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let end = digits.find(|char: char| !char.is_digit(radix)).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if digits.is_empty() {
        return None;
    }
    // No digits are too many: what does not fit is no character either.
    let point = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
    resolved.extend(character(point));
    Some(rest.strip_prefix(';').unwrap_or(rest))
}

/// What a reference to `point` means; `None` is nothing at all.
fn character(point: u32) -> Option<char> {
    match point {
        0 => Some(char::REPLACEMENT_CHARACTER),
        // A byte of windows-1252 was meant.
        0x80..=0x9f => {
            let byte = [u8::try_from(point).ok()?];
            WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next()
        }
        1..=8 | 0xb | 0xe..=0x1f | 0x7f | 0xfdd0..=0xfdef => None,
        _ if point <= 0x10_ffff && point & 0xfffe == 0xfffe => None,
        _ => Some(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

/// The longest name that `text` starts with. As in Python, a name is looked for in no more than 32
/// characters, and without a semicolon it has two at least.
fn named<'a>(text: &'a str, resolved: &mut String) -> Option<&'a str> {
    let stops = ['\t', '\n', '\x0c', ' ', '<', '&', '#', ';'];
    let ends = text.char_indices().take(32).take_while(|(_, char)| !stops.contains(char));
    let ends: Vec<usize> = ends.map(|(at, char)| at + char.len_utf8()).collect();
    let last = *ends.last()?;
    let whole = last + usize::from(text.get(last..).is_some_and(|rest| rest.starts_with(';')));
    let shorter = ends.into_iter().skip(1).rev().filter(|end| *end < whole);
    for end in std::iter::once(whole).chain(shorter) {
        let (name, rest) = text.split_at_checked(end)?;
        if let Some(characters) = NAMED.get(name) {
            resolved.push_str(characters);
            return Some(rest);
        }
    }
    None
}
