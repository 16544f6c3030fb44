//! How Python reads numbers from text, which characters it takes for space, and how it shows a value.
//! DRF's fields have their leniency from here: `" 1_0 "` and `"１０"` are ten.

use crate::renderers::json::float_repr;
use crate::serializers::Value;

/// The code points of the digit zero; the other nine digits of a script follow it. Unicode 14, as
/// in Python 3.11.
const ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0,
    0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The most digits that Python turns into an integer.
const MAX_DIGITS: usize = 4300;

/// The value of a decimal digit of any script.
pub(super) fn digit(char: char) -> Option<u32> {
    let code = u32::from(char);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let value = code - ZEROS.get(after.checked_sub(1)?)?;
    (value < 10).then_some(value)
}

/// `str.isspace`: Unicode's white space and the four separators of ASCII.
pub(crate) fn is_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\x1c'..='\x1f')
}

/// `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    match text.as_bytes() {
        // The usual case, for nothing.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_space),
    }
}

/// `int(text)`, as near to it as 128 bits come; `None` for Python's `ValueError`.
pub(crate) fn int(text: &str) -> Option<i128> {
    // Most have no more than digits, and 18 of them fit in any case.
    if (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<u64>().ok().map(i128::from);
    }
    let ascii = to_ascii(text)?;
    let text = ascii.trim_matches(is_c_space);
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let digits = without_underscores(digits, 10)?;
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let size = digits.bytes().try_fold(0i128, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        Some(value.saturating_mul(10).saturating_add(digit))
    })?;
    Some(if negative { -size } else { size })
}

/// `float(text)`, which may be infinite or NaN; `None` for Python's `ValueError`.
pub(super) fn float(text: &str) -> Option<f64> {
    let ascii = to_ascii(text)?;
    without_underscores(ascii.trim_matches(is_c_space), 10)?.parse().ok()
}

/// `int(text, 16)` of what is no longer than 128 bits; `None` for a negative number, too.
pub(super) fn hex(text: &str) -> Option<u128> {
    let ascii = to_ascii(text)?;
    let text = ascii.trim_matches(is_c_space);
    let text = text.strip_prefix('+').unwrap_or(text);
    // An underscore may stand right behind the prefix.
    let digits = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => digits.strip_prefix('_').unwrap_or(digits),
        None => text,
    };
    let digits = without_underscores(digits, 16)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}

/// `str(value)`.
pub(crate) fn str(value: &Value) -> String {
    match (value.as_str(), value) {
        (Some(text), _) => text.to_owned(),
        (None, Value::File(file)) => file.name().to_owned(),
        (None, other) => repr(other),
    }
}

fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::BigInt(digits) => digits.to_string(),
        Value::Float(number) if !number.is_finite() => number.to_string(),
        Value::Float(number) => float_repr(*number, &mut ryu::Buffer::new()).into_owned(),
        Value::Str(text) | Value::IllFormed { text, .. } => repr_of_text(text),
        Value::List(items) => format!("[{}]", join(items.iter().map(repr))),
        Value::Map(pairs) => {
            let pairs = pairs.iter();
            let pair = pairs.map(|(key, value)| format!("{}: {}", repr_of_text(key), repr(value)));
            format!("{{{}}}", join(pair))
        }
        Value::Form(form) => {
            let field = |(name, values): (&str, &[Value])| {
                format!("{}: [{}]", repr_of_text(name), join(values.iter().map(repr)))
            };
            format!("<QueryDict: {{{}}}>", join(form.iter().map(field)))
        }
        Value::File(file) => {
            format!("<{}: {} ({})>", value.type_name(), file.name(), file.content_type())
        }
    }
}

fn join(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// Between apostrophes, or between quotation marks if only the former are inside.
fn repr_of_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut repr = String::from(quote);
    for char in text.chars() {
        match char {
            '\n' => repr.push_str("\\n"),
            '\r' => repr.push_str("\\r"),
            '\t' => repr.push_str("\\t"),
            '\\' => repr.push_str("\\\\"),
            _ if char == quote => repr.extend(['\\', char]),
            _ if is_printable(char) => repr.push(char),
            _ => repr.push_str(&match u32::from(char) {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code @ ..0x1_0000 => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
        }
    }
    repr.push(quote);
    repr
}

/// `str.isprintable`, as near to it as Rust's table comes. A mark that combines is printable to Python
/// wherever it stands, to Rust behind a letter.
fn is_printable(char: char) -> bool {
    let is_escaped = format!("a{char}").escape_debug().nth(2) == Some('u');
    char == ' ' || !(is_escaped || char.is_whitespace() || char.is_control())
}

/// What `int` and `float` do first: digits of all scripts to ASCII's, all space beyond ASCII to
/// blanks. `None` if anything else is not ASCII.
pub(crate) fn to_ascii(text: &str) -> Option<String> {
    let to_ascii = |char: char| match char {
        _ if char.is_ascii() => Some(char),
        _ if is_space(char) => Some(' '),
        _ => char::from_digit(digit(char)?, 10),
    };
    text.chars().map(to_ascii).collect()
}

/// The space that `int` and `float` overlook around a number.
const fn is_c_space(char: char) -> bool {
    matches!(char, ' ' | '\t'..='\r')
}

/// Underscores may stand between two digits and nowhere else.
fn without_underscores(text: &str, radix: u32) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |index: Option<usize>| {
        let byte = index.and_then(|index| bytes.get(index));
        byte.is_some_and(|byte| char::from(*byte).is_digit(radix))
    };
    let misplaced = |index: usize| {
        bytes[index] == b'_' && !(is_digit(index.checked_sub(1)) && is_digit(Some(index + 1)))
    };
    if (0..bytes.len()).any(misplaced) {
        return None;
    }
    Some(text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_python_reads_them() {
        let table = [
            ("1", Some(1)),
            (" -1_0\n", Some(-10)),
            ("+０１", Some(1)),
            ("\u{3000}٣\u{85}", Some(3)),
            ("-99999999999999999999999999999999999999999999", Some(-i128::MAX)),
            ("\x1c1", None),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("+ 1", None),
            ("--1", None),
            ("0x1", None),
            ("1.0", None),
            ("½", None),
            ("1\0", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(int(text), expected, "{text:?}");
        }
        assert_eq!(int(&"1".repeat(4300)), Some(i128::MAX));
        assert_eq!(int(&"1".repeat(4301)), None);
    }

    #[test]
    fn floats_are_read_as_python_reads_them() {
        let table = [
            ("1.", Some(1.0)),
            (".5", Some(0.5)),
            ("1_0.1_0", Some(10.1)),
            ("1e1_0", Some(1e10)),
            ("１e１", Some(10.0)),
            (" -.5\u{a0}", Some(-0.5)),
            ("1e400", Some(f64::INFINITY)),
            ("infinity", Some(f64::INFINITY)),
            (".", None),
            ("1e", None),
            ("1_.0", None),
            ("0x1p3", None),
            ("1d", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(float(text), expected, "{text:?}");
        }
    }

    #[test]
    fn digits_have_their_values_in_every_script() {
        assert_eq!(digit('7'), Some(7));
        assert_eq!(digit('\u{1D7FF}'), Some(9));
        assert_eq!(digit('a'), None);
        assert_eq!(digit('\u{10ffff}'), None);
        assert_eq!(digit('\0'), None);
    }
}
