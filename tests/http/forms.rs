//! Bodies that are no JSON: forms, files, parsers of one's own; and which parser reads a body.

use viewset_actix::data::FormData;
use viewset_actix::prelude::*;
use viewset_actix::request::Payload;
use viewset_tests::{Reply, Server};

use crate::support::{serve, still_answers};

struct PlainTextParser;

impl Parser for PlainTextParser {
    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    async fn parse(&self, _req: &RequestHead, body: Payload<'_>) -> Result<Value> {
        let bytes = body.bytes().await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::parse("not UTF-8"))?;
        Ok(Value::from(text))
    }
}

/// What was read, and how it is spelt.
struct EchoViewSet;

#[viewset]
impl EchoViewSet {
    async fn create(&self, req: &Request) -> Result<Data<Value>> {
        match req.data().await? {
            Value::Form(form) => echo(form).await,
            json => Ok(Data([("json", json.clone())].into_iter().collect())),
        }
    }

    async fn list(&self) -> Data<&'static str> {
        Data("read")
    }

    #[action(detail = false, methods = ["post"], parser_classes = [PlainTextParser])]
    async fn text(&self, req: &Request) -> Result<Data<Value>> {
        Ok(Data(req.data().await?.clone()))
    }

    #[action(detail = false, methods = ["post"])]
    async fn last(&self, req: &Request) -> Result<Data<Option<Value>>> {
        Ok(Data(req.data().await?.get("a").cloned()))
    }
}

async fn echo(form: &FormData) -> Result<Data<Value>> {
    let mut files = Vec::new();
    for (name, uploads) in form.files() {
        for file in uploads {
            let content = file.bytes().await?;
            let shown = String::from_utf8_lossy(content.get(..20).unwrap_or(&content)).into_owned();
            files.push(Value::List(vec![
                name.into(),
                file.name().into(),
                file.content_type().into(),
                Value::Int(i64::try_from(file.size()).unwrap_or(0)),
                file.path().is_some().into(),
                shown.into(),
            ]));
        }
    }
    let fields = Value::Form(form.clone());
    Ok(Data([("form", fields), ("files", Value::List(files))].into_iter().collect()))
}

fn serve_echo() -> Server {
    serve(SimpleRouter::new().register_as("echo", "echo", EchoViewSet))
}

fn post(server: &Server, content_type: &str, body: &[u8]) -> Reply {
    server.send("POST", "/api/echo/", &[("Content-Type", content_type)], body)
}

const FORM: &str = "application/x-www-form-urlencoded";

/// L1, L11.
#[test]
fn a_form_has_every_value_of_every_name() {
    let server = serve_echo();
    let reply = post(&server, FORM, b"a=1&a=2&b=&c&%C3%A9=x+y%21&=z");
    let form = r#"{"form":{"a":["1","2"],"b":[""],"c":[""],"é":["x y!"],"":["z"]},"files":[]}"#;
    assert_eq!(reply.brief(), (200, form));
    let last = server.send("POST", "/api/echo/last/", &[("Content-Type", FORM)], b"a=1&a=2");
    assert_eq!(last.brief(), (200, r#""2""#));
}

/// L1: the case and the parameters of a media type do not matter.
#[test]
fn a_media_type_is_known_in_any_spelling() {
    let server = serve_echo();
    for name in ["APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded; a=b"] {
        assert_eq!(
            post(&server, name, b"a=1").brief(),
            (200, r#"{"form":{"a":["1"]},"files":[]}"#)
        );
    }
    for name in ["application/*", "*/*", "Application/JSON; version=1"] {
        assert_eq!(post(&server, name, b"1").brief(), (200, r#"{"json":1}"#), "{name}");
    }
}

/// L2, T44: the header is echoed as it was sent; a missing one is none.
#[test]
fn a_body_that_nobody_reads_is_a_415() {
    let server = serve_echo();
    for name in ["text/plain", "text/json", "application/vnd.api+json", "json", "multipart/mixed"] {
        let reply = post(&server, name, b"a=1");
        let text = format!(r#"{{"detail":"Unsupported media type \"{name}\" in request."}}"#);
        assert_eq!(reply.brief(), (415, text.as_str()));
    }
    let headers: [(&str, &str); 1] = [("Content-Type", "text/\u{e9}")];
    let latin1 = server.send("POST", "/api/echo/", &headers, b"{}");
    let text = r#"{"detail":"Unsupported media type \"text/Ã©\" in request."}"#;
    assert_eq!(latin1.brief(), (415, text));
    let none = server.send("POST", "/api/echo/", &[], b"{}");
    assert_eq!(none.brief(), (415, r#"{"detail":"Unsupported media type \"\" in request."}"#));
}

/// L3, L4: without a body, or where nobody asks for it, no parser is needed.
#[test]
fn what_is_not_read_is_not_parsed() {
    let server = serve_echo();
    assert_eq!(post(&server, "text/csv", b"").brief(), (200, r#"{"json":{}}"#));
    let form = r#"{"form":{},"files":[]}"#;
    assert_eq!(post(&server, "Multipart/Form-Data; boundary=x", b"").brief(), (200, form));
    assert_eq!(post(&server, "application/x-www-form-urlencoded", b"").brief(), (200, form));
    let headers = [("Content-Type", "text/csv")];
    assert_eq!(server.send("GET", "/api/echo/", &headers, b"a,b").brief(), (200, r#""read""#));
}

/// L7: JSON and forms in the charset that they say.
#[test]
fn a_charset_is_heeded() {
    let server = serve_echo();
    let utf16: Vec<u8> = "\u{feff}[\"é\"]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&str, &[u8], &str); 5] = [
        ("application/json; charset=utf-16", &utf16, r#"{"json":["é"]}"#),
        ("application/json; charset=\"latin-1\"", b"[\"\xe9\"]", r#"{"json":["é"]}"#),
        ("application/json; charset=nonsense", "[\"é\"]".as_bytes(), r#"{"json":["é"]}"#),
        (
            "application/x-www-form-urlencoded; charset=latin-1",
            b"a=%E9",
            r#"{"form":{"a":["é"]},"files":[]}"#,
        ),
        (
            "application/json; charset=bz2_codec",
            b"[]",
            r#"{"detail":"Unsupported charset \"bz2_codec\" in request Content-Type header."}"#,
        ),
    ];
    for (content_type, body, expected) in cases {
        assert_eq!(post(&server, content_type, body).body, expected, "{content_type}");
    }
}

fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend(format!("--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--xyz--\r\n");
    body
}

const MULTIPART: &str = "multipart/form-data; boundary=xyz";

/// L1, L11: fields and files, several under one name.
#[test]
fn a_multipart_form_has_fields_and_files() {
    let server = serve_echo();
    let body = multipart(&[
        ("name=\"a\"", b"1"),
        ("name=\"f\"; filename=\"C:\\\\x\\\\a.txt\"\r\nContent-Type: text/plain", b"one"),
        ("name=\"a\"", "é".as_bytes()),
        ("name=\"f\"; filename=\"b.bin\"", b"two"),
    ]);
    let files = r#"[["f","a.txt","text/plain",3,false,"one"],["f","b.bin","",3,false,"two"]]"#;
    let expected = format!(r#"{{"form":{{"a":["1","é"]}},"files":{files}}}"#);
    assert_eq!(post(&server, MULTIPART, &body).brief(), (200, expected.as_str()));
}

/// Files beyond 2.5 MiB together lie on disk, and are whole there.
#[test]
fn a_large_file_goes_to_disk() {
    let server = serve_echo();
    let content = b"0123456789".repeat(400_000);
    let body = multipart(&[("name=\"f\"; filename=\"big\"\r\nContent-Type: a/b", &content)]);
    let expected = r#"{"form":{},"files":[["f","big","a/b",4000000,true,"01234567890123456789"]]}"#;
    assert_eq!(post(&server, MULTIPART, &body).brief(), (200, expected));
}

/// L13: what Django says of a body that is no multipart form.
#[test]
fn a_multipart_form_without_its_boundary_is_refused() {
    let server = serve_echo();
    let refusal = |text: &str| format!(r#"{{"detail":"Multipart form parse error - {text}"}}"#);
    for (content_type, text) in [
        ("multipart/form-data", "Invalid boundary in multipart: None"),
        ("multipart/form-data; boundary=", "Invalid boundary in multipart: "),
    ] {
        let reply = post(&server, content_type, &multipart(&[("name=\"a\"", b"1")]));
        assert_eq!(reply.brief(), (400, refusal(text).as_str()), "{content_type}");
    }
    still_answers_echo(&server);
}

fn still_answers_echo(server: &Server) {
    assert_eq!(post(server, FORM, b"a=1").status, 200);
}

/// L15: as many fields as Django takes; DRF answers 400 in HTML.
#[test]
fn a_form_has_a_thousand_fields_at_most() {
    let server = serve_echo();
    let fields = |count: usize| vec!["a=1"; count].join("&").into_bytes();
    assert_eq!(post(&server, FORM, &fields(1_000)).status, 200);
    let text = r#"{"detail":"The form has more than the limit of 1000 fields."}"#;
    assert_eq!(post(&server, FORM, &fields(1_001)).brief(), (400, text));
    let parts: Vec<(&str, &[u8])> = vec![("name=\"a\"", b"1"); 1_001];
    assert_eq!(post(&server, MULTIPART, &multipart(&parts)).brief(), (400, text));
}

/// A parser of one's own stands in for the default ones on its action alone, and OPTIONS says so.
#[test]
fn an_action_has_parsers_of_its_own() {
    let server = serve_echo();
    let send = |content_type: &str, body: &[u8]| {
        server.send("POST", "/api/echo/text/", &[("Content-Type", content_type)], body)
    };
    assert_eq!(send("text/plain; charset=utf-8", b"hi").brief(), (200, r#""hi""#));
    assert_eq!(send("text/plain", b"\xff").brief(), (400, r#"{"detail":"not UTF-8"}"#));
    assert_eq!(send("application/json", b"{}").status, 415);
    assert_eq!(post(&server, "text/plain", b"hi").status, 415);
    let options = server.request("OPTIONS", "/api/echo/text/", "").json();
    assert_eq!(options["parses"], serde_json::json!(["text/plain"]));
}

/// L11: a serializer reads a form as it reads JSON.
#[test]
fn a_model_is_created_from_a_form() {
    let server = crate::support::serve_authors();
    let headers = [("Content-Type", FORM)];
    let created =
        server.send("POST", "/api/authors/", &headers, b"name=Zo%C3%A9&email=a%40b.example");
    assert_eq!(created.brief(), (201, r#"{"id":3,"name":"Zoé","email":"a@b.example"}"#));
    let wrong = server.send("POST", "/api/authors/", &headers, b"name=&name=");
    assert_eq!(wrong.brief(), (400, r#"{"name":["This field may not be blank."]}"#));
    still_answers(&server);
}

/// E6, L11: a row is changed by a form with a large file as it is created by one; a missing row is told first.
#[test]
fn a_change_takes_files_as_a_new_row_does() {
    let server = crate::support::serve_authors();
    let file = b"x".repeat(3_000_000);
    let body = multipart(&[("name=\"name\"", b"Cy"), ("name=\"f\"; filename=\"f\"", &file)]);
    let send = |method: &str, path: &str, body: &[u8]| {
        server.send(method, path, &[("Content-Type", MULTIPART)], body).status
    };
    assert_eq!(send("POST", "/api/authors/", &body), 201);
    let body = multipart(&[("name=\"name\"", b"Di"), ("name=\"f\"; filename=\"f\"", &file)]);
    assert_eq!(send("PUT", "/api/authors/1/", &body), 200);
    assert_eq!(send("PATCH", "/api/authors/99/", b"nonsense"), 404);
}

/// A body that a parser has read piece by piece is no empty body to an extractor of actix-web.
#[test]
fn an_extractor_is_told_that_a_form_was_read() {
    struct Reading;

    impl Permission for Reading {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            req.data().await.map(|_| true)
        }
    }

    struct BytesViewSet;

    #[viewset(permission_classes = [Reading])]
    impl BytesViewSet {
        async fn create(&self, body: actix_web::web::Bytes) -> Data<usize> {
            Data(body.len())
        }
    }

    let server = serve(SimpleRouter::new().register_as("bytes", "bytes", BytesViewSet));
    let body = multipart(&[("name=\"a\"", b"1")]);
    let reply = server.send("POST", "/api/bytes/", &[("Content-Type", MULTIPART)], &body);
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert_eq!(server.request("POST", "/api/bytes/", "{}").brief(), (200, "2"));
}

/// L12: a form has no null and no unchecked boxes: an empty text is null where that is allowed, a box that is
/// not there is not checked.
#[test]
fn a_form_says_null_and_false_in_its_own_way() {
    #[derive(viewset_actix::Serializer)]
    struct Settings {
        active: bool,
        count: Option<i32>,
    }

    struct SettingsViewSet;

    #[viewset]
    impl SettingsViewSet {
        async fn create(&self, data: Validated<Settings>) -> Data<(bool, Option<i32>)> {
            Data((data.active, data.count))
        }
    }

    let router = SimpleRouter::new().register_as("settings", "settings", SettingsViewSet);
    let server = serve(router);
    let send = |kind: &str, body: &[u8]| {
        server.send("POST", "/api/settings/", &[("Content-Type", kind)], body)
    };
    assert_eq!(send(FORM, b"count=").brief(), (200, "[false,null]"));
    assert_eq!(send(FORM, b"active=on&count=3").brief(), (200, "[true,3]"));
    let required = r#"{"active":["This field is required."]}"#;
    assert_eq!(send("application/json", b"{\"count\":3}").brief(), (400, required));
}

/// As DRF reads nested serializers: of a form each is a form, and a list of them has mistakes of its own.
#[test]
fn nested_objects_and_lists_of_them_come_in_forms() {
    #[derive(Serializer, serde::Serialize)]
    struct Line {
        name: String,
        ok: bool,
    }

    #[derive(Serializer, serde::Serialize)]
    struct Order {
        title: String,
        first: Line,
        #[field(max_length = 2, allow_empty = false)]
        lines: Vec<Line>,
    }

    struct OrderViewSet;

    #[viewset]
    impl OrderViewSet {
        async fn create(&self, order: Validated<Order>) -> Data<Order> {
            Data(order.0)
        }
    }

    let server = serve(SimpleRouter::new().register_as("orders", "order", OrderViewSet));
    let ask = |content_type: &str, body: &str| {
        let reply =
            server.send("POST", "/api/orders/", &[("Content-Type", content_type)], body.as_bytes());
        (reply.status, reply.body)
    };
    let form = "application/x-www-form-urlencoded";
    let whole = "title=x&first.name=n&first.ok=true&lines[0]name=m&lines[0]ok=true&lines[3]name=o";
    let expected = r#"{"title":"x","first":{"name":"n","ok":true},"lines":[{"name":"m","ok":true},{"name":"o","ok":false}]}"#;
    assert_eq!(ask(form, whole), (200, expected.to_owned()));
    let required = r#"["This field is required."]"#;
    let expected = format!(r#"{{"first":{required},"lines":{required}}}"#);
    assert_eq!(ask(form, "title=x&first=5&lines=5"), (400, expected));
    for (lines, expected) in [
        ("5", r#"Expected a list of items but got type \"int\"."#),
        ("[]", "This list may not be empty."),
        ("[1,2,3]", "Ensure this field has no more than 2 elements."),
    ] {
        let body = format!(r#"{{"title":"x","first":{{"name":"n","ok":true}},"lines":{lines}}}"#);
        let expected = format!(r#"{{"lines":{{"non_field_errors":["{expected}"]}}}}"#);
        assert_eq!(ask("application/json", &body), (400, expected), "{lines}");
    }
}
