//! The expected values are those of Django 5.2's `QueryDict`.

use crate::data::Value;
use proptest::prelude::*;

use super::*;

fn pairs(form: &FormData) -> Vec<(&str, Vec<&str>)> {
    form.iter().map(|(name, all)| (name, all.iter().filter_map(Value::as_str).collect())).collect()
}

/// What is read of `body` in the charset of this name; empty if nothing can be.
fn read(body: &[u8], charset: &str) -> FormData {
    let charset = Charset::named(charset).ok().flatten().unwrap_or_default();
    decode(body, charset, 1000).unwrap_or_default()
}

#[test]
fn fields_are_read_as_by_django() {
    type Expected = &'static [(&'static str, &'static [&'static str])];
    let table: [(&[u8], Expected); 8] = [
        (b"", &[]),
        (b"&&", &[]),
        (b"a=1&b=&a=2&c", &[("a", &["1", "2"]), ("b", &[""]), ("c", &[""])]),
        (b"=1&=&a;b=c=d", &[("", &["1", ""]), ("a;b", &["c=d"])]),
        (b"a+b%2B=+%26%3D&%zz=%", &[("a b+", &[" &="]), ("%zz", &["%"])]),
        (b"a=%C3%A4%FF\xc3\xa4", &[("a", &["ä\u{fffd}ä"])]),
        // A body that is no UTF-8 is read as Latin-1, its escapes still as UTF-8.
        (b"a=\xe4%C3%A4&b=\xc3\xa4", &[("a", &["ää"]), ("b", &["Ã¤"])]),
        (b"nums[0]=1&nested.name=x", &[("nums[0]", &["1"]), ("nested.name", &["x"])]),
    ];
    for (body, expected) in table {
        let expected: Vec<_> = expected.iter().map(|(n, all)| (*n, all.to_vec())).collect();
        assert_eq!(pairs(&read(body, "utf-8")), expected, "{body:?}");
    }
}

#[test]
fn the_charset_is_that_of_the_content_type() {
    assert_eq!(pairs(&read(b"a=%E4&b=\xe4", "latin-1")), [("a", vec!["ä"]), ("b", vec!["ä"])]);
    assert_eq!(read(b"a=%80", "cp1252").get("a"), Some("€"));
    assert_eq!(read(b"a\0=\x001\0", "utf-16").get("a"), Some("1"));
    // Of an odd length, so no UTF-16 but Latin-1.
    assert_eq!(read(b"a=1", "utf-16").get("a"), Some("1"));
}

#[test]
fn there_are_no_more_fields_than_the_limit() {
    let body = |fields| vec!["a"; fields].join("&");
    let count = |form: FormData| form.get_list("a").len();
    assert_eq!(decode(body(1000).as_bytes(), Charset::UTF_8, 1000).ok().map(count), Some(1000));
    for body in [body(1001), "&".repeat(1000)] {
        let refused = decode(body.as_bytes(), Charset::UTF_8, 1000);
        assert!(matches!(refused, Err(FormError::TooManyFields { limit: 1000 })), "{refused:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(body in proptest::collection::vec(any::<u8>(), 0..64)) {
        for charset in ["utf-8", "utf-16", "ascii", "shift_jis"] {
            drop(read(&body, charset));
        }
    }

    #[test]
    fn what_is_escaped_comes_back(name in any::<String>(), value in any::<String>()) {
        use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
        let escaped = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let body = format!("{}={}", escaped(&name), escaped(&value));
        let form = read(body.as_bytes(), "utf-8");
        prop_assert_eq!(pairs(&form), [(name.as_str(), vec![value.as_str()])]);
    }
}
