//! From the name of a route to its URL: `reverse`, `reverse_action`, the map of extra actions.

use viewset_actix::prelude::*;

use crate::support::{build, serve};

/// Answers what a request reverses.
struct BookViewSet;

#[viewset]
impl BookViewSet {
    async fn list(&self, req: &Request) -> Data<serde_json::Value> {
        Data(json!(map(req)))
    }
    async fn retrieve(&self, req: &Request) -> Data<serde_json::Value> {
        Data(json!(map(req)))
    }
    #[action(detail = false)]
    async fn urls(&self, req: &Request) -> Result<impl IntoResponse> {
        Ok(Data([
            req.reverse_action("list").url()?,
            req.reverse_action("detail").arg("1").url()?,
            req.reverse_action("detail").kwarg("pk", 2).url()?,
            req.reverse_action("publish").arg(1).url()?,
            req.reverse("book-set_price").arg(1).arg(2020).url()?,
        ]))
    }
    #[action(detail = false)]
    async fn others(&self, req: &Request) -> Result<impl IntoResponse> {
        Ok(Data([
            req.reverse_action("list").relative().url()?,
            req.reverse_action("list").format("json").url()?,
            req.reverse_action("detail").arg(1).format("json").relative().url()?,
            req.reverse("api-root").url()?,
        ]))
    }
    #[action(detail = false)]
    async fn wrong(&self, req: &Request) -> Result<impl IntoResponse> {
        Ok(Data(req.reverse_action("nope").url()?))
    }
    #[action(detail = true)]
    async fn publish(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = true, url_path = "change-cover", name = "Change Cover")]
    async fn cover(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = true, url_path = "price/{year:[0-9]+}", url_name = "set_price")]
    async fn price(&self, year: u16) -> Data<u16> {
        Data(year)
    }
}

fn map(req: &Request) -> Vec<(String, String)> {
    req.get_extra_action_url_map()
}

fn server() -> viewset_tests::Server {
    serve(DefaultRouter::new().register_as("books", "book", BookViewSet))
}

/// A19, P12, P13, W3.
#[test]
fn reverse_action_makes_absolute_urls() {
    let expected = [
        "http://testserver/api/books/",
        "http://testserver/api/books/1/",
        "http://testserver/api/books/2/",
        "http://testserver/api/books/1/publish/",
        "http://testserver/api/books/1/price/2020/",
    ];
    let reply = server().get("/api/books/urls/");
    assert_eq!((reply.status, reply.json()), (200, json!(expected)));
}

/// A20.
#[test]
fn a_url_can_be_relative_or_have_a_format() {
    let expected = [
        "/api/books/",
        "http://testserver/api/books.json",
        "/api/books/1.json",
        "http://testserver/api/",
    ];
    let reply = server().get("/api/books/others/");
    assert_eq!((reply.status, reply.json()), (200, json!(expected)));
}

/// A20: as in Django, the format is the last argument of a second pattern.
#[test]
fn the_format_can_stand_among_the_arguments() {
    let router = build(DefaultRouter::new().register_as("books", "book", BookViewSet));
    let url = |reverse: viewset_actix::reverse::Reverse<'_>| reverse.url().ok();
    let found = Some("/books/1.json".to_owned());
    assert_eq!(url(router.reverse("book-detail").arg(1).arg("json")), found);
    assert_eq!(url(router.reverse("book-detail").kwarg("pk", 1).kwarg("format", "json")), found);
    assert_eq!(url(router.reverse("book-list").arg("JSON")), None);
    let router = build(SimpleRouter::new().register_as("books", "book", BookViewSet));
    assert_eq!(url(router.reverse("book-detail").arg(1).arg("json")), None);
    assert_eq!(url(router.reverse("book-detail").kwarg("pk", 1).kwarg("format", "json")), None);
}

/// A23, W4.
#[test]
fn the_urls_of_extra_actions_have_the_suffix_of_the_request() {
    let reply = server().get("/api/books/1.json").json();
    assert_eq!(
        reply[0],
        json!(["Change Cover", "http://testserver/api/books/1/change-cover.json"])
    );
}

/// A21, W3.
#[test]
fn the_format_parameter_of_the_request_is_kept() {
    let reply = server().get("/api/books/urls/?x=1&format=json").json();
    assert_eq!(reply[0], "http://testserver/api/books/?format=json");
    assert_eq!(reply[1], "http://testserver/api/books/1/?format=json");
}

/// A19: the host is the client's, and other headers have no say.
#[test]
fn urls_follow_the_host_header() {
    let request = "GET /api/books/urls/ HTTP/1.1\r\nHost: api.example.com:8080\r\n\
                   X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n";
    let reply = server().raw(request.as_bytes(), "GET").json();
    assert_eq!(reply[0], "http://api.example.com:8080/api/books/");
}

/// A22.
#[test]
fn an_unknown_name_is_a_server_error() {
    let reply = server().get("/api/books/wrong/");
    assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
}

/// A22, P14.
#[test]
fn without_a_basename_nothing_can_be_reversed() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Data<Option<String>> {
            Data(req.reverse_action("list").url().err().map(|error| error.to_string()))
        }
    }

    let bare = ThingViewSet.as_view([("get", "list")]);
    let server =
        serve(SimpleRouter::new().register_as("things", "thing", ThingViewSet).path("bare/", bare));
    let text = r#""reverse for `None-list` not found: no route has this name""#;
    assert_eq!(server.get("/api/bare/").brief(), (200, text));
    assert_eq!(server.get("/api/things/").brief(), (200, "null"));
}

/// A23, P15: those that need other arguments (`price`) are left out.
#[test]
fn the_extra_actions_of_a_route_have_their_urls() {
    let server = server();
    let list = [
        ("Others", "http://testserver/api/books/others/"),
        ("Urls", "http://testserver/api/books/urls/"),
        ("Wrong", "http://testserver/api/books/wrong/"),
    ];
    assert_eq!(server.get("/api/books/").json(), json!(list));
    let detail = [
        ("Change Cover", "http://testserver/api/books/7/change-cover/"),
        ("Publish", "http://testserver/api/books/7/publish/"),
    ];
    assert_eq!(server.get("/api/books/7/").json(), json!(detail));
}

/// A24, P15.
#[test]
fn without_detail_there_is_no_map() {
    let view = || BookViewSet.as_view([("get", "list")]).basename("book");
    let router = SimpleRouter::new()
        .register_as("books", "book", BookViewSet)
        .path("bare/", view())
        .path("list/", view().detail(false));
    let server = serve(router);
    assert_eq!(server.get("/api/bare/").brief(), (200, "[]"));
    assert_eq!(server.get("/api/list/").json().as_array().map(Vec::len), Some(3));
}

/// A19: what cannot be in a URL is escaped, as Django does it.
#[test]
fn arguments_are_escaped_and_lead_back_to_the_value() {
    struct WordViewSet;

    #[viewset]
    impl WordViewSet {
        async fn retrieve(&self, pk: String, req: &Request) -> Result<impl IntoResponse> {
            Ok(Data((req.reverse_action("detail").arg(&pk).relative().url()?, pk)))
        }
    }

    let server = serve(SimpleRouter::new().register_as("words", "word", WordViewSet));
    for (sent, value) in
        [("%C3%A9t%C3%A9", "été"), ("a%20b", "a b"), ("50%25", "50%"), ("a+b", "a+b")]
    {
        let path = format!("/api/words/{sent}/");
        assert_eq!(server.get(&path).json(), json!([path, value]));
    }
}

/// A22: what is wrong is said to the developer.
#[test]
fn what_cannot_be_reversed_is_explained() {
    let router = build(DefaultRouter::new().register_as("books", "book", BookViewSet));
    let error = |reverse: viewset_actix::reverse::Reverse<'_>| {
        reverse.url().expect_err("no such URL").to_string()
    };
    let start = |name: &str| format!("reverse for `{name}` not found: ");
    assert_eq!(error(router.reverse("nope")), start("nope") + "no route has this name");
    assert_eq!(
        error(router.reverse("book-detail")),
        start("book-detail") + "URL pattern `books/{pk:[^/.]+}/` needs the argument `pk`"
    );
    assert_eq!(
        error(router.reverse("book-list").arg(1).arg(2)),
        start("book-list") + "it takes 0 arguments, 2 were given"
    );
    assert_eq!(
        error(router.reverse("book-detail").kwarg("id", 1)),
        start("book-detail") + "it takes no argument `id`, only pk"
    );
    assert_eq!(
        error(router.reverse("book-set_price").arg(1).kwarg("year", 1)),
        start("book-set_price") + "positional and keyword arguments cannot be mixed"
    );
    assert_eq!(
        error(router.reverse("book-list").format("JSON")),
        start("book-list") + "the route cannot have the format suffix `JSON`"
    );
    assert!(router.reverse("book-detail").arg("a/b").url().is_err());
    assert!(router.reverse("book-set_price").arg(1).arg("x").url().is_err());
}

/// A URL of another router has that one's mount, with a request and without.
#[test]
fn names_of_another_router_lead_there() {
    struct ThingViewSet;

    #[viewset]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(req.reverse("other-list").url()?))
        }
    }

    let other = SimpleRouter::new().register_as("others", "other", ThingViewSet).build();
    let other = other.expect("the router is in order");
    let router = SimpleRouter::new().register_as("things", "thing", ThingViewSet);
    let router = router.names_of("/api/v2", &other).build().expect("the router is in order");
    let url = router.reverse("other-list").url();
    assert_eq!(url.as_deref(), Ok("/api/v2/others/"));
    let server = viewset_tests::Server::start(router);
    let absolute = r#""http://testserver/api/v2/others/""#;
    assert_eq!(server.get("/api/things/").brief(), (200, absolute));
}
