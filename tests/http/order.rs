//! The order of the stops of a request with all of them, and the headers that a refusal has at each.

use viewset_actix::prelude::*;

use crate::accounts::{BASIC, DENIED, NOT_AUTHENTICATED, basic};
use crate::support::{ALLOW_DETAIL, AUTHORS, Author, NO_AUTHOR, NOT_FOUND, database, serve};

/// Lets nobody pass who says so.
struct Obeys;

impl ObjectPermission<Author> for Obeys {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.header("x-deny").is_none())
    }
    async fn has_object_permission(&self, req: &Request, _author: &Author) -> Result<bool> {
        Ok(req.header("x-deny-object").is_none())
    }
}

/// Throttles whoever says so.
struct Throttles;

impl Throttle for Throttles {
    async fn allow_request(&self, req: &Request) -> Result<Decision> {
        Ok(match req.header("x-throttle") {
            Some(_) => Decision::Throttled { wait: None },
            None => Decision::Allowed,
        })
    }
}

struct AuthorViewSet;

#[viewset(model = Author, authentication_classes = [BASIC], permission_classes = [IsAuthenticated, Obeys],
    throttle_classes = [Throttles], versioning_class = QueryParameterVersioning.allowed_versions(&["v1"]))]
impl AuthorViewSet {}

/// A stop of a request: its name, what makes a request fail there, and how it fails.
struct Stop {
    name: &'static str,
    query: Option<&'static str>,
    header: Option<(&'static str, &'static str)>,
    status: u16,
    body: &'static str,
}

fn stop(name: &'static str, status: u16, body: &'static str) -> Stop {
    Stop { name, query: None, header: None, status, body }
}

impl Stop {
    fn query(self, query: &'static str) -> Self {
        Self { query: Some(query), ..self }
    }
    fn header(self, name: &'static str, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }
}

/// Every stop but those of method, object and body, which the request line and the body decide.
fn stops() -> [Stop; 7] {
    [
        stop("format", 404, NOT_FOUND).query("format=xml"),
        stop("accept", 406, r#"{"detail":"Could not satisfy the request Accept header."}"#)
            .header("Accept", "text/csv"),
        stop("version", 404, r#"{"detail":"Invalid version in query parameter."}"#)
            .query("version=v9"),
        stop("authentication", 401, r#"{"detail":"Invalid username/password."}"#)
            .header("Authorization", "Basic YW5uOndyb25n"),
        stop("permission", 401, NOT_AUTHENTICATED).header("X-Nobody", "1"),
        stop("own permission", 403, DENIED).header("X-Deny", "1"),
        stop("throttle", 429, r#"{"detail":"Request was throttled."}"#).header("X-Throttle", "1"),
    ]
}

/// F1, F2, F3, T26, T44, T85, T89, T92: of any two stops that would refuse a request, the earlier one does, before
/// 405, the object and the body.
#[test]
fn of_two_refusals_the_earlier_one_is_told() {
    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let (stops, ann) = (stops(), basic("ann:correct horse"));
    let send = |method: &str, path: &str, wrong: &[&Stop], more: &[(&str, &str)], body: &[u8]| {
        let queries: Vec<_> = wrong.iter().filter_map(|stop| stop.query).collect();
        let version =
            if wrong.iter().any(|stop| stop.name == "version") { "" } else { "&version=v1" };
        let path = format!("/api/authors/{path}?{}{version}", queries.join("&"));
        let mut headers: Vec<_> = wrong.iter().filter_map(|stop| stop.header).collect();
        let knows = |name| headers.iter().any(|(known, _)| *known == name);
        if !knows("Authorization") && !knows("X-Nobody") {
            headers.push(("Authorization", &ann));
        }
        headers.extend_from_slice(more);
        server.send(method, &path, &headers, body)
    };
    let json = [("Content-Type", "application/json")];
    let text = [("Content-Type", "text/plain")];
    let denied_object = [("Content-Type", "text/plain"), ("X-Deny-Object", "1")];
    for (place, first) in stops.iter().enumerate() {
        let later = stops[place + 1..].iter().map(|second| vec![first, second]);
        for wrong in later.chain([vec![first]]) {
            for (method, path) in [("POST", "1/"), ("PUT", "9/"), ("PUT", "1/"), ("OPTIONS", "1/")]
            {
                let reply = send(method, path, &wrong, &json, b"{bad");
                let names: Vec<_> = wrong.iter().map(|stop| stop.name).collect();
                assert_eq!(reply.brief(), (first.status, first.body), "{names:?} {method} {path}");
                assert_eq!(reply.header("allow"), Some(ALLOW_DETAIL), "{names:?} {method} {path}");
                let challenge = (first.status == 401).then_some(r#"Basic realm="api""#);
                assert_eq!(
                    reply.header("www-authenticate"),
                    challenge,
                    "{names:?} {method} {path}"
                );
            }
        }
    }
    let not_allowed = r#"{"detail":"Method \"POST\" not allowed."}"#;
    assert_eq!(send("POST", "9/", &[], &text, b"{bad").brief(), (405, not_allowed));
    assert_eq!(send("PUT", "9/", &[], &denied_object, b"{bad").brief(), (404, NO_AUTHOR));
    assert_eq!(send("PUT", "1/", &[], &denied_object, b"{bad").brief(), (403, DENIED));
    let media = r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#;
    assert_eq!(send("PUT", "1/", &[], &text, b"{bad").brief(), (415, media));
    assert_eq!(send("PUT", "1/", &[], &json, b"{bad").status, 400);
    let required = r#"{"name":["This field is required."]}"#;
    assert_eq!(send("PUT", "1/", &[], &json, b"{}").brief(), (400, required));
    assert_eq!(send("PUT", "1/", &[], &json, br#"{"name":"Cy"}"#).status, 200);
}

/// F6: every response says how long it is; N7, N10: JSON is compact, and has no number that is none.
#[test]
fn json_is_written_as_drf_writes_it() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        async fn list(&self) -> Data<(&'static str, f64, [u8; 2])> {
            Data(("é\u{2028}\u{2029}<b>&'\"😀", 1e-7, [1, 2]))
        }
        #[action(detail = false, url_path = "float/{n}")]
        async fn float(&self, n: f64) -> Data<[f64; 1]> {
            Data([n])
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let reply = server.get("/api/things/");
    assert_eq!(reply.body, r#"["é\u2028\u2029<b>&'\"😀",1e-07,[1,2]]"#);
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    let length = |method, path| {
        server.send(method, path, &[], b"").header("content-length").map(str::to_owned)
    };
    assert_eq!(length("HEAD", "/api/things/"), length("GET", "/api/things/"));
    assert_eq!(length("PUT", "/api/things/"), Some("40".to_owned()));
    assert_eq!(server.get("/api/things/float/1/").brief(), (200, "[1.0]"));
    for odd in ["NaN", "inf", "-inf"] {
        let reply = server.get(&format!("/api/things/float/{odd}/"));
        assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#), "{odd}");
    }
}
