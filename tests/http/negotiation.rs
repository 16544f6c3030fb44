//! In which format a route answers: `renderer_classes`, `Accept`, `?format=`, suffixes, `Vary`.

use viewset_actix::prelude::*;
use viewset_actix::serializers::Value;
use viewset_tests::{Reply, Server};

use crate::support::{ANN, AUTHORS, Author, NOT_FOUND, database, serve};

/// `key=value; key=value`, a line an object.
struct LineRenderer;

impl Renderer for LineRenderer {
    fn media_type(&self) -> &'static str {
        "text/plain"
    }
    fn format(&self) -> &'static str {
        "txt"
    }
    fn render(&self, data: &Value, _status: StatusCode, _req: &Request) -> Result<Vec<u8>> {
        let rows = match data {
            Value::List(rows) => rows.as_slice(),
            one => std::slice::from_ref(one),
        };
        Ok(rows.iter().map(line).collect::<Vec<_>>().join("\n").into_bytes())
    }
}

fn line(row: &Value) -> String {
    let Value::Map(entries) = row else { return String::new() };
    let text = |value: &Value| serde_json::to_string(value).expect("a value is JSON");
    let pairs =
        entries.iter().map(|(key, value)| format!("{key}={}", text(value).trim_matches('"')));
    pairs.collect::<Vec<_>>().join("; ")
}

/// A picture, for which no object of this API is one.
struct PngRenderer;

impl Renderer for PngRenderer {
    fn media_type(&self) -> &'static str {
        "image/png"
    }
    fn format(&self) -> &'static str {
        "png"
    }
    fn charset(&self) -> Option<&'static str> {
        None
    }
    fn render(&self, _data: &Value, status: StatusCode, req: &Request) -> Result<Vec<u8>> {
        Ok(format!("{} {:?}", status.as_u16(), req.action()).into_bytes())
    }
}

struct AuthorViewSet;

#[viewset(model = Author, renderer_classes = [JsonRenderer, LineRenderer])]
impl AuthorViewSet {
    #[action(detail = false, renderer_classes = [PngRenderer])]
    async fn picture(&self) -> Data<u8> {
        Data(1)
    }
    #[action(detail = false)]
    async fn explicit(&self) -> Result<Response> {
        Response::json(StatusCode::OK, &1)
    }
}

fn server() -> Server {
    serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)))
}

fn ask(server: &Server, path: &str, accept: &str) -> Reply {
    server.send("GET", path, &[("Accept", accept)], b"")
}

const LINE: &str = "id=1; name=Ann; email=";

/// N1, N2, N3, F5: the more specific media type, then the order of the renderers; q is ignored.
#[test]
fn the_accept_header_chooses_the_renderer() {
    let server = server();
    for accept in [
        "*/*",
        "application/json",
        "text/plain, application/json",
        "application/*, text/*",
        "text/plain;q=0.9, application/json;q=0",
        "text/*, */*;q=0.1, application/json",
        "APPLICATION/JSON",
        "application/json; version=1",
    ] {
        let reply = ask(&server, "/api/authors/1/", accept);
        assert_eq!(reply.brief(), (200, ANN), "{accept}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    for accept in [
        "text/plain",
        "text/*",
        "text/*, */*",
        "text/plain; x=y, application/json",
        "text/html, text/plain",
    ] {
        let reply = ask(&server, "/api/authors/1/", accept);
        assert_eq!(reply.brief(), (200, LINE), "{accept}");
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
    }
    let all = ask(&server, "/api/authors/", "text/plain");
    assert_eq!(all.body, format!("{LINE}\nid=2; name=Bob; email="));
}

/// Q2: the parameters of a media type are read as Django reads them.
#[test]
fn a_version_is_found_among_the_parameters_of_accept() {
    struct VersionViewSet;

    #[viewset(
        versioning_class =
            AcceptHeaderVersioning::new().default_version("1").allowed_versions(&["1", "2"])
    )]
    impl VersionViewSet {
        async fn list(&self, req: &Request) -> Data<Option<String>> {
            Data(req.version().map(str::to_owned))
        }
    }

    let server = serve(SimpleRouter::new().register_as("versions", "version", VersionViewSet));
    for (params, expected) in [
        ("", (200, r#""1""#)),
        ("; q=0.1; VERSION=2", (200, r#""2""#)),
        ("; version=\"2\"", (200, r#""2""#)),
        ("; version=2; version=1", (200, r#""1""#)),
        ("; a=\";version=1\"; version=2", (200, r#""2""#)),
        ("; version*=utf-8''2", (200, r#""2""#)),
        ("; version", (406, r#"{"detail":"Invalid version in \"Accept\" header."}"#)),
        ("; version=\u{e9}", (406, r#"{"detail":"Invalid version in \"Accept\" header."}"#)),
    ] {
        let reply = ask(&server, "/api/versions/", &format!("application/json{params}"));
        assert_eq!(reply.brief(), expected, "{params}");
    }
}

/// N4, T85: 406 in the first format, and nothing is done.
#[test]
fn what_nobody_can_render_is_not_acceptable() {
    let server = server();
    for accept in ["image/png", "garbage", "*", "", "application/vnd.api+json", "\u{e9}/x"] {
        let headers = [("Accept", accept), ("Content-Type", "application/json")];
        let reply = server.send("POST", "/api/authors/", &headers, br#"{"name":"Cy"}"#);
        let body = r#"{"detail":"Could not satisfy the request Accept header."}"#;
        assert_eq!(reply.brief(), (406, body), "{accept}");
        assert_eq!(reply.header("vary"), Some("Accept"));
    }
    assert_eq!(server.get("/api/authors/3/").status, 404);
}

/// N5, N6, T86: a format by name has to be acceptable as well.
#[test]
fn a_format_is_chosen_by_suffix_or_query() {
    let server = server();
    for path in
        ["/api/authors/1.txt", "/api/authors/1/?format=txt", "/api/authors/1.txt?format=json"]
    {
        assert_eq!(server.get(path).brief(), (200, LINE), "{path}");
    }
    assert_eq!(server.get("/api/authors/1.json?format=txt").brief(), (200, ANN));
    assert_eq!(server.get("/api/authors/1/?format=").brief(), (200, ANN));
    for path in ["/api/authors/1.png", "/api/authors/1/?format=png", "/api/authors/1/?format=TXT"] {
        assert_eq!(server.get(path).brief(), (404, NOT_FOUND), "{path}");
    }
    assert_eq!(ask(&server, "/api/authors/1.txt", "application/json").status, 406);
}

/// N4, R7, O1: errors and OPTIONS are rendered as data are.
#[test]
fn errors_and_metadata_have_the_format_too() {
    let server = server();
    let missing = ask(&server, "/api/authors/9/", "text/plain");
    assert_eq!(missing.brief(), (404, "detail=No Author matches the given query."));
    let wrong = server.send("POST", "/api/authors/", &[("Accept", "text/plain")], b"");
    assert_eq!(wrong.brief(), (400, r#"name=["This field is required."]"#));
    let metadata = server.send("OPTIONS", "/api/authors/", &[], b"").json();
    assert_eq!(metadata["renders"], json!(["application/json", "text/plain"]));
}

/// B8, F4: an action has renderers of its own; `Vary` stands where there are several.
#[test]
fn an_action_has_renderers_of_its_own() {
    let server = server();
    let picture = server.get("/api/authors/picture/");
    assert_eq!(picture.brief(), (200, r#"200 Some("picture")"#));
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert_eq!(picture.header("vary"), None);
    assert_eq!(ask(&server, "/api/authors/picture/", "application/json").status, 406);
    assert_eq!(server.get("/api/authors/1/").header("vary"), Some("Accept"));
    let plain = serve(
        SimpleRouter::new()
            .register("authors", ModelViewSet::<Author>::new())
            .with(database(AUTHORS)),
    );
    assert_eq!(plain.get("/api/authors/1/").header("vary"), None);
}

/// F9: a response that is made by hand is sent as it is.
#[test]
fn json_by_hand_is_json_whatever_was_asked_for() {
    let reply = ask(&server(), "/api/authors/explicit/", "text/plain");
    assert_eq!(
        (reply.brief(), reply.header("content-type")),
        ((200, "1"), Some("application/json"))
    );
}
