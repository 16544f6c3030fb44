//! From the bytes of a body to data: media types, JSON in DRF's words, and when it is read at all.

use viewset_actix::prelude::*;
use viewset_actix::serializers::Value;

use crate::support::{ANN, serve, serve_authors};

fn parse_error(text: &str) -> String {
    json!({"detail": format!("JSON parse error - {text}")}).to_string()
}

/// L1, T43.
#[test]
fn json_is_known_in_any_case_and_with_parameters() {
    let server = serve_authors();
    for (number, media_type) in [
        "application/json",
        "APPLICATION/JSON; charset=utf-8; x=y",
        "application/*",
        "*/*",
        " application/json ",
        "application/json;charset=utf-8",
    ]
    .into_iter()
    .enumerate()
    {
        let body = format!(r#"{{"name":"{number}"}}"#);
        let reply =
            server.send("POST", "/api/authors/", &[("Content-Type", media_type)], body.as_bytes());
        assert_eq!(reply.status, 201, "{media_type}: {}", reply.body);
    }
}

/// L2, R10, T42.
#[test]
fn other_media_types_are_refused_by_name() {
    let server = serve_authors();
    for media_type in [
        "text/plain",
        "application/vnd.api+json",
        "text/json",
        "application/jsonx",
        "json",
        "a/b; c=d",
    ] {
        let reply = server.send("POST", "/api/authors/", &[("Content-Type", media_type)], b"{}");
        let body = format!(r#"{{"detail":"Unsupported media type \"{media_type}\" in request."}}"#);
        assert_eq!(reply.brief(), (415, body.as_str()));
    }
    let none = server.send("POST", "/api/authors/", &[], b"a");
    assert_eq!(none.brief(), (415, r#"{"detail":"Unsupported media type \"\" in request."}"#));
}

/// L2: DRF refuses a longer media type since 3.18.1.
#[test]
fn a_media_type_of_more_than_256_characters_is_refused() {
    let long = format!("application/json; x={}", "y".repeat(300));
    let reply = serve_authors().send("POST", "/api/authors/", &[("Content-Type", &long)], b"{}");
    assert_eq!(reply.status, 415);
}

/// L4.
#[test]
fn a_body_is_parsed_when_it_is_read() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> Data<u8> {
            Data(1)
        }
        async fn create(&self, req: &Request) -> Result<impl IntoResponse> {
            req.data().await?;
            Ok(StatusCode::CREATED)
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let csv = [("Content-Type", "text/csv")];
    assert_eq!(server.send("GET", "/api/things/", &csv, b"a,b").brief(), (200, "1"));
    assert_eq!(server.send("POST", "/api/things/", &csv, b"a,b").status, 415);
    assert_eq!(serve_authors().send("DELETE", "/api/authors/1/", &csv, b"a,b").status, 204);
}

/// L5, T5, T40.
#[test]
fn malformed_json_is_explained_in_the_words_of_python() {
    let server = serve_authors();
    let cases = [
        (" ", "Expecting value: line 1 column 2 (char 1)"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (r#"{"name":}"#, "Expecting value: line 1 column 9 (char 8)"),
        (
            r#"{"name":"a",}"#,
            "Expecting property name enclosed in double quotes: line 1 column 13 (char 12)",
        ),
        (
            "{'name':'a'}",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (r#"{"name":"a"} x"#, "Extra data: line 1 column 14 (char 13)"),
        (r#"{"name":"a"#, "Unterminated string starting at: line 1 column 9 (char 8)"),
        (r#"{"name" "a"}"#, "Expecting ':' delimiter: line 1 column 9 (char 8)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ("nope", "Expecting value: line 1 column 1 (char 0)"),
        (r#"{"a":"\x"}"#, r"Invalid \escape: line 1 column 7 (char 6)"),
        ("{\"a\":\"\t\"}", "Invalid control character at: line 1 column 7 (char 6)"),
        (r#"{"a":01}"#, "Expecting ',' delimiter: line 1 column 7 (char 6)"),
        ("{\n \"a\": 1,\n \"é\": ?}", "Expecting value: line 3 column 7 (char 17)"),
    ];
    for (body, text) in cases {
        let reply = server.request("POST", "/api/authors/", body);
        assert_eq!(reply.brief(), (400, parse_error(text).as_str()), "{body}");
    }
}

/// L6, T40.
#[test]
fn what_json_does_not_know_is_refused() {
    let server = serve_authors();
    for word in ["NaN", "Infinity", "-Infinity"] {
        let reply = server.request("POST", "/api/authors/", &format!(r#"{{"a":{word}}}"#));
        let text = format!("Out of range float values are not JSON compliant: '{word}'");
        assert_eq!(reply.brief(), (400, parse_error(&text).as_str()));
    }
}

/// L7, T41.
#[test]
fn a_body_has_to_be_utf_8_without_a_mark() {
    let server = serve_authors();
    let reply = server.send(
        "POST",
        "/api/authors/",
        &[("Content-Type", "application/json")],
        b"{\"name\":\"\xff\"}",
    );
    let text = "'utf-8' codec can't decode byte 0xff in position 9: invalid start byte";
    assert_eq!(reply.brief(), (400, parse_error(text).as_str()));
    let reply = server.request("POST", "/api/authors/", "\u{feff}{\"name\":\"a\"}");
    let text = "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)";
    assert_eq!(reply.brief(), (400, parse_error(text).as_str()));
}

/// L8, T45.
#[test]
fn of_duplicate_keys_the_last_wins() {
    let reply = serve_authors().request("POST", "/api/authors/", r#"{"name":"k1","name":"k2"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":3,"name":"k2","email":""}"#));
}

/// L9, T47.
#[test]
fn an_integer_has_4300_digits_at_most() {
    let server = serve_authors();
    let body = |digits: usize| format!(r#"{{"nope":{}}}"#, "1".repeat(digits));
    let text = "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; \
                use sys.set_int_max_str_digits() to increase the limit";
    assert_eq!(
        server.request("PATCH", "/api/authors/1/", &body(5000)).brief(),
        (400, parse_error(text).as_str())
    );
    assert_eq!(server.request("PATCH", "/api/authors/1/", &body(4300)).brief(), (200, ANN));
}

/// R17, S14, T15, T38, T39.
#[test]
fn a_body_that_is_no_object_is_refused_by_its_type() {
    let server = serve_authors();
    for (body, name) in [
        ("[]", "list"),
        (r#"[{"name":"L"}]"#, "list"),
        (r#""s""#, "str"),
        ("5", "int"),
        ("1.5", "float"),
        ("true", "bool"),
        ("99999999999999999999", "int"),
    ] {
        let text = format!(
            r#"{{"non_field_errors":["Invalid data. Expected a dictionary, but got {name}."]}}"#
        );
        for (method, path) in
            [("POST", "/api/authors/"), ("PUT", "/api/authors/1/"), ("PATCH", "/api/authors/1/")]
        {
            assert_eq!(
                server.request(method, path, body).brief(),
                (400, text.as_str()),
                "{method} {body}"
            );
        }
    }
    for (method, path) in [("POST", "/api/authors/"), ("PATCH", "/api/authors/1/")] {
        let reply = server.request(method, path, "null");
        assert_eq!(reply.brief(), (400, r#"{"non_field_errors":["No data provided"]}"#));
    }
}

/// L3, L9: an action can have the data as they came.
#[test]
fn an_action_can_take_the_parsed_body() {
    struct EchoViewSet;

    #[viewset]
    impl EchoViewSet {
        async fn create(&self, req: &Request, data: Value) -> Result<Data<(Value, usize)>> {
            Ok(Data((data, req.body().await?.len())))
        }
    }

    let server = serve(SimpleRouter::new().register_as("echo", "echo", EchoViewSet));
    for body in [r#"{"b":[1,-2.5,"é",null,true],"a":{}}"#, "[]", "123456789012345678901234567890"]
    {
        let expected = format!("[{body},{}]", body.len());
        assert_eq!(server.request("POST", "/api/echo/", body).brief(), (200, expected.as_str()));
    }
    assert_eq!(server.send("POST", "/api/echo/", &[], b"").brief(), (200, "[{},0]"));
}
