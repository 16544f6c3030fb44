//! One pass over the text of a JSON document. The order of the checks is CPython's, for the first
//! error is the one that a client reads.

use super::{JsonError, MAX_DEPTH, MAX_DIGITS};
use crate::data::{Text, Value};
use crate::renderers::json::escapes;

/// A string of the document: its text, and its first lone surrogate.
pub(super) struct Scanned {
    text: String,
    surrogate: Option<u16>,
}

impl From<Scanned> for Value {
    fn from(Scanned { text, surrogate }: Scanned) -> Self {
        match surrogate {
            None => Self::Str(text.into()),
            Some(surrogate) => Self::IllFormed { text: text.into(), surrogate },
        }
    }
}

/// `at` is the next byte to read; it always stands on a character's first byte.
pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, depth: 0 }
    }

    /// One value and nothing else.
    pub(super) fn document(mut self) -> Result<Value, JsonError> {
        self.skip_space();
        let value = self.value()?;
        self.skip_space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.error("Extra data", self.at)),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes past `byte` if it is the next one.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn error(&self, message: &str, at: usize) -> JsonError {
        JsonError::at(message, self.text, at)
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'"') => match self.plain_string()? {
                Some(text) => Ok(Value::Str(text.into())),
                None => self.string().map(Value::from),
            },
            Some(b'{') => self.nested(Self::map),
            Some(b'[') => self.nested(Self::list),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (length, value) = match rest {
            [b'n', b'u', b'l', b'l', ..] => (4, Value::Null),
            [b't', b'r', b'u', b'e', ..] => (4, Value::Bool(true)),
            [b'f', b'a', b'l', b's', b'e', ..] => (5, Value::Bool(false)),
            _ if rest.starts_with(b"NaN") => return Err(not_compliant("NaN")),
            _ if rest.starts_with(b"Infinity") => return Err(not_compliant("Infinity")),
            _ => return Err(self.error("Expecting value", self.at)),
        };
        self.at += length;
        Ok(value)
    }

    /// An array or an object, whose opening bracket is next.
    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, JsonError>,
    ) -> Result<Value, JsonError> {
        if self.depth == MAX_DEPTH {
            let message = format!("Nesting deeper than {MAX_DEPTH} levels");
            return Err(self.error(&message, self.at));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Value, JsonError> {
        if self.eat(b']') {
            return Ok(Value::List(Vec::new()));
        }
        let mut items = Vec::with_capacity(4);
        loop {
            items.push(self.value()?);
            if self.closed_by(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    fn map(&mut self) -> Result<Value, JsonError> {
        if self.eat(b'}') {
            return Ok(Value::Map(Vec::new()));
        }
        // As many as the first `push` would make room for.
        let mut pairs = Vec::with_capacity(4);
        loop {
            if self.peek() != Some(b'"') {
                let message = "Expecting property name enclosed in double quotes";
                return Err(self.error(message, self.at));
            }
            let key = self.key()?;
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.skip_space();
            pairs.push((key, self.value()?));
            if self.closed_by(b'}')? {
                return Ok(Value::Map(last_of_each_key(pairs)));
            }
        }
    }

    /// Behind an element: whether the closing bracket follows, or else a comma.
    fn closed_by(&mut self, bracket: u8) -> Result<bool, JsonError> {
        self.skip_space();
        if self.eat(bracket) {
            return Ok(true);
        }
        if !self.eat(b',') {
            return Err(self.error("Expecting ',' delimiter", self.at));
        }
        self.skip_space();
        Ok(false)
    }

    /// How many digits stand from `at` on.
    fn digits(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        let first = start + usize::from(negative);
        let whole = match self.bytes.get(first) {
            Some(b'0') => 1,
            Some(b'1'..=b'9') => self.digits(first),
            Some(b'I') if self.bytes[first..].starts_with(b"Infinity") => {
                return Err(not_compliant("-Infinity"));
            }
            _ => return Err(self.error("Expecting value", start)),
        };
        let end = self.fraction_and_exponent(first + whole);
        self.at = end;
        let text = self.text.get(start..end).unwrap_or_default();
        if end == first + whole {
            return integer(text, whole);
        }
        text.parse().map(Value::Float).map_err(|_| self.error("Expecting value", start))
    }

    /// Where the number ends whose integer part ends at `end`. A point or an exponent without
    /// digits does not belong to it.
    fn fraction_and_exponent(&self, mut end: usize) -> usize {
        if self.bytes.get(end) == Some(&b'.') {
            match self.digits(end + 1) {
                0 => {}
                count => end += 1 + count,
            }
        }
        if let Some(b'e' | b'E') = self.bytes.get(end) {
            let sign = matches!(self.bytes.get(end + 1), Some(b'+' | b'-'));
            let digits = end + 1 + usize::from(sign);
            match self.digits(digits) {
                0 => {}
                count => end = digits + count,
            }
        }
        end
    }

    /// The name of a property, whose opening quote is next.
    fn key(&mut self) -> Result<Text, JsonError> {
        match self.plain_string()? {
            Some(text) => Ok(text.into()),
            None => Ok(self.string()?.text.into()),
        }
    }

    /// A string without escapes, whose opening quote is next; `None` for one that has some, which then is still to
    /// be read.
    fn plain_string(&mut self) -> Result<Option<&'a str>, JsonError> {
        let begin = self.at;
        self.at += 1;
        let run = self.run(begin)?;
        if self.eat(b'"') {
            return Ok(Some(run));
        }
        self.at = begin;
        Ok(None)
    }

    /// A string, whose opening quote is next.
    fn string(&mut self) -> Result<Scanned, JsonError> {
        let begin = self.at;
        self.at += 1;
        let mut string = Scanned { text: self.run(begin)?.to_owned(), surrogate: None };
        while !self.eat(b'"') {
            self.escape(begin, &mut string)?;
            string.text.push_str(self.run(begin)?);
        }
        Ok(string)
    }

    /// The characters up to the next quote or backslash, which is there.
    fn run(&mut self, begin: usize) -> Result<&'a str, JsonError> {
        let start = self.at;
        self.at = start + plain_prefix(self.bytes.get(start..).unwrap_or_default());
        match self.peek() {
            Some(b'"' | b'\\') => Ok(self.text.get(start..self.at).unwrap_or_default()),
            Some(_) => Err(self.error("Invalid control character at", self.at)),
            None => Err(self.error("Unterminated string starting at", begin)),
        }
    }

    /// An escape, whose backslash is next.
    fn escape(&mut self, begin: usize, string: &mut Scanned) -> Result<(), JsonError> {
        let backslash = self.at;
        self.at += 2;
        let char = match self.bytes.get(backslash + 1) {
            Some(b'u') => return self.unicode_escape(string),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(_) => return Err(self.error("Invalid \\escape", backslash)),
            None => return Err(self.error("Unterminated string starting at", begin)),
        };
        string.text.push(char);
        Ok(())
    }

    /// The digits of `\uXXXX`, and its other half if it is one half of a pair.
    fn unicode_escape(&mut self, string: &mut Scanned) -> Result<(), JsonError> {
        let high = self.hex()?;
        let second = self.at;
        if (0xd800..0xdc00).contains(&high)
            && self.bytes.get(second..second + 2) == Some(b"\\u")
            && self.bytes.len() > second + 6
        {
            self.at += 2;
            let low = self.hex()?;
            if let Some(Ok(pair)) = char::decode_utf16([high, low]).next() {
                string.text.push(pair);
                return Ok(());
            }
            self.at = second;
        }
        match char::from_u32(u32::from(high)) {
            Some(char) => string.text.push(char),
            None => {
                string.text.push(char::REPLACEMENT_CHARACTER);
                string.surrogate.get_or_insert(high);
            }
        }
        Ok(())
    }

    /// Four hexadecimal digits, and at least the string's end after them.
    fn hex(&mut self) -> Result<u16, JsonError> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let value = digits.filter(|_| self.bytes.len() > self.at + 4).and_then(|digits| {
            digits.iter().try_fold(0, |value, byte| {
                let digit = char::from(*byte).to_digit(16)?;
                Some(value << 4 | u16::try_from(digit).ok()?)
            })
        });
        let value = value.ok_or_else(|| self.error("Invalid \\uXXXX escape", self.at - 1))?;
        self.at += 4;
        Ok(value)
    }
}

/// DRF's `STRICT_JSON`.
fn not_compliant(word: &str) -> JsonError {
    JsonError::plain(format!("Out of range float values are not JSON compliant: '{word}'"))
}

fn integer(text: &str, digits: usize) -> Result<Value, JsonError> {
    if digits > MAX_DIGITS {
        return Err(JsonError::plain(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has \
             {digits} digits; use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    Ok(text.parse().map_or_else(|_| Value::BigInt(text.into()), Value::Int))
}

/// How many bytes at the start of `bytes` need no look: neither quote, backslash nor control
/// character. Eight are looked at at a time.
fn plain_prefix(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (place, chunk) in chunks.iter().enumerate() {
        let found = escapes(u64::from_le_bytes(*chunk));
        if found != 0 {
            return 8 * place + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    8 * chunks.len() + rest.iter().take_while(is_plain).count()
}

/// Python's dict: a key that comes again changes the value and keeps its place. Sorting finds the
/// duplicates, so that an object of a hundred thousand keys costs no quadratic time.
fn last_of_each_key(pairs: Vec<(Text, Value)>) -> Vec<(Text, Value)> {
    let seen = |index: usize| pairs[..index].iter().any(|(key, _)| *key == pairs[index].0);
    if pairs.len() <= 16 && !(1..pairs.len()).any(seen) {
        return pairs;
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|left, right| pairs[*left].0.cmp(&pairs[*right].0));
    let same = |left: &usize, right: &usize| pairs[*left].0 == pairs[*right].0;
    if !order.windows(2).any(|two| same(&two[0], &two[1])) {
        return pairs;
    }
    // For each pair the place where its key stood first.
    let mut places = vec![0; pairs.len()];
    for run in order.chunk_by(same) {
        run.iter().for_each(|index| places[*index] = run[0]);
    }
    let mut kept: Vec<Option<(Text, Value)>> = pairs.iter().map(|_| None).collect();
    for (pair, place) in pairs.into_iter().zip(places) {
        kept[place] = Some(pair);
    }
    kept.into_iter().flatten().collect()
}
