//! What a placeholder accepts: a regex, with a quick answer for the simple ones.

use regex::Regex;

use super::syntax::{anchored, normal, one_line};

/// What a placeholder matches.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(super) text: String,
    /// Answers for most values, about ten times as fast as the regex.
    chars: Option<Chars>,
    /// Absent when `chars` has an answer for every value: most patterns are one of a few simple
    /// ones, and compiling a regex for each would be felt when an application starts.
    pub(super) regex: Option<Regex>,
}

impl Constraint {
    pub(super) fn new(regex: &str) -> Result<Constraint, String> {
        let chars = Chars::parse(regex);
        let text = match chars {
            Some(_) => regex.to_owned(),
            None => normal(regex)?,
        };
        let complete = chars.as_ref().is_some_and(|chars| chars.class.beyond.is_some());
        let regex = if complete { None } else { Some(anchored(&text)) };
        let regex = regex.transpose().map_err(|error| one_line(&error))?;
        Ok(Constraint { text, chars, regex })
    }

    /// The regex as the key of a branch.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the regex matches the whole value.
    pub(crate) fn accepts(&self, value: &str) -> bool {
        let quick = self.chars.as_ref().and_then(|chars| chars.accepts(value));
        quick.unwrap_or_else(|| self.regex.as_ref().is_some_and(|regex| regex.is_match(value)))
    }
}

/// A repeated character class: `[0-9]+`, `\w{2,4}`, `[^/.]+`.
#[derive(Clone, Debug)]
struct Chars {
    class: Class,
    min: usize,
    max: usize,
}

impl Chars {
    fn parse(regex: &str) -> Option<Chars> {
        let (class, len) = Class::parse(regex)?;
        let (min, max) = repetition(&regex[len..])?;
        Some(Chars { class, min, max })
    }

    /// `None` if this depends on Unicode tables, which the regex has.
    fn accepts(&self, value: &str) -> Option<bool> {
        for &byte in value.as_bytes() {
            match self.class.beyond {
                _ if byte < 128 && self.class.has(byte) => {}
                Some(true) if byte >= 128 => {}
                None if byte >= 128 => return None,
                _ => return Some(false),
            }
        }
        let len = match self.max {
            usize::MAX => value.len().min(self.min),
            _ => value.len(),
        };
        let len = if len > 1 && !value.is_ascii() { value.chars().count() } else { len };
        Some(self.min <= len && len <= self.max)
    }
}

/// The bounds that a repetition sets, up to a size at which the regex crate has its own opinion.
fn repetition(text: &str) -> Option<(usize, usize)> {
    let number = |digits: &str| match digits.parse() {
        Ok(number @ 0..=1000) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(number),
        _ => None,
    };
    match text {
        "" => return Some((1, 1)),
        "?" => return Some((0, 1)),
        "*" => return Some((0, usize::MAX)),
        "+" => return Some((1, usize::MAX)),
        _ => {}
    }
    let bounds = text.strip_prefix('{')?.strip_suffix('}')?;
    let (min, max) = match bounds.split_once(',') {
        None => (number(bounds)?, number(bounds)?),
        Some((min, "")) => (number(min)?, usize::MAX),
        Some((min, max)) => (number(min)?, number(max)?),
    };
    (min <= max).then_some((min, max))
}

/// A set of characters: a bit for each of ASCII, and one answer for those beyond, if there is one.
#[derive(Clone, Debug)]
struct Class {
    ascii: u128,
    beyond: Option<bool>,
}

impl Class {
    /// Reads `[…]`, `\d`, `\w` or `\s` at the start of `text`; says how long it is. Only what is
    /// understood beyond doubt: no nested classes, set operations or other escapes.
    fn parse(text: &str) -> Option<(Class, usize)> {
        let mut class = Class { ascii: 0, beyond: Some(false) };
        let Some(body) = text.strip_prefix('[') else {
            let (item, rest) = class_item(text)?;
            return match item {
                Item::One(_) => None,
                Item::Many(ascii) => Some((Class { ascii, beyond: None }, text.len() - rest.len())),
            };
        };
        let (negated, mut rest) = match body.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, body),
        };
        let mut first = true;
        loop {
            if let Some(rest) = rest.strip_prefix(']').filter(|_| !first) {
                if negated {
                    class = Class { ascii: !class.ascii, beyond: class.beyond.map(|b| !b) };
                }
                return Some((class, text.len() - rest.len()));
            }
            rest = class.add(rest, first)?;
            first = false;
        }
    }

    /// Adds a character, a range or a shorthand; gives what follows it.
    fn add<'a>(&mut self, text: &'a str, first: bool) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('-') {
            self.ascii |= 1 << b'-';
            return Some(rest).filter(|rest| first || rest.starts_with(']'));
        }
        match class_item(text)? {
            (Item::Many(ascii), rest) => {
                self.ascii |= ascii;
                self.beyond = None;
                Some(rest)
            }
            (Item::One(low), rest) => {
                let range = rest.strip_prefix('-').filter(|rest| !rest.starts_with([']', '-']));
                let (high, rest) = match range.map(class_item) {
                    None => (low, rest),
                    Some(Some((Item::One(high), rest))) if low <= high => (high, rest),
                    Some(_) => return None,
                };
                self.ascii |= (low..=high).fold(0, |ascii, byte| ascii | 1 << byte);
                Some(rest)
            }
        }
    }

    fn has(&self, byte: u8) -> bool {
        self.ascii >> byte & 1 == 1
    }
}

enum Item {
    One(u8),
    Many(u128),
}

fn class_item(text: &str) -> Option<(Item, &str)> {
    let bits = |test: fn(&u8) -> bool| {
        Item::Many((0..128u8).filter(test).fold(0, |ascii, byte| ascii | 1 << byte))
    };
    match *text.as_bytes() {
        [b'\\', b'd', ..] => Some((bits(u8::is_ascii_digit), &text[2..])),
        [b'\\', b'w', ..] => Some((bits(|b| b.is_ascii_alphanumeric() || *b == b'_'), &text[2..])),
        [b'\\', b's', ..] => Some((bits(|b| matches!(b, 9..=13 | b' ')), &text[2..])),
        [b'\\', escaped, ..] if is_escaped_literal(escaped) => {
            Some((Item::One(escaped), &text[2..]))
        }
        // Those that can begin something else than themselves.
        [b'\\' | b'[' | b']' | b'-' | b'&' | b'~', ..] => None,
        [byte, ..] if byte.is_ascii() => Some((Item::One(byte), &text[1..])),
        _ => None,
    }
}

/// `\<` and `\>` are word boundaries.
fn is_escaped_literal(byte: u8) -> bool {
    byte.is_ascii_punctuation() && byte != b'<' && byte != b'>'
}

/// Whether the regex certainly matches no slash. `false` costs time only, so it is the answer to
/// everything unusual.
pub(super) fn within_segment(regex: &str) -> bool {
    let mut rest = regex;
    while let Some(&byte) = rest.as_bytes().first() {
        let len = match byte {
            b'[' | b'\\' => match Class::parse(rest) {
                Some((class, len)) if !class.has(b'/') => len,
                Some(_) => return false,
                None => match rest.as_bytes() {
                    [b'\\', byte, ..] if is_escaped_literal(*byte) && *byte != b'/' => 2,
                    _ => return false,
                },
            },
            b'/' | b'.' | b'^' | b'$' => return false,
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        rest = &rest[len..];
    }
    true
}
