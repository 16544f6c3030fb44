//! The answers are DRF's, recorded by `recorded/record.py`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The shape in which an answer is recorded.
fn recorded<T: serde::Serialize>(answer: Result<Option<T>, &'static str>) -> Value {
    match answer {
        Ok(answer) => json!({ "ok": answer }),
        Err(text) => json!({ "error": text }),
    }
}

#[test]
fn headers_are_read_as_drf_reads_them() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../recorded/header.json")).unwrap();
    assert!(cases.len() > 100);
    for case in &cases {
        let header = case["header"].as_str().unwrap();
        let header: Vec<u8> = header.chars().map(|c| u8::try_from(c).unwrap()).collect();
        assert_eq!(recorded(basic(&header)), case["basic"], "{case}");
        assert_eq!(recorded(token(&header, "Token")), case["token"], "{case}");
        assert_eq!(recorded(token(&header, "BÉARER")), case["béarer"], "{case}");
    }
}

#[test]
fn a_long_header_is_read_to_its_end() {
    let words = "x ".repeat(1 << 20);
    assert!(basic(format!("Basic {words}").as_bytes()).unwrap_err().contains("spaces"));
    assert!(token(format!("Token {words}").as_bytes(), "Token").unwrap_err().contains("spaces"));
    let credentials = format!("Basic {}Og==", "YWJj".repeat(1 << 20));
    let (name, password) = basic(credentials.as_bytes()).unwrap().unwrap();
    assert_eq!((name.len(), password.len()), (3 << 20, 0));
    assert!(basic(format!("Basic {}", "=".repeat(1 << 20)).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_header_is_answered(
        scheme in proptest::sample::select(vec!["Basic ", "Token ", ""]),
        rest in proptest::collection::vec(any::<u8>(), 0..64),
        keyword in any::<String>(),
    ) {
        let header = [scheme.as_bytes(), &rest].concat();
        drop(basic(&header));
        drop(token(&header, "Token"));
        drop(token(&header, &keyword));
    }
}
