//! The expected values are those of Django 5.2's `parse_header_parameters`.

use proptest::prelude::*;

use super::*;

#[test]
fn parameters_are_read_as_by_django() {
    type Parameters = &'static [(&'static str, &'static str)];
    let table: [(&str, &str, Parameters); 25] = [
        ("", "", &[]),
        ("text/HTML ", "text/html", &[]),
        ("a/b;", "a/b", &[]),
        ("A/B ; C = \"d;e\" ; f", "a/b", &[("c", "d;e"), ("f", "")]),
        (r#"a/b; c="d\"e\\f""#, "a/b", &[("c", r#"d"e\f"#)]),
        ("a/b; c=<d>", "a/b", &[("c", "d")]),
        ("a/b; c=\"d", "a/b", &[("c", "\"d")]),
        ("a/b; c='d'", "a/b", &[("c", "'d'")]),
        ("a/b; c=d\x1f", "a/b", &[("c", "d")]),
        ("a/b; c=1; c=2", "a/b", &[("c", "2")]),
        ("a/b; =x; ;c", "a/b", &[("c", "")]),
        ("x=y; c=d", "x", &[("c", "d")]),
        ("a/b; f*=utf-8''%C3%A4", "a/b", &[("f", "ä")]),
        ("a/b; F*=UTF-8''A", "a/b", &[("f", "A")]),
        ("a/b; f*=%C3%A4", "a/b", &[("f", "\u{fffd}\u{fffd}")]),
        ("a/b; f*=latin-1'en'%E4é", "a/b", &[("f", "äé")]),
        ("a/b; f*=''%41", "a/b", &[("f", "A")]),
        ("a/b; f*=hex''%41", "a/b", &[("f", "A")]),
        ("a/b; f*=utf-8''a\"b\\c", "a/b", &[("f", "a\"b\\c")]),
        ("a/b; f*=utf-8''€", "a/b", &[("f", "\\u20ac")]),
        ("a/b; f*1=b; f*0=a; f*10=d; f*2=c", "a/b", &[("f", "abcd")]),
        ("a/b; f*0*=utf-8''%e2%82; f*1*=%ac; f*2=%41", "a/b", &[("f", "€%41")]),
        ("a/b; f*x=1; *=2; f**=3", "a/b", &[("f*x", "1"), ("*", "2"), ("f**", "3")]),
        ("a/b; f*=a; f=b", "a/b", &[("f", "a")]),
        ("a/b; f=b; f*=utf-8''a", "a/b", &[("f", "a")]),
    ];
    for (line, value, parameters) in table {
        let header = Header::parse(line).unwrap_or_default();
        assert_eq!(header.value, value, "{line}");
        for (name, expected) in parameters {
            assert_eq!(header.get(name), Some(*expected), "{line}");
        }
    }
    assert_eq!(Header::parse("a/b; f*=nope''a"), None);
}

proptest! {
    #[test]
    fn any_line_is_read(line in "[a;=\"\\\\<> *'%40é]{0,40}") {
        drop(Header::parse(&line));
    }
}
