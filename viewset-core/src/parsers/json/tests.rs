//! The messages are CPython's, the limits DRF's.

use proptest::prelude::*;

use super::*;

fn message(bytes: impl AsRef<[u8]>) -> String {
    parse(bytes.as_ref()).map_or_else(|error| error.to_string(), |value| format!("{value:?}"))
}

fn value(text: &str) -> Option<Value> {
    parse(text.as_bytes()).ok()
}

#[test]
fn mistakes_are_told_in_the_words_of_cpython() {
    let name = "Expecting property name enclosed in double quotes";
    let table = [
        ("", "Expecting value: line 1 column 1 (char 0)".to_owned()),
        (" ", "Expecting value: line 1 column 2 (char 1)".to_owned()),
        ("{", format!("{name}: line 1 column 2 (char 1)")),
        (r#"{"name":}"#, "Expecting value: line 1 column 9 (char 8)".to_owned()),
        (r#"{"name":"a",}"#, format!("{name}: line 1 column 13 (char 12)")),
        ("{'name':'a'}", format!("{name}: line 1 column 2 (char 1)")),
        (r#"{"name":"a"} x"#, "Extra data: line 1 column 14 (char 13)".to_owned()),
        (r#"{"name":"a"#, "Unterminated string starting at: line 1 column 9 (char 8)".to_owned()),
        (r#"{"name" "a"}"#, "Expecting ':' delimiter: line 1 column 9 (char 8)".to_owned()),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)".to_owned()),
        ("[1,]", "Expecting value: line 1 column 4 (char 3)".to_owned()),
        (r#"{"a":"\x"}"#, r"Invalid \escape: line 1 column 7 (char 6)".to_owned()),
        (r#"["\u12"]"#, r"Invalid \uXXXX escape: line 1 column 4 (char 3)".to_owned()),
        ("{\"a\":\"\t\"}", "Invalid control character at: line 1 column 7 (char 6)".to_owned()),
        (r#"{"a":01}"#, "Expecting ',' delimiter: line 1 column 7 (char 6)".to_owned()),
        ("-", "Expecting value: line 1 column 1 (char 0)".to_owned()),
        ("[\n\"ä😀\",\n ?]", "Expecting value: line 3 column 2 (char 9)".to_owned()),
    ];
    for (text, expected) in table {
        assert_eq!(message(text), expected, "{text}");
    }
}

#[test]
fn what_python_would_read_and_json_does_not_have_is_refused() {
    for word in ["NaN", "Infinity", "-Infinity"] {
        let expected = format!("Out of range float values are not JSON compliant: '{word}'");
        assert_eq!(message(format!("{{\"a\":{word}}}")), expected);
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_told_as_by_the_codec() {
    let table: [(&[u8], &str); 6] = [
        (b"{\"name\":\"\xff\"}", "byte 0xff in position 9: invalid start byte"),
        (b"\"\xc3(\"", "byte 0xc3 in position 1: invalid continuation byte"),
        (b"\"\xe2\x82(\"", "bytes in position 1-2: invalid continuation byte"),
        (b"\"\xf0\x9f\x98(\"", "bytes in position 1-3: invalid continuation byte"),
        (b"\"\xed\xa0\x80\"", "byte 0xed in position 1: invalid continuation byte"),
        (b"\"\x80\"", "byte 0x80 in position 1: invalid start byte"),
    ];
    for (bytes, rest) in table {
        assert_eq!(message(bytes), format!("'utf-8' codec can't decode {rest}"));
    }
    let expected = "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)";
    assert_eq!(message("\u{feff}{}"), expected);
}

#[test]
fn a_sequence_cut_off_by_the_end_is_never_read() {
    assert_eq!(message(b"1\xe2\x82"), "Int(1)");
    assert_eq!(message(b"1\xed\xa0"), "Int(1)");
}

#[test]
fn numbers_keep_their_type() {
    let table = [
        ("0", Value::Int(0)),
        ("-0", Value::Int(0)),
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("9223372036854775808", Value::BigInt("9223372036854775808".into())),
        ("1.0", Value::Float(1.0)),
        ("-1e3", Value::Float(-1000.0)),
        ("1E+2", Value::Float(100.0)),
        ("1e400", Value::Float(f64::INFINITY)),
    ];
    for (text, expected) in table {
        assert_eq!(value(text), Some(expected));
    }
    assert!(value(&"1".repeat(4300)).is_some());
    let expected = "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 \
                    digits; use sys.set_int_max_str_digits() to increase the limit";
    assert_eq!(message(format!("[-{}", "1".repeat(5000))), expected);
}

#[test]
fn escapes_are_read_and_lone_surrogates_remembered() {
    assert_eq!(value(r#""\"\\\/\b\f\n\r\t\u00e4x""#), Some("\"\\/\u{8}\u{c}\n\r\täx".into()));
    assert_eq!(value(r#""\ud83d\ude00""#), Some("😀".into()));
    let ill_formed =
        |text: &str, surrogate| Some(Value::IllFormed { text: text.into(), surrogate });
    assert_eq!(value(r#""a\ud83d""#), ill_formed("a\u{fffd}", 0xd83d));
    assert_eq!(value(r#""\ude00\ud83d\ud83d\ude00""#), ill_formed("\u{fffd}\u{fffd}😀", 0xde00));
}

#[test]
fn the_last_of_equal_keys_wins_at_the_first_ones_place() {
    let text = r#"{"a":1,"b":2,"a":3}"#;
    assert_eq!(value(text), Some(Value::from_iter([("a", 3_i64), ("b", 2)])));
    let many: Vec<String> = (0..60_000).map(|i| format!("\"{}\":{i}", i % 30_000)).collect();
    let many = value(&format!("{{{}}}", many.join(",")));
    let last = many.as_ref().and_then(|map| map.get("29999"));
    assert_eq!(last, Some(&Value::Int(59_999)));
    assert!(matches!(many, Some(Value::Map(pairs)) if pairs.len() == 30_000));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(value(&nested(MAX_DEPTH)).is_some());
    let expected = "Nesting deeper than 256 levels: line 1 column 257 (char 256)";
    assert_eq!(message(nested(MAX_DEPTH + 1)), expected);
    assert_eq!(message("[".repeat(100_000)), expected);
    assert!(message("{\"a\":".repeat(100_000)).starts_with("Nesting deeper"));
}

/// JSON texts and texts near to it.
fn near_json() -> impl Strategy<Value = String> {
    let words = [
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\\", "\\u00", "d83d", "\\n", "1",
        "-", "0", ".", "e", "E+", "true", "false", "null", "NaN", " ", "\n", "ä", "😀", "\t",
        "\u{0}",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..24)
        .prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        drop(parse(&bytes));
    }

    #[test]
    fn any_text_near_json_is_taken_as_serde_json_takes_it(text in near_json()) {
        // serde_json reads neither floats beyond f64 nor lone surrogates.
        let ours = parse(text.as_bytes());
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match (&ours, &theirs) {
            (Ok(Value::IllFormed { .. }), Err(_)) => {}
            (Ok(_), Err(error)) => {
                let error = error.to_string();
                prop_assert!(error.contains("out of range") || error.contains("surrogate")
                    || error.contains("hex escape"), "{error}: {text}");
            }
            _ => prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", text),
        }
    }

    #[test]
    fn what_serde_json_writes_is_read_to_the_same(value in any_value()) {
        let text = serde_json::to_string(&value).unwrap_or_default();
        prop_assert_eq!(parse(text.as_bytes()), Ok(value));
    }

    #[test]
    fn keys_are_unique_as_in_a_map(keys in proptest::collection::vec(0..30u8, 0..60)) {
        let pairs: Vec<String> =
            keys.iter().enumerate().map(|(index, key)| format!("\"{key}\":{index}")).collect();
        let text = format!("{{{}}}", pairs.join(","));
        let map: std::collections::BTreeMap<_, _> =
            keys.iter().enumerate().map(|(index, key)| (key.to_string(), index)).collect();
        let Ok(Value::Map(read)) = parse(text.as_bytes()) else { return Err(TestCaseError::fail(text)) };
        prop_assert_eq!(read.len(), map.len());
        for (key, value) in read {
            let index = map.get(key.as_str()).and_then(|index| i64::try_from(*index).ok());
            prop_assert_eq!(index.map(Value::Int), Some(value));
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (1e-300..1e300).prop_map(Value::Float),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 8, |inner| {
        let map = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..8);
        prop_oneof![
            proptest::collection::vec(inner, 0..8).prop_map(Value::List),
            map.prop_map(Value::from_iter),
        ]
    })
}

#[test]
fn a_body_is_read_in_its_charset() {
    let table: [(&str, &[u8], &str); 8] = [
        ("utf-16", b"\xff\xfe1\0", "Int(1)"),
        ("utf-16-le", b"1\0 ", "Int(1)"),
        ("utf-8-sig", b"\xef\xbb\xbf1", "Int(1)"),
        ("latin-1", b"\"\xe4\"", "Str(\"ä\")"),
        ("cp1252", b"\"\x80\"", "Str(\"€\")"),
        (
            "utf-16-le",
            b"\xff\xfe1\0",
            "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
        ),
        ("utf-16", b"1\0", "UTF-16 stream does not start with BOM"),
        (
            "ascii",
            b"\"\xff\"",
            "'ascii' codec can't decode byte 0xff in position 1: ordinal not in range(128)",
        ),
    ];
    for (name, bytes, expected) in table {
        let charset = Charset::named(name).ok().flatten().unwrap_or_default();
        let read = parse_with_charset(bytes, charset);
        let told = read.map_or_else(|error| error.to_string(), |value| format!("{value:?}"));
        assert_eq!(told, expected, "{name}");
    }
}
