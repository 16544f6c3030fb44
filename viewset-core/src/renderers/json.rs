//! JSON as DRF writes it: compact, with everything beyond ASCII as it is, and numbers in Python's
//! spelling. What is written is decided elsewhere.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

mod finite;
mod indent;
mod text;

use finite::Finite;
pub(crate) use indent::indented;
pub(crate) use text::{escapes, write_ascii, write_text};

/// The bytes of `value` as JSON.
///
/// U+2028 and U+2029 are escaped, because JavaScript once took them for line ends. Floats look as
/// in Python: `1.0`, `1e-07`, `1e+16`.
///
/// # Errors
///
/// NaN and infinite floats, which JSON does not have; map keys that are no strings; and whatever
/// the value itself refuses.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(128);
    write_json(value, &mut bytes)?;
    Ok(bytes)
}

/// The same behind what is there already.
///
/// # Errors
///
/// As above.
pub(crate) fn write_json<T: Serialize + ?Sized>(
    value: &T,
    bytes: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    let mut serializer = serde_json::Serializer::with_formatter(bytes, DrfFormatter);
    value.serialize(Finite(&mut serializer))
}

/// Python's `repr` of a finite float.
pub(crate) fn float_repr(value: f64, buffer: &mut ryu::Buffer) -> Cow<'_, str> {
    let plain = buffer.format_finite(value);
    match value.abs() {
        0.0 | 1e-4..1e16 => Cow::Borrowed(plain),
        _ => Cow::Owned(with_exponent(&format!("{value:e}"))),
    }
}

/// Rust's `1e-7` as Python's `1e-07`.
fn with_exponent(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

struct DrfFormatter;

impl Formatter for DrfFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float_repr(value, &mut ryu::Buffer::new()).as_bytes())
    }

    /// The shortest digits that are this `f32`, not those of the `f64` beside it.
    fn write_f32<W: ?Sized + Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        match value.abs() {
            0.0 | 1e-4..1e16 => {
                writer.write_all(ryu::Buffer::new().format_finite(value).as_bytes())
            }
            _ => writer.write_all(with_exponent(&format!("{value:e}")).as_bytes()),
        }
    }

    fn write_string_fragment<W>(&mut self, writer: &mut W, mut text: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        if text.is_ascii() {
            return writer.write_all(text.as_bytes());
        }
        while let Some(at) = text.find(['\u{2028}', '\u{2029}']) {
            let (before, rest) = text.split_at(at);
            writer.write_all(before.as_bytes())?;
            let escape = if rest.starts_with('\u{2028}') { b"\\u2028" } else { b"\\u2029" };
            writer.write_all(escape)?;
            text = rest.get('\u{2028}'.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text<T: Serialize + ?Sized>(value: &T) -> Option<String> {
        String::from_utf8(to_json(value).ok()?).ok()
    }

    #[test]
    fn floats_look_as_in_python() {
        let table = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.25e-7, "1.25e-07"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (-1e21, "-1e+21"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
        ];
        for (value, expected) in table {
            assert_eq!(text(&value).as_deref(), Some(expected));
        }
        assert_eq!(text(&0.1f32).as_deref(), Some("0.1"));
        assert_eq!(text(&1e20f32).as_deref(), Some("1e+20"));
    }

    #[test]
    fn a_float_that_is_no_number_is_an_error_at_any_depth() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(to_json(&value).is_err());
            assert!(to_json(&BTreeMap::from([("a", vec![Some((1, value))])])).is_err());
        }
        assert!(to_json(&f32::NAN).is_err());
        let message = to_json(&f64::NAN).map_err(|error| error.to_string());
        assert_eq!(message, Err("Out of range float values are not JSON compliant".to_owned()));
    }

    #[test]
    fn text_stays_as_it_is_but_for_line_separators() {
        let expected = Some(r#""é😀</\"\u2028x\u2029\n\u001f""#.to_owned());
        assert_eq!(text("é😀</\"\u{2028}x\u{2029}\n\u{1f}"), expected);
    }

    #[test]
    fn every_shape_of_serde_is_written() {
        #[derive(Serialize)]
        enum Shape {
            Unit,
            New(i8),
            Tuple(u64, Option<char>),
            Struct { none: Option<()>, map: BTreeMap<i32, [u8; 2]> },
        }
        let shapes = [
            Shape::Unit,
            Shape::New(-1),
            Shape::Tuple(u64::MAX, Some('x')),
            Shape::Struct { none: None, map: BTreeMap::from([(1, [1, 2])]) },
        ];
        let expected = concat!(
            r#"["Unit",{"New":-1},{"Tuple":[18446744073709551615,"x"]},"#,
            r#"{"Struct":{"none":null,"map":{"1":[1,2]}}}]"#
        );
        assert_eq!(text(&shapes).as_deref(), Some(expected));
    }

    /// What serde_json writes is what we write, but for floats in another spelling and the separators of lines.
    #[test]
    fn every_shape_is_written_as_serde_json_writes_it() {
        #[derive(Serialize)]
        struct Pair(u8, &'static str);
        #[derive(Serialize)]
        struct Nothing;
        #[derive(Serialize)]
        struct New(Option<i128>);
        #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
        enum Key {
            One,
        }
        fn is_as_before<T: Serialize>(value: T) {
            assert_eq!(text(&value), serde_json::to_string(&value).ok());
        }
        is_as_before((Pair(1, "a"), Nothing, New(Some(i128::MIN)), New(None), u128::MAX, (), true));
        is_as_before((i8::MIN, i16::MIN, i32::MIN, i64::MIN, u8::MAX, u16::MAX, u32::MAX, 'é', ""));
        is_as_before((Vec::<u8>::new(), BTreeMap::<u8, u8>::new(), [[1], [2]], "a".as_bytes()));
        is_as_before(BTreeMap::from([(true, 1), (false, 2)]));
        is_as_before(BTreeMap::from([('a', 1), ('"', 2)]));
        is_as_before(BTreeMap::from([(-1, 1), (2, 2)]));
        is_as_before(BTreeMap::from([(Key::One, 1)]));
        is_as_before(BTreeMap::from([(Some("a"), Some(1))]));
        is_as_before(BTreeMap::from([(
            std::net::Ipv4Addr::LOCALHOST,
            format_args!("{:?}", "a\n"),
        )]));
        is_as_before(serde_json::Number::from(5));
    }

    #[test]
    fn a_key_that_is_no_text_is_an_error() {
        for message in [
            to_json(&BTreeMap::from([(None::<u8>, 1)])).map_err(|error| error.to_string()),
            to_json(&BTreeMap::from([((), 1)])).map_err(|error| error.to_string()),
            to_json(&BTreeMap::from([([1], 1)])).map_err(|error| error.to_string()),
            to_json(&BTreeMap::from([(BTreeMap::from([(1, 1)]), 1)]))
                .map_err(|error| error.to_string()),
        ] {
            assert_eq!(message, Err("key must be a string".to_owned()));
        }
    }

    #[test]
    fn it_is_compact_and_keeps_the_order() {
        let value = json!({"a": [1, 2, {}], "b": []});
        assert_eq!(text(&value).as_deref(), Some(r#"{"a":[1,2,{}],"b":[]}"#));
    }

    proptest! {
        #[test]
        fn every_float_is_read_back(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            let read = text(&value).and_then(|text| text.parse::<f64>().ok());
            prop_assert_eq!(read, Some(value));
        }

        #[test]
        fn every_text_is_read_back(value in any::<String>()) {
            let mut written = Vec::new();
            write_text(&value, &mut written);
            prop_assert_eq!(Some(written), to_json(&value).ok());
            let read = to_json(&value).and_then(|bytes| serde_json::from_slice::<String>(&bytes));
            prop_assert_eq!(read.ok(), Some(value));
        }
    }
}
