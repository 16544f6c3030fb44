//! What does a URL pattern say? Reads `users/{pk}/logins/{year:[0-9]{4}}/`, and writes paths
//! (`reverse`) and actix-web's spelling from it.
//!
//! Finding the pattern that a path matches is left to [`tree`](super::tree), to which a pattern
//! hands itself as a [`Layout`].

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

/// What `{name}` without a regex matches.
const SEGMENT: &str = "[^/]+";

/// What Django's `reverse` escapes: `quote(url, safe="/~:@!$&'()*+,;=")`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
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
        let pieces = Parser {
            text,
            at: 0,
            pieces: Vec::new(),
        }
        .run()?;
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
        self.placeholders()
            .map(|placeholder| placeholder.name.as_str())
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
        if constraint.accepts(&value) {
            Ok(value)
        } else {
            Err(error(Some(value.into_owned())))
        }
    }

    /// The same pattern for actix-web's `ResourceDef`, with a leading slash.
    ///
    /// actix-web has no way to write a literal `{`, or a `*` at the end: these become dynamic
    /// segments of their own (`{_literal0:\x7B}`), whose values appear in `match_info`. Limits of
    /// `ResourceDef` that remain: it panics at more than 16 dynamic segments, and without the
    /// feature `unicode` of actix-web its `\d` and `\w` are ASCII.
    pub fn to_actix(&self) -> String {
        let mut free = (0..)
            .map(|number| format!("_literal{number}"))
            .filter(|name| self.names().all(|used| used != name));
        let mut dynamic = |regex| spelt_placeholder(&free.next().unwrap_or_default(), regex);
        let mut out = String::from("/");
        for (index, piece) in self.pieces.iter().enumerate() {
            let last = index + 1 == self.pieces.len();
            match piece {
                Piece::Placeholder(Placeholder { name, constraint }) => {
                    out.push_str(&spelt_placeholder(name, &constraint.to_actix()));
                }
                Piece::Literal(literal) => {
                    for (at, char) in literal.char_indices() {
                        match char {
                            '{' => out.push_str(&dynamic(r"\x7B")),
                            '*' if last && at + 1 == literal.len() => out.push_str(&dynamic(r"\*")),
                            _ => out.push(char),
                        }
                    }
                }
            }
        }
        out
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
    if regex == SEGMENT {
        format!("{{{name}}}")
    } else {
        format!("{{{name}:{regex}}}")
    }
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

/// A pattern cut at its slashes, one step a segment, as far as that goes: from the first segment
/// that a step cannot express, the rest is one regex.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) steps: Vec<Piece>,
    /// Matches the rest of a path after the steps, anchored at both ends.
    pub(crate) tail: Option<Regex>,
}

impl Layout {
    fn new(pieces: &[Piece]) -> Result<Layout, regex::Error> {
        let segments = segments(pieces);
        // `^` and `\b` look at what stands before them, so they have to see the whole path.
        let whole = pieces.iter().any(|piece| match piece {
            Piece::Literal(_) => false,
            Piece::Placeholder(placeholder) => looks_around(&placeholder.constraint.text),
        });
        let steps: Vec<Piece> = if whole {
            Vec::new()
        } else {
            segments.iter().map_while(|s| step(s)).collect()
        };
        let tail = &segments[steps.len()..];
        let tail = if tail.is_empty() {
            None
        } else {
            Some(anchored(&tail_regex(tail))?)
        };
        Ok(Layout { steps, tail })
    }
}

/// The pieces of each segment; an empty segment has none.
fn segments(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut done = Vec::new();
    let mut segment = Vec::new();
    for piece in pieces {
        let Piece::Literal(literal) = piece else {
            segment.push(piece.clone());
            continue;
        };
        for (index, text) in literal.split('/').enumerate() {
            if index > 0 {
                done.push(std::mem::take(&mut segment));
            }
            if !text.is_empty() {
                segment.push(Piece::Literal(text.to_owned()));
            }
        }
    }
    done.push(segment);
    done
}

fn step(segment: &[Piece]) -> Option<Piece> {
    match segment {
        [] => Some(Piece::Literal(String::new())),
        [Piece::Placeholder(p)] if !within_segment(&p.constraint.text) => None,
        [piece] => Some(piece.clone()),
        _ => None,
    }
}

fn tail_regex(segments: &[Vec<Piece>]) -> String {
    let regex_of = |piece: &Piece| match piece {
        Piece::Literal(literal) => regex::escape(literal),
        Piece::Placeholder(Placeholder { name, constraint }) => {
            format!("(?P<{name}>{})", constraint.text)
        }
    };
    let segments: Vec<String> = segments
        .iter()
        .map(|segment| segment.iter().map(regex_of).collect())
        .collect();
    segments.join("/")
}

fn anchored(regex: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{regex})$"))
}

/// What a placeholder matches.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    text: String,
    /// Answers for most values, about ten times as fast as the regex.
    chars: Option<Chars>,
    /// Absent when `chars` has an answer for every value: most patterns are one of a few simple
    /// ones, and compiling a regex for each would be felt when an application starts.
    regex: Option<Regex>,
}

impl Constraint {
    fn new(regex: &str) -> Result<Constraint, String> {
        let chars = Chars::parse(regex);
        let text = match chars {
            Some(_) => regex.to_owned(),
            None => without_group_names(regex)?,
        };
        let complete = chars
            .as_ref()
            .is_some_and(|chars| chars.class.beyond.is_some());
        let regex = if complete {
            None
        } else {
            Some(anchored(&text))
        };
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
        quick.unwrap_or_else(|| {
            self.regex
                .as_ref()
                .is_some_and(|regex| regex.is_match(value))
        })
    }

    /// actix-web counts braces without regard to escapes and classes, and lets `.` match a newline.
    fn to_actix(&self) -> String {
        let spelt = tokens(&self.text).map(|token| match token.text {
            "{" if token.class => r"\x7B",
            "}" if token.class => r"\x7D",
            r"\{" => r"\x7B",
            r"\}" => r"\x7D",
            text => text,
        });
        let regex: String = spelt.collect();
        let any = tokens(&self.text).any(|token| !token.class && token.text == ".");
        if any { format!("(?-s:{regex})") } else { regex }
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
        let len = if len > 1 && !value.is_ascii() {
            value.chars().count()
        } else {
            len
        };
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
        let mut class = Class {
            ascii: 0,
            beyond: Some(false),
        };
        let Some(body) = text.strip_prefix('[') else {
            let (item, rest) = class_item(text)?;
            return match item {
                Item::One(_) => None,
                Item::Many(ascii) => Some((
                    Class {
                        ascii,
                        beyond: None,
                    },
                    text.len() - rest.len(),
                )),
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
                    class = Class {
                        ascii: !class.ascii,
                        beyond: class.beyond.map(|b| !b),
                    };
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
                let range = rest
                    .strip_prefix('-')
                    .filter(|rest| !rest.starts_with([']', '-']));
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
        Item::Many(
            (0..128u8)
                .filter(test)
                .fold(0, |ascii, byte| ascii | 1 << byte),
        )
    };
    match *text.as_bytes() {
        [b'\\', b'd', ..] => Some((bits(u8::is_ascii_digit), &text[2..])),
        [b'\\', b'w', ..] => Some((
            bits(|b| b.is_ascii_alphanumeric() || *b == b'_'),
            &text[2..],
        )),
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
fn within_segment(regex: &str) -> bool {
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

/// Whether the regex asks what stands before or after it.
fn looks_around(regex: &str) -> bool {
    tokens(regex).any(|token| {
        let assertion = matches!(
            token.text,
            "^" | "$" | r"\A" | r"\z" | r"\B" | r"\<" | r"\>"
        );
        !token.class && (assertion || token.text.starts_with(r"\b"))
    })
}

/// Two placeholders may have groups of one name, and actix-web takes every named group for an
/// argument.
fn without_group_names(regex: &str) -> Result<String, String> {
    // `a)(b` would compile between the parentheses that are put around it later.
    Regex::new(regex).map_err(|error| one_line(&error))?;
    let mut out = String::new();
    let mut copied = 0;
    for token in tokens(regex).filter(|token| !token.class && token.text == "(") {
        let Some(inner) = regex[token.at + 1..].strip_prefix('?') else {
            continue;
        };
        if let Some(name) = inner.strip_prefix("P<").or_else(|| inner.strip_prefix('<')) {
            let end = name.find('>').map_or(0, |end| end + 1);
            out.push_str(&regex[copied..token.at]);
            out.push_str("(?:");
            copied = regex.len() - name.len() + end;
        } else if inner
            .split([')', ':'])
            .next()
            .is_some_and(|flags| flags.contains('x'))
        {
            // A comment could swallow what is written after the regex.
            return Err("verbose mode is not supported".to_owned());
        }
    }
    out.push_str(&regex[copied..]);
    Ok(out)
}

/// A character or an escape of a regex.
struct Token<'a> {
    at: usize,
    text: &'a str,
    /// Inside `[…]`, or one of its brackets.
    class: bool,
}

/// Cuts a regex, or text that begins with one, into characters and escapes.
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let (mut at, mut depth, mut first_in_class) = (0, 0_usize, false);
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let len = token_len(rest)?;
        let opens = rest.starts_with('[');
        let class = opens || depth > 0;
        if opens {
            depth += 1;
        } else if rest.starts_with(']') && !first_in_class {
            depth = depth.saturating_sub(1);
        }
        first_in_class = opens;
        at += len;
        Some(Token {
            at: at - len,
            text: &rest[..len],
            class,
        })
    })
}

fn token_len(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    match (chars.next()?, chars.next()) {
        ('[', Some('^')) => Some(2),
        ('\\', Some('x' | 'u' | 'U' | 'p' | 'P' | 'b')) if text[2..].starts_with('{') => {
            Some(text.find('}').map_or(2, |end| end + 1))
        }
        ('\\', Some(escaped)) => Some(1 + escaped.len_utf8()),
        (char, _) => Some(char.len_utf8()),
    }
}

/// Up to where `text` is a regex: the first `close` that it did not open itself.
fn regex_end(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for token in tokens(text).filter(|token| !token.class) {
        if token.text == open {
            depth += 1;
        } else if token.text == close && depth == 0 {
            return Some(token.at);
        } else if token.text == close {
            depth -= 1;
        }
    }
    None
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    pieces: Vec<Piece>,
}

impl<'a> Parser<'a> {
    fn run(mut self) -> Result<Vec<Piece>, PatternError> {
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
        self.pieces.push(Piece::Placeholder(Placeholder {
            name: name.to_owned(),
            constraint,
        }));
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

/// A URL pattern that cannot be read; says which, where (characters are counted from 1) and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    pattern: String,
    character: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Unbalanced(&'static str),
    NoName,
    BadName(String),
    DuplicateName(String),
    Regex(String),
}

impl PatternError {
    fn new(pattern: &str, at: usize, problem: Problem) -> PatternError {
        let character = pattern[..at].chars().count() + 1;
        PatternError {
            pattern: pattern.to_owned(),
            character,
            problem,
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PatternError {
            pattern,
            character,
            problem,
        } = self;
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

/// The regex crate draws the regex and an arrow above its message.
fn one_line(error: &regex::Error) -> String {
    let message = error.to_string();
    let line = message.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ")
        .trim_end_matches('.')
        .to_owned()
}

/// Arguments that a URL pattern cannot be filled with; says which pattern and which argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillError {
    pattern: String,
    name: String,
    regex: String,
    value: Option<String>,
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FillError {
            pattern,
            name,
            regex,
            value,
        } = self;
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    fn fill(text: &str, values: &[&'static str]) -> Result<String, String> {
        pattern(text)
            .fill(|_, index| values.get(index).copied().map(Cow::Borrowed))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn patterns_are_read_and_spelt_normally() {
        for (text, normal, names) in [
            ("", "", ""),
            ("users/", "users/", ""),
            ("users/{pk}/", "users/{pk}/", "pk"),
            ("{pk:[^/]+}", "{pk}", "pk"),
            ("{pk:[^/.]+}/", "{pk:[^/.]+}/", "pk"),
            (
                "u/{a}/l/{year:[0-9]{4}}/",
                "u/{a}/l/{year:[0-9]{4}}/",
                "a year",
            ),
            (r"a/(?P<a_id>\d+)/u/{pk}", r"a/{a_id:\d+}/u/{pk}", "a_id pk"),
            ("(?P<pk>[^/]+)", "{pk}", "pk"),
            ("(?P<v>(v1|v2))", "{v:(v1|v2)}", "v"),
            (
                "{v:(?P<major>[0-9])[.](?<minor>[0-9])}",
                "{v:(?:[0-9])[.](?:[0-9])}",
                "v",
            ),
            ("{v:(?i:ab)}", "{v:(?i:ab)}", "v"),
            ("{{{a}}}-{{b}}", "{{{a}}}-{{b}}", "a"),
            (
                r"{a:\{x\}}{b:[{}]}{c:[]}]}{d:[^]}]}",
                r"{a:\{x\}}{b:[{}]}{c:[]}]}{d:[^]}]}",
                "a b c d",
            ),
            (r"(?P<a>\))(?P<b>[)]+)(x)", r"{a:\)}{b:[)]+}(x)", "a b"),
            (r"{a:\x{7B}{2}}", r"{a:\x{7B}{2}}", "a"),
            (r"{a:[[:alpha:]}]+}", r"{a:[[:alpha:]}]+}", "a"),
            ("{a:}", "{a:}", "a"),
            ("{a:b:c}", "{a:b:c}", "a"),
            ("straße/{_1}", "straße/{_1}", "_1"),
        ] {
            let parsed = pattern(text);
            assert_eq!(parsed.as_str(), normal, "{text}");
            assert_eq!(
                parsed.names().collect::<Vec<_>>().join(" "),
                names,
                "{text}"
            );
            assert_eq!(pattern(normal), parsed, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (text, message) in [
            (
                "users/{pk",
                "character 7: unbalanced `{` (write `{{` for a brace)",
            ),
            (
                "{pk:[0-9]{4}",
                "character 1: unbalanced `{` (write `{{` for a brace)",
            ),
            (
                "{pk:[}",
                "character 1: unbalanced `{` (write `{{` for a brace)",
            ),
            (
                "é/pk}/",
                "character 5: unbalanced `}` (write `}}` for a brace)",
            ),
            (
                "{{pk}",
                "character 5: unbalanced `}` (write `}}` for a brace)",
            ),
            ("a/(?P<pk", "character 3: unbalanced `(`"),
            ("a/(?P<pk>(b)", "character 3: unbalanced `(`"),
            ("a/{}/", "character 4: a placeholder needs a name"),
            ("a/{:b}/", "character 4: a placeholder needs a name"),
            ("(?P<>b)", "character 5: a placeholder needs a name"),
            ("{a b}", "character 2: `a b` is not an identifier"),
            ("{1a}", "character 2: `1a` is not an identifier"),
            ("{a}/{a}", "character 6: the name `a` is used twice"),
            (
                "{a}/{b:+}",
                "character 8: the regex does not compile: \
                           repetition operator missing expression",
            ),
            (
                "{a:(}",
                "character 4: the regex does not compile: unclosed group",
            ),
            (
                "{a:b)(c}",
                "character 4: the regex does not compile: unopened group",
            ),
            (
                "{a:(?<=b)c}",
                "character 4: the regex does not compile: \
                             look-around, including look-ahead and look-behind, is not supported",
            ),
            (
                "{a:(?x)b #}",
                "character 4: the regex does not compile: \
                             verbose mode is not supported",
            ),
            (
                "{a:[a-z]{9999}{999}}",
                "character 4: the regex does not compile: \
                                      Compiled regex exceeds size limit of 10485760 bytes",
            ),
        ] {
            let error = Pattern::parse(text).unwrap_err().to_string();
            assert_eq!(error, format!("URL pattern `{text}`, {message}"));
        }
    }

    #[test]
    fn a_pattern_too_large_as_a_whole_is_refused() {
        let part = |number: usize| format!("{{a{number}:[a-z]{{1000}}}}-");
        assert!(Pattern::parse(&part(0)).is_ok());
        let text: String = (0..500).map(part).collect();
        let error = Pattern::parse(&text).unwrap_err().to_string();
        assert!(error.contains("exceeds size limit"), "{error}");
    }

    #[test]
    fn filling_checks_and_quotes_like_django() {
        for (text, values, path) in [
            ("", &[] as &[&str], ""),
            ("users/{pk}/", &["1"], "users/1/"),
            ("users/{pk}/", &["é?#%"], "users/%C3%A9%3F%23%25/"),
            (
                "users/{pk}/",
                &["-_.~:@!$&'()*+,;="],
                "users/-_.~:@!$&'()*+,;=/",
            ),
            (
                "{{é}}/{a:.+}",
                &["b/\"<>[\\]^`{|}\0"],
                "%7B%C3%A9%7D/b/%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D%00",
            ),
            ("{a}-{b:[0-9]{4}}", &["x", "2024"], "x-2024"),
            ("{a:a|ab}", &["ab"], "ab"),
            ("{a:[0-9]*}/", &[""], "/"),
            (r"{a:\d+}", &["१"], "%E0%A5%A7"),
        ] {
            assert_eq!(fill(text, values).unwrap(), path, "{text}");
        }
    }

    #[test]
    fn a_missing_or_wrong_argument_is_named() {
        let pattern = "u/{a}/{b:[0-9]{4}}/";
        assert_eq!(
            fill(pattern, &["1"]).unwrap_err(),
            "URL pattern `u/{a}/{b:[0-9]{4}}/` needs the argument `b`"
        );
        assert_eq!(
            fill(pattern, &["1", "20245"]).unwrap_err(),
            "argument `b` of URL pattern `u/{a}/{b:[0-9]{4}}/`: `20245` does not match `[0-9]{4}`"
        );
    }

    #[test]
    fn actix_reads_the_same_pattern() {
        for (text, actix) in [
            ("", "/"),
            ("users/{pk}/", "/users/{pk}/"),
            ("users/{pk:[^/.]+}/", "/users/{pk:[^/.]+}/"),
            ("a/{y:[0-9]{4}}", "/a/{y:[0-9]{4}}"),
            (r"a/{y:\{[{}]\}\x{7B}}", r"/a/{y:\x7B[\x7B\x7D]\x7D\x{7B}}"),
            ("a/{y:.+}", "/a/{y:(?-s:.+)}"),
            ("a/{y:[.]+}", "/a/{y:[.]+}"),
            ("a{{{_literal0}}}", r"/a{_literal1:\x7B}{_literal0}}"),
            ("a/*", r"/a/{_literal0:\*}"),
            ("{a}*", r"/{a}{_literal0:\*}"),
            ("*/{a}", "/*/{a}"),
        ] {
            assert_eq!(pattern(text).to_actix(), actix, "{text}");
        }
    }

    #[test]
    fn only_regexes_that_certainly_match_no_slash_are_kept_within_a_segment() {
        for regex in [
            "[^/]+",
            "[^/.]+",
            "[0-9]{4}",
            r"\d+",
            r"\w+",
            r"(a|b)+",
            "[a-f0-9-]{8}",
            "v[0-9]",
            r"[\w-]+",
            r"[^/\.]+",
            r"\.\-",
            "(?i:abc)",
            "[^/a-z]",
            "é+",
            r"\s",
            "",
        ] {
            assert!(within_segment(regex), "{regex}");
        }
        for regex in [
            ".", "/", "[^a]", "[+-9]", r"\D", r"\W", r"\S", r"\/", r"\x2F", r"[\x2F]", "[/]",
            "[^/&&a]", "[[^a]]", "[^a/[b]]", "^a", "a$", r"a\b", r"\<a", r"[^\d]", "[é]", r"\pL",
        ] {
            assert!(!within_segment(regex), "{regex}");
        }
    }

    #[test]
    fn simple_classes_need_no_regex() {
        for regex in [
            "[^/]+",
            "[^/.]+",
            "[0-9]+",
            "[0-9a-f-]{8}",
            "[a-z]*",
            "[a-z]{2,}",
            "[-_.]?",
        ] {
            assert!(Constraint::new(regex).unwrap().regex.is_none(), "{regex}");
        }
    }

    fn quantified() -> impl Strategy<Value = String> {
        let item = prop::sample::select(vec![
            "a", "b-y", "0-9", "A-Z", "-", "_", ".", r"\.", r"\-", r"\]", r"\d", r"\w", r"\s", "/",
            "^", "*", "&", "~", "[", "]", "é", "!-~", "+-9", r"\\", " ", "{", "}",
        ]);
        let repeat = prop::sample::select(vec![
            "", "?", "*", "+", "{2}", "{1,}", "{0,2}", "{2,3}", "+?",
        ]);
        (any::<bool>(), prop::collection::vec(item, 1..4), repeat).prop_map(
            |(negated, items, repeat)| {
                format!(
                    "[{}{}]{repeat}",
                    if negated { "^" } else { "" },
                    items.concat()
                )
            },
        )
    }

    proptest! {
        #[test]
        fn hand_written_checks_agree_with_the_regex(
            regex in quantified(),
            value in "[ab/0-9.é१_A^*&~{}\\[\\]\\\\ -]{0,4}",
        ) {
            let constraint = Constraint::new(&regex);
            let Ok(reference) = Regex::new(&format!("^(?:{regex})$")) else {
                prop_assert!(constraint.is_err());
                return Ok(());
            };
            prop_assert_eq!(constraint.unwrap().accepts(&value), reference.is_match(&value));
            if within_segment(&regex) {
                prop_assert!(!reference.is_match("/") && !reference.is_match("//"));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_and_the_normal_spelling_is_stable(
            text in "([a{}:()\\[\\]\\\\?P<>^/*|.0-9é]|[{]a[}]|[(][?]P<b>|[{]c:){0,12}",
        ) {
            match Pattern::parse(&text) {
                Ok(pattern) => {
                    let again = Pattern::parse(pattern.as_str()).unwrap();
                    prop_assert_eq!(again.as_str(), pattern.as_str());
                    prop_assert!(pattern.to_actix().starts_with('/'));
                }
                Err(error) => prop_assert!(error.to_string().contains(&text)),
            }
        }
    }
}
