//! Which version of the API a request asks for, by each scheme, and the URLs that are then made.

use std::borrow::Cow;

use actix_web::web;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{build, serve};

/// The version, and URLs of routes with and without one.
fn seen(req: &Request) -> Data<serde_json::Value> {
    let url = |name: &str| req.reverse(name.to_owned()).url().ok();
    Data(json!([req.version(), url("thing-list"), url("plain-list")]))
}

struct PlainViewSet;

/// Without a version.
#[viewset(basename = "plain")]
impl PlainViewSet {
    async fn list(&self, req: &Request) -> Data<serde_json::Value> {
        Data(json!([req.version(), req.versioning_scheme()]))
    }
}

/// A viewset of each scheme: any version, some with a default, some without.
macro_rules! viewsets {
    ($scheme:ident) => {
        struct AnyViewSet;

        #[viewset(basename = "thing", versioning_class = $scheme)]
        impl AnyViewSet {
            async fn list(&self, req: &Request) -> Data<serde_json::Value> {
                seen(req)
            }
        }

        struct SomeViewSet;

        #[viewset(basename = "thing", versioning_class = $scheme.allowed_versions(&["v1", "v2"]))]
        impl SomeViewSet {
            async fn list(&self, req: &Request) -> Data<serde_json::Value> {
                seen(req)
            }
        }

        struct DefaultViewSet;

        #[viewset(basename = "thing",
            versioning_class = $scheme.allowed_versions(&["v1"]).default_version("v2").version_param("v"))]
        impl DefaultViewSet {
            async fn list(&self, req: &Request) -> Data<serde_json::Value> {
                seen(req)
            }
        }
    };
}

/// Q1: no scheme, no version.
#[test]
fn there_is_no_version_without_a_scheme() {
    let server = serve(SimpleRouter::new().register("plain", PlainViewSet));
    assert_eq!(server.get("/api/plain/?version=v1").brief(), (200, "[null,null]"));
}

/// What a request is answered: its version, or the text of a refusal.
fn check(
    server: &Server,
    path: &str,
    header: &str,
    value: &str,
    answer: Result<Option<&str>, (u16, &str)>,
) {
    let headers = if header.is_empty() { vec![] } else { vec![(header, value)] };
    let reply = server.send("GET", path, &headers, b"");
    match answer {
        Ok(version) => {
            assert_eq!((reply.status, &reply.json()[0]), (200, &json!(version)), "{path} {value}");
        }
        Err((status, text)) => {
            let body = json!({"detail": text});
            assert_eq!((reply.status, reply.json()), (status, body), "{path} {value}");
        }
    }
}

/// Q2, Q7, N12: a parameter of the media type; 406, as it belongs to `Accept`.
#[test]
fn a_version_in_the_accept_header() {
    viewsets!(AcceptHeaderVersioning);

    let router = SimpleRouter::new().register("any", AnyViewSet);
    let router = router.register_as("some", "some", SomeViewSet);
    let server = serve(router.register_as("default", "default", DefaultViewSet));
    let refused = Err((406, "Invalid version in \"Accept\" header."));
    let ask = |path: &str, accept: &str, answer| {
        check(&server, &format!("/api/{path}/"), "Accept", accept, answer);
    };
    ask("any", "application/json; version=1.0", Ok(Some("1.0")));
    ask("any", "application/json;version=\"1.0\";q=0.5", Ok(Some("1.0")));
    ask("any", "*/*; version=7", Ok(Some("7")));
    ask("any", "text/html, application/json; version=7", Ok(Some("7")));
    ask("any", "application/json; v=7", Ok(None));
    ask("any", "application/json", Ok(None));
    ask("some", "application/json; version=v2", Ok(Some("v2")));
    ask("some", "application/json; version=v3", refused);
    ask("some", "application/json; version=", refused);
    ask("some", "*/*", refused);
    ask("default", "application/json; v=v1", Ok(Some("v1")));
    ask("default", "application/json; v=v2", Ok(Some("v2")));
    ask("default", "application/json; version=v9", Ok(Some("v2")));
    ask("default", "application/json; v=v9", refused);
    ask("default", "text/csv; v=v1", Err((406, "Could not satisfy the request Accept header.")));
    check(&server, "/api/some/", "", "", refused);
    check(&server, "/api/default/", "", "", Ok(Some("v2")));
}

/// Q6, Q7: a query parameter, which URLs then have, too, in the order of DRF.
#[test]
fn a_version_in_the_query() {
    viewsets!(QueryParameterVersioning);

    let router = SimpleRouter::new().register("any", AnyViewSet).register("plain", PlainViewSet);
    let router = router.register_as("some", "some", SomeViewSet);
    let server = serve(router.register_as("default", "default", DefaultViewSet));
    let refused = Err((404, "Invalid version in query parameter."));
    let ask = |path: &str, answer| check(&server, &format!("/api/{path}"), "", "", answer);
    ask("any/", Ok(None));
    ask("any/?version=", Ok(Some("")));
    ask("any/?version=a%20b", Ok(Some("a b")));
    ask("some/", refused);
    ask("some/?version=", refused);
    ask("some/?version=v3", refused);
    ask("some/?version=V1", refused);
    ask("some/?version=v3&version=v1", Ok(Some("v1")));
    ask("default/", Ok(Some("v2")));
    ask("default/?version=v9", Ok(Some("v2")));
    ask("default/?v=v9", refused);
    let urls = |query: &str| server.get(&format!("/api/any/{query}")).json();
    let (thing, plain) = ("http://testserver/api/any/", "http://testserver/api/plain/");
    assert_eq!(urls(""), json!([null, thing, plain]));
    let with = |query: &str| json!([format!("{thing}{query}"), format!("{plain}{query}")]);
    for (sent, made) in [
        ("?version=v1", "?version=v1"),
        ("?version=v1&format=json&page=2", "?format=json&version=v1"),
        ("?version=%C3%A9%20%26~", "?version=%C3%A9+%26~"),
    ] {
        let all = urls(sent);
        assert_eq!(json!([all[1], all[2]]), with(made), "{sent}");
    }
}

/// Q3, Q7: a URL argument, of a scope around the router or of a prefix; URLs keep it.
#[test]
fn a_version_in_the_path() {
    viewsets!(UrlPathVersioning);

    let router = SimpleRouter::new()
        .register("{version}/any", AnyViewSet)
        .register("plain", PlainViewSet)
        .register_as("{version}/some", "some", SomeViewSet)
        .register_as("{v}/default", "default", DefaultViewSet)
        .register_as("default", "no-version", DefaultViewSet)
        .register_as("some", "none", SomeViewSet);
    let server = serve(router);
    let refused = Err((404, "Invalid version in URL path."));
    let ask = |path: &str, answer| check(&server, &format!("/api/{path}/"), "", "", answer);
    ask("anything/any", Ok(Some("anything")));
    ask("v1/some", Ok(Some("v1")));
    ask("v3/some", refused);
    ask("some", refused);
    ask("v1/default", Ok(Some("v1")));
    ask("v9/default", refused);
    ask("default", Ok(Some("v2")));
    let urls = json!(["v7", "http://testserver/api/v7/any/", "http://testserver/api/plain/"]);
    assert_eq!(server.get("/api/v7/any/").json(), urls);
}

/// Q3: the version of a scope around the router is in the URLs as the rest of the mount is.
#[test]
fn a_version_in_the_path_of_a_scope() {
    viewsets!(UrlPathVersioning);
    let _ = (AnyViewSet, DefaultViewSet);

    let router = build(SimpleRouter::new().register("things", SomeViewSet));
    let server = Server::start_with(move |config| {
        config.service(web::scope("/api/{version}").service(router.clone()));
    });
    let url = "http://testserver/api/v2/things/";
    assert_eq!(server.get("/api/v2/things/").json(), json!(["v2", url, null]));
    let refused = r#"{"detail":"Invalid version in URL path."}"#;
    assert_eq!(server.get("/api/v3/things/").brief(), (404, refused));
}

/// Q4, Q7: the namespace of a router; of nested ones the first that is a version.
#[test]
fn a_version_by_the_namespace_of_the_router() {
    viewsets!(NamespaceVersioning);

    let serve_in = |namespace: Option<&'static str>| {
        let router = SimpleRouter::new().register("any", AnyViewSet);
        let router = router.register_as("some", "some", SomeViewSet);
        let router = router.register_as("default", "default", DefaultViewSet);
        serve(match namespace {
            Some(namespace) => router.namespace(namespace),
            None => router,
        })
    };
    let text = "Invalid version in URL path. Does not match any version namespace.";
    let refused = Err((404, text));
    for (namespace, any, some, default) in [
        (None, Ok(None), Ok(None), Ok(Some("v2"))),
        (Some("v1"), Ok(Some("v1")), Ok(Some("v1")), Ok(Some("v1"))),
        (Some("shop:v2"), Ok(Some("shop")), Ok(Some("v2")), Ok(Some("v2"))),
        (Some("shop"), Ok(Some("shop")), refused, refused),
    ] {
        let server = serve_in(namespace);
        for (path, answer) in [("any", any), ("some", some), ("default", default)] {
            check(&server, &format!("/api/{path}/"), "", "", answer);
        }
        let url = json!("http://testserver/api/any/");
        assert_eq!(server.get("/api/any/").json()[1], url);
    }
}

/// Q5, Q7: the first of three labels of the host, in letters and digits; any other host has no version.
#[test]
fn a_version_in_the_host() {
    viewsets!(HostNameVersioning);

    let router = SimpleRouter::new().register("any", AnyViewSet);
    let router = router.register_as("some", "some", SomeViewSet);
    let server = serve(router.register_as("default", "default", DefaultViewSet));
    let ask = |host: &str, path: &str, answer: Result<Option<&str>, u16>| {
        let request =
            format!("GET /api/{path}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let reply = server.raw(request.as_bytes(), "GET");
        let expected = match answer {
            Ok(version) => (200, json!(version)),
            Err(status) => (status, json!("Invalid version in hostname.")),
        };
        let told = if reply.status == 200 { &reply.json()[0] } else { &reply.json()["detail"] };
        assert_eq!((reply.status, told), (expected.0, &expected.1), "{host} {path}");
    };
    ask("v1.example.com", "any", Ok(Some("v1")));
    ask("v1.example.com:8080", "some", Ok(Some("v1")));
    ask("v3.example.com", "some", Err(404));
    ask("V1.example.com", "some", Err(404));
    ask("example.com", "some", Ok(None));
    ask("v-3.example.com", "some", Ok(None));
    ask("v3.api.example.com", "some", Ok(None));
    ask("127.0.0.1", "default", Ok(Some("v2")));
    ask("v9.example.com", "default", Err(404));
    ask("localhost", "default", Ok(Some("v2")));
}

/// Q7: a scheme of one's own, on one action, while the rest of the viewset goes without.
#[test]
fn a_scheme_of_ones_own() {
    struct DateVersioning;

    impl Versioning for DateVersioning {
        fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
            match req.header("x-date") {
                Some("never") => Err(Error::not_found()),
                Some("panic") => panic!("a scheme panics"),
                date => Ok(date.map(|date| Cow::Owned(date.to_owned()))),
            }
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", versioning_class = DateVersioning)]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn a(&self, req: &Request) -> Data<serde_json::Value> {
            Data(json!([req.version(), req.versioning_scheme()]))
        }
        #[action(detail = false, versioning_class = None)]
        async fn b(&self, req: &Request) -> Data<serde_json::Value> {
            Data(json!([req.version(), req.versioning_scheme()]))
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let ask = |action: &str, date: &str| {
        let reply = server.send("GET", &format!("/api/things/{action}/"), &[("X-Date", date)], b"");
        (reply.status, reply.json())
    };
    assert_eq!(ask("a", "2026-11-24"), (200, json!(["2026-11-24", "DateVersioning"])));
    assert_eq!(ask("a", "never"), (404, json!({"detail": "Not found."})));
    assert_eq!(ask("a", "panic").0, 500);
    assert_eq!(ask("b", "never"), (200, json!([null, null])));
}
