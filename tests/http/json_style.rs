//! How answers are spelt, and what headers they have beside those of their own.

use viewset_actix::prelude::*;

use crate::support::serve;

struct StyleViewSet;

#[viewset]
impl StyleViewSet {
    async fn list(&self) -> Data<serde_json::Value> {
        Data(json!({
            "b": [1, 1.0, 1e-7, 1e16, -0.0, true, null],
            "c": "é 😀 <b>&\"'/ \u{2028}\u{2029}\u{7f}\u{1}",
            "d": {"e": [], "f": {}},
        }))
    }

    #[action(detail = false)]
    async fn infinite(&self) -> Data<[f64; 2]> {
        Data([1.0, f64::INFINITY])
    }

    #[action(detail = false, renderer_classes = [PrettyJsonRenderer, PlainTextRenderer])]
    async fn other(&self) -> Data<&'static str> {
        Data("plain")
    }
}

/// N7, N9: compact, nothing escaped but what JSON and JavaScript want, floats as Python writes them.
#[test]
fn json_is_compact_and_in_the_spelling_of_python() {
    let server = serve(SimpleRouter::new().register_as("style", "style", StyleViewSet));
    let body = concat!(
        r#"{"b":[1,1.0,1e-07,1e+16,-0.0,true,null],"c":"é 😀 <b>&\"'/ \u2028\u2029"#,
        "\u{7f}",
        r#"\u0001","d":{"e":[],"f":{}}}"#
    );
    assert_eq!(server.get("/api/style/").brief(), (200, body));
}

/// N8, N12: the client's parameters do not stand in the way, and `indent` is heeded.
#[test]
fn a_client_may_ask_for_lines() {
    let server = serve(SimpleRouter::new().register_as("style", "style", StyleViewSet));
    for (accept, lines) in [
        ("application/json; version=1", 0),
        ("application/json; indent=2", 15),
        ("*/*; indent=4", 15),
        ("application/json; indent=0", 0),
        ("application/json; indent=x", 0),
        ("application/json; indent=99999999999999999999", 15),
    ] {
        let reply = server.send("GET", "/api/style/", &[("Accept", accept)], b"");
        assert_eq!(reply.body.matches('\n').count(), lines, "{accept}: {}", reply.body);
        assert_eq!(reply.header("content-type"), Some("application/json"), "{accept}");
    }
    let two = server.send("GET", "/api/style/", &[("Accept", "application/json; indent=2")], b"");
    assert!(two.body.starts_with("{\n  \"b\": [\n    1,\n    1.0,"), "{}", two.body);
    assert!(two.body.ends_with("\"d\": {\n    \"e\": [],\n    \"f\": {}\n  }\n}"), "{}", two.body);
}

/// N10: JSON has no infinity.
#[test]
fn what_json_cannot_say_is_a_server_error() {
    let server = serve(SimpleRouter::new().register_as("style", "style", StyleViewSet));
    assert_eq!(server.get("/api/style/infinite/").status, 500);
}

/// N5: pretty JSON and plain text, by `Accept` and by `?format=`; of an error the text says what is wrong.
#[test]
fn pretty_json_and_plain_text_are_there() {
    let server = serve(SimpleRouter::new().register_as("style", "style", StyleViewSet));
    assert_eq!(server.get("/api/style/other/").brief(), (200, "\"plain\""));
    let text = server.get("/api/style/other/?format=txt");
    assert_eq!(text.brief(), (200, "plain"));
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    let refused = server.request("POST", "/api/style/other/?format=txt", "");
    assert_eq!(refused.brief(), (405, "Method \"POST\" not allowed."));
}

/// F6, F7, O9: every answer has its length, and nothing is said of caches or other origins.
#[test]
fn an_answer_has_the_headers_that_it_needs_and_no_others() {
    let server = serve(SimpleRouter::new().register_as("style", "style", StyleViewSet));
    for method in ["GET", "OPTIONS", "POST"] {
        let reply = server.send(method, "/api/style/", &[("Origin", "https://x.example")], b"");
        let names: Vec<_> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
        for name in &names {
            let known = ["content-length", "content-type", "allow", "date", "connection"];
            assert!(known.contains(name), "{method}: {name}");
        }
        assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    }
}
