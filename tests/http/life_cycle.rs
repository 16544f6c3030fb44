//! The stops of a request and their order, and the headers that every response has.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::prelude::*;

use crate::support::{
    ALLOW_LIST, ALLOW_READ, ANN, AUTHORS, Author, NO_AUTHOR, NOT_FOUND, database, serve,
    serve_authors,
};

const NOT_ACCEPTABLE: &str = r#"{"detail":"Could not satisfy the request Accept header."}"#;

/// Lets in those who know the word.
struct KnowsTheWord;

impl Permission for KnowsTheWord {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.header("x-word") == Some("sesame"))
    }
    fn message(&self) -> Option<ErrorDetail> {
        Some("say the word".into())
    }
}

const SESAME: (&str, &str) = ("X-Word", "sesame");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const REFUSED: &str = r#"{"detail":"say the word"}"#;

/// F1, F2, T26, T44, T85: each request is wrong in all the ways that come later, too.
#[test]
fn the_stops_of_a_request_have_an_order() {
    struct AuthorViewSet;

    #[viewset(model = Author, permission_classes = [KnowsTheWord])]
    impl AuthorViewSet {}

    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let csv = ("Accept", "text/csv");
    let not_allowed = r#"{"detail":"Method \"PUT\" not allowed."}"#;
    let bad_json = r#"{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}"#;
    let bad_type = r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#;
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16, &'a str);
    let cases: &[Case<'_>] = &[
        ("PUT", "/api/authors.xml", &[csv], 404, NOT_FOUND),
        ("PUT", "/api/authors/?format=xml", &[csv], 404, NOT_FOUND),
        ("PUT", "/api/authors/", &[csv], 406, NOT_ACCEPTABLE),
        ("PUT", "/api/authors/", &[], 403, REFUSED),
        ("PUT", "/api/authors/", &[SESAME], 405, not_allowed),
        ("PUT", "/api/authors/99/", &[], 403, REFUSED),
        ("PUT", "/api/authors/99/", &[SESAME, JSON], 404, NO_AUTHOR),
        ("PUT", "/api/authors/99/", &[SESAME, ("Content-Type", "text/plain")], 404, NO_AUTHOR),
        ("PUT", "/api/authors/1/", &[SESAME, ("Content-Type", "text/plain")], 415, bad_type),
        ("PUT", "/api/authors/1/", &[SESAME, JSON], 400, bad_json),
        ("POST", "/api/authors/", &[SESAME, JSON], 400, bad_json),
    ];
    for (method, path, headers, status, body) in cases {
        let reply = server.send(method, path, headers, b"{bad");
        assert_eq!(reply.brief(), (*status, *body), "{method} {path} {headers:?}");
        assert!(reply.header("allow").is_some(), "{method} {path}");
    }
}

/// G8, G15, O8, P42: permissions guard OPTIONS and methods that end in 405, too.
#[test]
fn permissions_are_asked_for_every_method() {
    struct ThingViewSet;

    #[viewset(permission_classes = [AllowAny, KnowsTheWord])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    for (method, status) in
        [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("POST", 405), ("FOO", 405)]
    {
        let refused = server.send(method, "/api/things/", &[], b"");
        assert_eq!((refused.status, refused.header("allow")), (403, Some(ALLOW_READ)), "{method}");
        assert_eq!(server.send(method, "/api/things/", &[SESAME], b"").status, status, "{method}");
    }
    assert_eq!(server.get("/api/things/").body, REFUSED);
}

/// R6, G8: the first that refuses decides the text, and a structured one is the whole body.
#[test]
fn a_refusal_has_the_text_of_the_first_permission_that_refuses() {
    struct Silent;

    impl Permission for Silent {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            Ok(req.query_param("silent").is_none())
        }
    }

    struct Structured;

    impl Permission for Structured {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            match req.query_param("broken") {
                Some(_) => Err(Error::not_found()),
                None => Ok(req.query_param("structured").is_none()),
            }
        }
        fn message(&self) -> Option<ErrorDetail> {
            Some(ErrorDetail::field("plan", "too small", "plan"))
        }
    }

    struct ThingViewSet;

    #[viewset(permission_classes = [Silent, Structured])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let silent = r#"{"detail":"You do not have permission to perform this action."}"#;
    assert_eq!(server.get("/api/things/?silent&structured").brief(), (403, silent));
    assert_eq!(server.get("/api/things/?structured").brief(), (403, r#"{"plan":["too small"]}"#));
    assert_eq!(server.get("/api/things/?broken").brief(), (404, NOT_FOUND));
    assert_eq!(server.get("/api/things/").status, 200);
}

/// A9, G9, P17: OPTIONS and unmapped methods fall into the else branch of the guide's example.
#[test]
fn get_permissions_can_depend_on_the_action() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        async fn create(&self) -> StatusCode {
            StatusCode::CREATED
        }
        fn get_permissions(&self, req: &Request) -> Permissions {
            match req.action() {
                Some("list") => permissions![AllowAny],
                _ => permissions![KnowsTheWord],
            }
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    for (method, status) in
        [("GET", 200), ("HEAD", 200), ("POST", 403), ("OPTIONS", 403), ("DELETE", 403)]
    {
        assert_eq!(server.request(method, "/api/things/", "").status, status, "{method}");
    }
}

/// F3, T25.
#[test]
fn allow_is_on_every_response_of_a_view() {
    let server = serve_authors();
    for (method, path, body, status) in [
        ("GET", "/api/authors/", "", 200),
        ("POST", "/api/authors/", "{}", 400),
        ("POST", "/api/authors/", r#"{"name":"Cy"}"#, 201),
        ("GET", "/api/authors/?format=xml", "", 404),
        ("DELETE", "/api/authors/", "", 405),
        ("OPTIONS", "/api/authors/", "", 200),
    ] {
        let reply = server.request(method, path, body);
        assert_eq!(
            (reply.status, reply.header("allow")),
            (status, Some(ALLOW_LIST)),
            "{method} {path}"
        );
    }
}

/// F3, R14: no `Allow`, and nothing of the cause, in the answer to an unhandled error.
#[test]
fn an_internal_error_tells_nothing() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> Result<StatusCode> {
            Err(Error::internal("the secret is 42"))
        }
    }

    let reply =
        serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet)).get("/api/things/");
    assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
    assert_eq!(reply.header("allow"), None);
}

/// F4, F7: JSON alone varies with nothing, and nothing is said of caching.
#[test]
fn a_response_has_the_headers_of_drf_and_no_others() {
    let reply = serve_authors().get("/api/authors/1/");
    let mut names: Vec<_> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["allow", "connection", "content-length", "content-type", "date"]);
}

/// F7, T37.
#[test]
fn conditional_headers_are_ignored() {
    let server = serve_authors();
    for header in [
        ("If-None-Match", "*"),
        ("If-Match", "\"x\""),
        ("If-Modified-Since", "Mon, 23 Nov 2026 00:00:00 GMT"),
    ] {
        assert_eq!(server.send("GET", "/api/authors/1/", &[header], b"").brief(), (200, ANN));
    }
}

/// F8, T34.
#[test]
fn the_method_is_that_of_the_request_line() {
    let server = serve_authors();
    let headers = [JSON, ("X-HTTP-Method-Override", "DELETE")];
    let reply = server.send("POST", "/api/authors/1/", &headers, b"{}");
    assert_eq!(reply.brief(), (405, r#"{"detail":"Method \"POST\" not allowed."}"#));
    assert_eq!(
        server.request("POST", "/api/authors/?_method=DELETE", r#"{"name":"Cy"}"#).status,
        201
    );
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}

/// F9, F5, T96.
#[test]
fn a_response_is_sent_as_the_action_made_it() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn custom(&self) -> Result<Response> {
            let mut response = Response::json(StatusCode::ACCEPTED, &json!({"a": 1}))?;
            response.headers.insert("x-a", "b".parse().map_err(Error::internal)?);
            response.content_type =
                Some("application/vnd.x+json".parse().map_err(Error::internal)?);
            Ok(response)
        }
        #[action(detail = false)]
        async fn empty(&self) -> Response {
            Response::empty(StatusCode::OK)
        }
        #[action(detail = false)]
        async fn no_content(&self) -> StatusCode {
            StatusCode::NO_CONTENT
        }
        #[action(detail = false, url_path = "scalar/{n}")]
        async fn scalar(&self, n: usize) -> Result<Data<serde_json::Value>> {
            let all =
                [json!("plain"), json!(5), json!(false), json!(0), json!(""), json!([]), json!({})];
            all.get(n).cloned().map(Data).ok_or_else(Error::not_found)
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let custom = server.get("/api/things/custom/");
    assert_eq!(custom.brief(), (202, r#"{"a":1}"#));
    assert_eq!(
        (custom.header("x-a"), custom.header("content-type")),
        (Some("b"), Some("application/vnd.x+json"))
    );
    let empty = server.get("/api/things/empty/");
    assert_eq!(
        (empty.status, empty.header("content-type"), empty.header("content-length")),
        (200, None, Some("0"))
    );
    let none = server.get("/api/things/no_content/");
    assert_eq!(
        (none.status, none.header("content-type"), none.header("allow")),
        (204, None, Some(ALLOW_READ))
    );
    for (n, body) in [r#""plain""#, "5", "false", "0", r#""""#, "[]", "{}"].into_iter().enumerate()
    {
        let reply = server.get(&format!("/api/things/scalar/{n}/"));
        assert_eq!(
            (reply.brief(), reply.header("content-type")),
            ((200, body), Some("application/json"))
        );
    }
}

/// T84, T85, T86: quality values are ignored, and nothing runs for those who accept nothing.
#[test]
fn what_the_client_accepts_is_looked_at_first() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> Data<u8> {
            CALLS.fetch_add(1, Ordering::SeqCst);
            Data(1)
        }
    }

    let server = serve(DefaultRouter::new().register_as("things", "thing", ThingViewSet));
    let accepted = [
        "*/*",
        "application/json",
        "application/*",
        "APPLICATION/JSON",
        "text/html, application/json",
        "application/json;q=0",
        "application/json;q=0.1, text/html;q=0.9",
        "application/json; version=1",
    ];
    for accept in accepted {
        assert_eq!(
            server.send("GET", "/api/things/", &[("Accept", accept)], b"").brief(),
            (200, "1"),
            "{accept}"
        );
    }
    assert_eq!(CALLS.fetch_add(0, Ordering::SeqCst), accepted.len());
    for accept in
        ["text/html", "text/csv", "garbage", "*", "", "application/vnd.api+json", "application/jso"]
    {
        for path in ["/api/things/", "/api/things/?format=json", "/api/things.json"] {
            let reply = server.send("GET", path, &[("Accept", accept)], b"");
            assert_eq!(reply.brief(), (406, NOT_ACCEPTABLE), "{accept} {path}");
        }
    }
    assert_eq!(CALLS.fetch_add(0, Ordering::SeqCst), accepted.len());
    assert_eq!(server.get("/api/things/?format=json").brief(), (200, "1"));
    assert_eq!(server.get("/api/things/?format=").brief(), (200, "1"));
    for path in ["/api/things/?format=xml", "/api/things/?format=JSON", "/api/things.xml"] {
        assert_eq!(server.get(path).brief(), (404, NOT_FOUND), "{path}");
    }
    assert_eq!(server.get("/api/things.json?format=xml").brief(), (200, "1"));
}

/// F1: a last change to every response, and an answer of the viewset's own to its errors.
#[test]
fn a_viewset_can_change_its_responses_and_handle_its_errors() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self) -> Result<StatusCode> {
            Err(Error::internal("teapot"))
        }
        fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
            match error.is_internal() {
                true => Response::json(StatusCode::IM_A_TEAPOT, &req.action()),
                false => viewset_actix::exceptions::exception_handler(req, error),
            }
        }
        fn finalize_response(&self, _req: &Request, mut response: Response) -> Response {
            response.headers.insert("x-last", response.status.as_str().parse().expect("a header"));
            response
        }
    }

    let server = serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet));
    let list = server.get("/api/things/");
    assert_eq!((list.brief(), list.header("x-last")), ((418, r#""list""#), Some("418")));
    assert_eq!(server.request("POST", "/api/things/", "").header("x-last"), Some("405"));
    assert_eq!(server.request("OPTIONS", "/api/things/", "").header("x-last"), Some("200"));
}

/// D10: what a viewset needs beside the request is the state of its router, by its type.
#[test]
fn the_state_of_a_router_reaches_its_actions() {
    #[derive(Clone)]
    struct Greeting(&'static str);

    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self, req: &Request, greeting: State<Greeting>) -> Data<serde_json::Value> {
            Data(json!([
                greeting.0.0,
                req.state::<Greeting>().map(|state| state.0),
                req.state::<u8>()
            ]))
        }
        async fn create(&self, missing: State<u8>) -> Data<u8> {
            Data(missing.0)
        }
    }

    let router =
        SimpleRouter::new().register_as("things", "thing", ThingViewSet).with(Greeting("hello"));
    let server = serve(router);
    assert_eq!(server.get("/api/things/").brief(), (200, r#"["hello","hello",null]"#));
    assert_eq!(server.request("POST", "/api/things/", "").status, 500);
}
