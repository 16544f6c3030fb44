//! The errors that an action can answer with, and the bodies that clients see (DRF's `exceptions`).

use viewset_actix::prelude::*;

use crate::support::{ALLOW_READ, serve};

/// Fails as the query says.
struct ExcViewSet;

#[viewset]
impl ExcViewSet {
    async fn list(&self, req: &Request) -> Result<StatusCode> {
        Err(error(&req.query_param("k").unwrap_or_default()))
    }
}

fn error(kind: &str) -> Error {
    let map = || {
        ErrorDetail::Map(vec![
            ("f".into(), "x".into()),
            ("g".into(), ErrorDetail::List(vec!["y".into(), "z".into()])),
        ])
    };
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    match kind {
        "api" => Error::api(status, "boom", "error"),
        "api_list" => Error::new(status, ErrorDetail::List(vec!["a".into(), "b".into()])),
        "api_map" => Error::new(status, map()),
        "validation" => Error::validation("bad"),
        "validation_list" => Error::validation(vec![ErrorDetail::from("a"), "b".into()]),
        "validation_map" => Error::validation(map()),
        "parse" => Error::parse("Malformed request."),
        "authentication" => Error::authentication_failed(),
        "anonymous" => Error::not_authenticated(),
        "permission" => Error::permission_denied(),
        "not_found" => Error::not_found(),
        "method" => Error::method_not_allowed("GET"),
        "accept" => Error::not_acceptable(),
        "media" => Error::unsupported_media_type("a/b"),
        "throttled" => Error::throttled(None),
        "throttled0" => Error::throttled(Some(0.0)),
        "throttled1" => Error::throttled(Some(0.2)),
        "throttled10" => Error::throttled(Some(9.3)),
        "conflict" => Error::conflict("taken"),
        "custom" => Error::api(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service temporarily unavailable, try again later.",
            "down",
        ),
        "unavailable" => Error::unavailable("the database is gone"),
        other => Error::internal(other.to_owned()),
    }
}

/// R1 to R10, R13, T93, T94.
#[test]
fn each_error_has_its_status_and_its_shape() {
    let server = serve(SimpleRouter::new().register_as("exc", "exc", ExcViewSet));
    let cases = [
        ("api", 500, r#"{"detail":"boom"}"#),
        ("api_list", 500, r#"["a","b"]"#),
        ("api_map", 500, r#"{"f":"x","g":["y","z"]}"#),
        ("validation", 400, r#"["bad"]"#),
        ("validation_list", 400, r#"["a","b"]"#),
        ("validation_map", 400, r#"{"f":"x","g":["y","z"]}"#),
        ("parse", 400, r#"{"detail":"Malformed request."}"#),
        // 403: the viewset has no authenticator that could challenge (H1).
        ("authentication", 403, r#"{"detail":"Incorrect authentication credentials."}"#),
        ("anonymous", 403, r#"{"detail":"Authentication credentials were not provided."}"#),
        ("permission", 403, r#"{"detail":"You do not have permission to perform this action."}"#),
        ("not_found", 404, r#"{"detail":"Not found."}"#),
        ("method", 405, r#"{"detail":"Method \"GET\" not allowed."}"#),
        ("accept", 406, r#"{"detail":"Could not satisfy the request Accept header."}"#),
        ("media", 415, r#"{"detail":"Unsupported media type \"a/b\" in request."}"#),
        ("conflict", 409, r#"{"detail":"taken"}"#),
        ("custom", 503, r#"{"detail":"Service temporarily unavailable, try again later."}"#),
    ];
    for (kind, status, body) in cases {
        let reply = server.get(&format!("/api/exc/?k={kind}"));
        assert_eq!(reply.brief(), (status, body), "{kind}");
        assert_eq!(reply.header("allow"), Some(ALLOW_READ), "{kind}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "{kind}");
        assert_eq!(reply.header("retry-after"), None, "{kind}");
    }
}

/// R11, T94.
#[test]
fn a_throttled_request_is_told_how_long_to_wait() {
    let server = serve(SimpleRouter::new().register_as("exc", "exc", ExcViewSet));
    let cases = [
        ("throttled", None, ""),
        ("throttled0", None, " Expected available in 0 seconds."),
        ("throttled1", Some("1"), " Expected available in 1 second."),
        ("throttled10", Some("10"), " Expected available in 10 seconds."),
    ];
    for (kind, retry, text) in cases {
        let reply = server.get(&format!("/api/exc/?k={kind}"));
        let body = format!(r#"{{"detail":"Request was throttled.{text}"}}"#);
        assert_eq!(
            (reply.brief(), reply.header("retry-after")),
            ((429, body.as_str()), retry),
            "{kind}"
        );
    }
}

/// R14: what an error was caused by is not the client's business.
#[test]
fn the_cause_of_an_error_is_not_in_the_body() {
    let server = serve(SimpleRouter::new().register_as("exc", "exc", ExcViewSet));
    let reply = server.get("/api/exc/?k=unavailable");
    let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
    assert_eq!((reply.brief(), reply.header("retry-after")), ((503, body), Some("1")));
    let reply = server.get("/api/exc/?k=secret");
    assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
    assert_eq!(reply.header("allow"), None);
}

/// R16: codes are there for programs, not in bodies.
#[test]
fn an_error_has_codes_that_are_not_in_its_body() {
    let ErrorDetail::Message(message) = error("not_found").detail().clone() else {
        panic!("a text")
    };
    assert_eq!((message.code, &*message.text), ("not_found", "Not found."));
    assert_eq!(error("throttled").status(), StatusCode::TOO_MANY_REQUESTS);
}

/// R12: errors of other libraries become the library's by `From`.
#[test]
fn errors_of_the_database_are_answers() {
    struct DieselViewSet;

    #[viewset]
    impl DieselViewSet {
        async fn list(&self) -> Result<StatusCode, diesel::result::Error> {
            Err(diesel::result::Error::NotFound)
        }
        async fn create(&self) -> Result<StatusCode> {
            Err(diesel::result::Error::RollbackTransaction)?
        }
    }

    let server = serve(SimpleRouter::new().register_as("rows", "row", DieselViewSet));
    assert_eq!(server.get("/api/rows/").brief(), (404, r#"{"detail":"Not found."}"#));
    assert_eq!(
        server.request("POST", "/api/rows/", "").brief(),
        (500, r#"{"error": "Server Error (500)"}"#)
    );
}
