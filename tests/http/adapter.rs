//! A router as a service of actix-web: scopes, fall-through, resource map, extractors, streams.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BodyStream, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, NormalizePath, TrailingSlash, from_fn};
use actix_web::{HttpRequest, HttpResponse, web};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{ANN, AUTHORS, Author, block_on, build, database, serve};

/// Says where it is.
struct PlaceViewSet;

#[viewset]
impl PlaceViewSet {
    async fn list(&self, req: &Request) -> Result<Data<serde_json::Value>> {
        place(req, req.reverse_action("list").url()?)
    }
    async fn retrieve(&self, pk: String, req: &Request) -> Result<Data<serde_json::Value>> {
        place(req, req.reverse_action("detail").arg(pk).url()?)
    }
}

fn place(req: &Request, url: String) -> Result<Data<serde_json::Value>> {
    let kwargs: Vec<_> = req.kwargs().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(Data(json!({"kwargs": kwargs, "url": url})))
}

fn places(prefix: &str) -> Router {
    build(SimpleRouter::new().register_as(prefix, prefix, PlaceViewSet))
}

/// C3: the order of registration does not matter where URLs differ.
#[test]
fn several_routers_stand_in_one_app() {
    let (a, b, c, d) = (places("a"), places("b"), places("c"), places("d"));
    let server = Server::start_with(move |config| {
        config
            .service(web::scope("/api").service(a.clone()).service(b.clone()))
            .service(web::scope("/v2").service(c.clone()))
            .service(d.clone());
    });
    for path in ["/api/a/", "/api/b/", "/v2/c/", "/d/"] {
        assert_eq!(
            server.get(path).json(),
            json!({"kwargs": [], "url": format!("http://testserver{path}")})
        );
    }
    for path in ["/api/c/", "/api/d/", "/v2/a/", "/a/"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

/// A19: a clone of one router may stand in several places.
#[test]
fn one_router_stands_in_several_places() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        config
            .service(web::scope("/v1").service(router.clone()))
            .service(web::scope("/v2").service(router.clone()));
    });
    assert_eq!(server.get("/v1/a/3/").json()["url"], "http://testserver/v1/a/3/");
    assert_eq!(server.get("/v2/a/3/").json()["url"], "http://testserver/v2/a/3/");
}

/// C3, A19.
#[test]
fn the_parameters_of_scopes_are_arguments_and_stand_in_reversed_urls() {
    struct BookViewSet;

    #[viewset(kwargs = [shop, shelf])]
    impl BookViewSet {
        async fn list(&self, shelf: u8) -> Data<u8> {
            Data(shelf)
        }
        async fn retrieve(
            &self,
            shelf: u8,
            pk: u16,
            shop: String,
            req: &Request,
        ) -> Result<impl IntoResponse> {
            let url = req.reverse_action("detail").arg(pk + 1).url()?;
            Ok(Data((shop, shelf, pk, url)))
        }
    }

    let router = build(DefaultRouter::new().register_as("books", "book", BookViewSet));
    let server = Server::start_with(move |config| {
        let inner = web::scope("/shelves/{shelf:[0-9]+}").service(router.clone());
        config.service(web::scope("/shops/{shop}").service(inner));
    });
    let reply = server.get("/shops/corner/shelves/4/books/7/");
    let url = "http://testserver/shops/corner/shelves/4/books/8/";
    assert_eq!((reply.status, reply.json()), (200, json!(["corner", 4, 7, url])));
    assert_eq!(
        server.get("/shops/x/shelves/4/").json(),
        json!({"books": "http://testserver/shops/x/shelves/4/books/"})
    );
    assert_eq!(server.get("/shops/x/shelves/y/books/7/").status, 404);
    assert_eq!(server.get("/shops/x/shelves/300/books/7/").status, 404);
}

/// A19: what a scope caught stands in reversed URLs as it was sent, escapes included.
#[test]
fn the_parameters_of_scopes_stay_escaped_in_reversed_urls() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        config.service(web::scope("/{shop}").service(router.clone()));
    });
    for (sent, shop) in [
        ("corner%20shop", "corner shop"),
        ("Zo%C3%A9", "Zoé"),
        ("a%3Fb%23c", "a?b#c"),
        ("50%25", "50%"),
    ] {
        let path = format!("/{sent}/a/1/");
        let expected = json!({"kwargs": [format!("shop={shop}"), "pk=1"], "url": format!("http://testserver{path}")});
        assert_eq!(server.get(&path).json(), expected);
    }
}

/// C3: scopes may be empty, stand in each other, and be spelt with more escapes than they need.
#[test]
fn a_router_stands_in_any_kind_of_scope() {
    let (a, b, c) = (places("a"), places("b"), places("c"));
    let server = Server::start_with(move |config| {
        config
            .service(web::scope("/v1").service(a.clone()))
            .service(web::scope("/one").service(web::scope("/two").service(b.clone())))
            .service(web::scope("").service(c.clone()));
    });
    for path in ["/v1/a/1/", "/one/two/b/1/", "/c/1/"] {
        let expected = json!({"kwargs": ["pk=1"], "url": format!("http://testserver{path}")});
        assert_eq!(server.get(path).json(), expected, "{path}");
    }
    assert_eq!(server.get("/%6Fne/tw%6F/b/1/").json()["kwargs"], json!(["pk=1"]));
}

/// A19: the target of a request may be a whole URL, and its host may be missing (HTTP/1.0).
#[test]
fn a_request_may_name_its_host_in_other_ways() {
    let router = places("a");
    let server = Server::start(router);
    let absolute = "GET http://other.example/api/a/1/ HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n";
    assert_eq!(
        server.raw(absolute.as_bytes(), "GET").json()["url"],
        "http://other.example/api/a/1/"
    );
    let old = server.raw(b"GET /api/a/1/ HTTP/1.0\r\n\r\n", "GET");
    assert_eq!(old.status, 200);
    assert!(
        old.json()["url"].as_str().is_some_and(|url| url.ends_with("/api/a/1/")),
        "{}",
        old.body
    );
}

/// C3: of two placeholders with one name, the inner one holds.
#[test]
fn the_routes_own_argument_wins_over_the_scopes() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        config.service(web::scope("/{pk}").service(router.clone()));
    });
    assert_eq!(server.get("/outer/a/inner/").json()["kwargs"], json!(["pk=inner"]));
    assert_eq!(server.get("/outer/a/").json()["kwargs"], json!(["pk=outer"]));
}

/// C28.
#[test]
fn unknown_paths_fall_through_to_what_stands_before_and_behind_the_router() {
    let (first, second) = (places("a"), places("b"));
    let server = Server::start_with(move |config| {
        let scope = web::scope("/api")
            .route("/before", web::get().to(|| async { "before" }))
            .route("/a/7/", web::get().to(|| async { "before a" }))
            .service(first.clone())
            .service(second.clone())
            .service(
                web::resource("/after/{x}")
                    .to(|x: web::Path<String>| async move { x.into_inner() }),
            )
            .route("/a/8/", web::get().to(|| async { "behind a" }))
            .service(web::scope("/inner").route("/x", web::get().to(|| async { "inner" })))
            .default_service(web::to(|| async {
                HttpResponse::ImATeapot().body("the scope's own")
            }));
        config
            .service(scope)
            .default_service(web::to(|| async { HttpResponse::Gone().body("the app's own") }));
    });
    let cases = [
        ("/api/before", 200, "before"),
        ("/api/a/7/", 200, "before a"),
        ("/api/after/zeta", 200, "zeta"),
        ("/api/inner/x", 200, "inner"),
        ("/api/nope", 418, "the scope's own"),
        ("/api/a", 418, "the scope's own"),
        ("/api/", 418, "the scope's own"),
        ("/nope", 410, "the app's own"),
    ];
    for (path, status, body) in cases {
        assert_eq!(server.get(path).brief(), (status, body), "{path}");
    }
    for path in ["/api/a/", "/api/b/", "/api/a/8/"] {
        assert_eq!(server.get(path).json()["url"], format!("http://testserver{path}"));
    }
}

/// The methods that a route does not map are the router's business, not those of what stands behind it.
#[test]
fn a_known_path_with_an_unmapped_method_does_not_fall_through() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        let behind = web::route().to(|| async { "behind" });
        config.service(web::scope("/api").service(router.clone()).route("/a/", behind));
    });
    assert_eq!(server.request("POST", "/api/a/", "").status, 405);
}

/// C27: what Django's `APPEND_SLASH` does is the business of actix-web's middleware; with that, no body
/// is lost on the way.
#[test]
fn a_missing_slash_can_be_added_by_the_middleware_of_actix_web() {
    let authors = ModelViewSet::<Author>::new();
    let router = build(DefaultRouter::new().register("authors", authors).with(database(AUTHORS)));
    let server = Server::start_with(move |config| {
        let always = NormalizePath::new(TrailingSlash::Always);
        config.service(web::scope("/api").wrap(always).service(router.clone()));
    });
    for path in ["/api/authors/1/", "/api/authors/1", "/api//authors//1"] {
        assert_eq!(server.get(path).brief(), (200, ANN), "{path}");
    }
    assert_eq!(server.request("POST", "/api/authors", r#"{"name":"Cy"}"#).status, 201);
}

/// Puts what the resource map knows into headers.
async fn what_the_map_knows(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> actix_web::Result<ServiceResponse> {
    let told = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let url = |name: &str, parts: &[&str]| {
        told(req.request().url_for(name, parts).ok().map(String::from))
    };
    let values = [
        ("x-pattern", told(req.match_pattern())),
        ("x-name", told(req.match_name().map(str::to_owned))),
        ("x-detail", url("author-detail", &["s", "5"])),
        ("x-other", url("other", &["s"])),
        ("x-nope", url("nope", &[])),
    ];
    let mut response = next.call(req).await?;
    for (name, value) in values {
        let name = actix_web::http::header::HeaderName::from_static(name);
        response.headers_mut().insert(name, value.parse().expect("a header"));
    }
    Ok(response)
}

/// The resource map is that of actix-web: names and patterns of routes are known around the router.
#[test]
fn a_middleware_can_ask_for_urls_patterns_and_names() {
    let router = build(
        DefaultRouter::new()
            .register("authors", ModelViewSet::<Author>::new())
            .with(database(AUTHORS)),
    );
    let server = Server::start_with(move |config| {
        let scope = web::scope("/{shop}/api")
            .wrap(from_fn(what_the_map_knows))
            .service(web::resource("/other").name("other").to(|| async { "other" }))
            .service(router.clone());
        config.service(scope);
    });
    let cases = [
        ("/s/api/authors/", "/{shop}/api/authors/", "author-list"),
        ("/s/api/authors/1/", "/{shop}/api/authors/{pk:[^/.]+}/", "author-detail"),
        ("/s/api/", "/{shop}/api/", "api-root"),
        ("/s/api/other", "/{shop}/api/other", "other"),
        ("/s/api/nope", "none", "none"),
    ];
    for (path, pattern, name) in cases {
        let reply = server.get(path);
        assert_eq!(
            (reply.header("x-pattern"), reply.header("x-name")),
            (Some(pattern), Some(name)),
            "{path}"
        );
        assert_eq!(reply.header("x-detail"), Some("http://testserver/s/api/authors/5/"));
        assert_eq!(reply.header("x-other"), Some("http://testserver/s/api/other"));
        assert_eq!(reply.header("x-nope"), Some("none"));
    }
}

/// What stands behind a router in its scope is known once the request is routed.
#[test]
fn a_router_does_not_hide_others_from_the_resource_map() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        let other = |req: HttpRequest| async move {
            let known = (req.match_pattern(), req.match_name().map(str::to_owned));
            HttpResponse::Ok()
                .json((known, req.url_for("other", ["s"]).map(|url| url.to_string()).ok()))
        };
        let scope = web::scope("/{shop}/api")
            .service(router.clone())
            .service(web::resource("/other").name("other").to(other));
        config.service(scope);
    });
    let known = json!([["/{shop}/api/other", "other"], "http://testserver/s/api/other"]);
    assert_eq!(server.get("/s/api/other").json(), known);
}

/// W1: the suffix twin of a route has its name and pattern, too.
#[test]
fn a_format_suffix_does_not_hide_the_route_from_the_map() {
    let router = build(DefaultRouter::new().register_as("a", "a", PlaceViewSet));
    let server = Server::start_with(move |config| {
        config
            .service(web::scope("/api").wrap(from_fn(what_the_map_knows)).service(router.clone()));
    });
    let reply = server.get("/api/a.json");
    assert_eq!((reply.status, reply.header("x-name")), (200, Some("a-list")));
}

#[test]
fn an_action_can_ask_for_urls_patterns_and_names() {
    struct AskViewSet;

    #[viewset]
    impl AskViewSet {
        #[action(detail = true)]
        async fn ask(&self, http: HttpRequest) -> HttpResponse {
            HttpResponse::Ok().json(json!([
                http.match_pattern(),
                http.match_name(),
                http.url_for("ask-ask", ["8"]).ok().map(String::from),
                http.match_info().get("pk"),
                http.match_info().query("nope"),
            ]))
        }
    }

    let server = serve(SimpleRouter::new().register_as("asks", "ask", AskViewSet));
    let expected = json!([
        "/api/asks/{pk:[^/.]+}/ask/",
        "ask-ask",
        "http://testserver/api/asks/8/ask/",
        "7",
        ""
    ]);
    assert_eq!(server.get("/api/asks/7/ask/").json(), expected);
}

#[derive(serde::Deserialize)]
struct Page {
    page: u32,
}

#[derive(serde::Deserialize)]
struct Names {
    shop: String,
    pk: u8,
}

/// The extractors of actix-web are arguments, beside the URL's own.
#[test]
fn an_action_takes_the_extractors_of_actix_web() {
    struct ExtractViewSet;

    #[viewset]
    impl ExtractViewSet {
        #[action(detail = true)]
        async fn data(&self, pk: u8, word: web::Data<String>) -> Data<(u8, String)> {
            Data((pk, word.to_string()))
        }
        #[action(detail = true, url_path = "path/{year}")]
        async fn path(
            &self,
            path: web::Path<(String, u16, u16)>,
            year: u16,
        ) -> Data<(String, u16, u16, u16)> {
            let (shop, pk, other) = path.into_inner();
            Data((shop, pk, other, year))
        }
        #[action(detail = true)]
        async fn names(&self, path: web::Path<Names>) -> Data<(String, u8)> {
            let Names { shop, pk } = path.into_inner();
            Data((shop, pk))
        }
        #[action(detail = false)]
        async fn query(&self, query: web::Query<Page>) -> Data<u32> {
            Data(query.page)
        }
        #[action(detail = false, methods = ["post"])]
        async fn bytes(&self, bytes: web::Bytes) -> Data<usize> {
            Data(bytes.len())
        }
        #[action(detail = false, methods = ["post"])]
        async fn json(
            &self,
            page: web::Json<Page>,
            http: HttpRequest,
            req: &Request,
        ) -> Data<(u32, bool)> {
            Data((page.page, http.path() == req.path()))
        }
        #[action(detail = false, methods = ["post"])]
        async fn form(&self, page: web::Form<Page>) -> Data<u32> {
            Data(page.page)
        }
    }

    let router = build(SimpleRouter::new().register_as("x", "x", ExtractViewSet));
    let server = Server::start_with(move |config| {
        config
            .app_data(web::Data::new("word".to_owned()))
            .service(web::scope("/{shop}").service(router.clone()));
    });
    assert_eq!(server.get("/s/x/1/data/").brief(), (200, r#"[1,"word"]"#));
    assert_eq!(server.get("/s/x/1/path/2020/").brief(), (200, r#"["s",1,2020,2020]"#));
    assert_eq!(server.get("/s%20t/x/1/names/").brief(), (200, r#"["s t",1]"#));
    assert_eq!(server.get("/s/x/query/?page=3").brief(), (200, "3"));
    assert_eq!(server.request("POST", "/s/x/bytes/", "12345").brief(), (200, "5"));
    assert_eq!(server.request("POST", "/s/x/json/", r#"{"page":3}"#).brief(), (200, "[3,true]"));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", "/s/x/form/", &form, b"page=4").brief(), (200, "4"));
    for (method, path, status) in [
        ("GET", "/s/x/query/?page=x", 400),
        ("GET", "/s/x/query/", 400),
        ("POST", "/s/x/json/", 400),
        ("POST", "/s/x/form/", 415),
        ("GET", "/s/x/1/path/x/", 404),
    ] {
        let reply = server.request(method, path, "{");
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        assert!(reply.json()["detail"].is_string(), "{method} {path}: {}", reply.body);
        assert!(reply.header("allow").is_some(), "{method} {path}");
    }
}

/// R14: what the app has not configured is the server's fault.
#[test]
fn missing_app_data_is_a_server_error() {
    struct DataViewSet;

    #[viewset]
    impl DataViewSet {
        async fn list(&self, word: web::Data<u8>) -> Data<u8> {
            Data(**word)
        }
    }

    let reply = serve(SimpleRouter::new().register_as("x", "x", DataViewSet)).get("/api/x/");
    assert_eq!(reply.brief(), (500, r#"{"error":"Server Error (500)"}"#));
}

/// F9: responders of actix-web are answers, with all of their headers.
#[test]
fn an_action_answers_the_responders_of_actix_web() {
    struct AnswerViewSet;

    #[viewset]
    impl AnswerViewSet {
        #[action(detail = false)]
        async fn cookies(&self) -> HttpResponse {
            let mut response = HttpResponse::Created();
            response.append_header(("set-cookie", "a=1")).append_header(("set-cookie", "b=2"));
            response.content_type("text/x").body("made")
        }
        #[action(detail = false)]
        async fn json(&self) -> web::Json<[u8; 2]> {
            web::Json([1, 2])
        }
        #[action(detail = false)]
        async fn error(&self) -> actix_web::Result<HttpResponse> {
            Err(actix_web::error::ErrorImATeapot("short and stout"))
        }
        #[action(detail = false)]
        async fn redirect(&self) -> web::Redirect {
            web::Redirect::to("/elsewhere").see_other()
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", AnswerViewSet));
    let cookies = server.get("/api/x/cookies/");
    assert_eq!((cookies.brief(), cookies.header("content-type")), ((201, "made"), Some("text/x")));
    let all: Vec<_> = cookies
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(all, ["a=1", "b=2"]);
    assert!(cookies.header("allow").is_some());
    assert_eq!(server.get("/api/x/json/").brief(), (200, "[1,2]"));
    assert_eq!(server.get("/api/x/error/").brief(), (418, "short and stout"));
    let redirect = server.get("/api/x/redirect/");
    assert_eq!((redirect.status, redirect.header("location")), (303, Some("/elsewhere")));
}

/// F9: `?` on the core's errors and a responder of actix-web go together.
#[test]
fn an_action_may_fail_and_answer_a_responder_of_actix_web() {
    struct PageViewSet;

    #[viewset(model = Author)]
    impl PageViewSet {
        #[action(detail = true)]
        async fn page(&self, req: &Request) -> Result<HttpResponse> {
            let author = self.get_object(req).await?;
            Ok(HttpResponse::Ok().content_type("text/html").body(format!("<b>{}</b>", author.name)))
        }
    }

    let server =
        serve(SimpleRouter::new().register("authors", PageViewSet).with(database(AUTHORS)));
    assert_eq!(server.get("/api/authors/1/page/").brief(), (200, "<b>Ann</b>"));
    assert_eq!(server.get("/api/authors/9/page/").status, 404);
}

/// What a channel gives, piece by piece.
struct Pieces(tokio::sync::mpsc::UnboundedReceiver<&'static str>);

impl MessageBody for Pieces {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        self.0
            .poll_recv(cx)
            .map(|piece| piece.map(|piece| Ok(web::Bytes::from_static(piece.as_bytes()))))
    }
}

/// Reads until `end` has come.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).await.expect("an answer");
        assert_ne!(length, 0, "the answer ended: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    text
}

/// F9: the second piece is made after the client has had the first.
#[test]
fn a_streamed_answer_is_passed_through_piece_by_piece() {
    type Slot = std::sync::Mutex<Option<tokio::sync::mpsc::UnboundedReceiver<&'static str>>>;

    struct StreamViewSet(Slot);

    #[viewset]
    impl StreamViewSet {
        async fn list(&self) -> HttpResponse {
            let pieces = self.0.lock().ok().and_then(|mut slot| slot.take()).expect("one request");
            HttpResponse::Ok().body(BoxBody::new(Pieces(pieces)))
        }
    }

    let (sender, pieces) = tokio::sync::mpsc::unbounded_channel();
    let viewset = StreamViewSet(Some(pieces).into());
    let server = serve(SimpleRouter::new().register_as("x", "x", viewset));
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        stream.write_all(b"GET /api/x/ HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("a request");
        sender.send("first").expect("a reader");
        let head = read_until(&mut stream, "first").await;
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        sender.send("second").expect("a reader");
        read_until(&mut stream, "second").await;
        drop(sender);
        read_until(&mut stream, "0\r\n\r\n").await;
    });
}

/// L4: an action can read its body as it comes, and is not bound by the limit of parsed ones.
#[test]
fn a_streamed_body_is_passed_through_piece_by_piece() {
    struct EchoViewSet;

    #[viewset]
    impl EchoViewSet {
        async fn create(&self, payload: web::Payload) -> HttpResponse {
            HttpResponse::Ok().body(BodyStream::new(payload))
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", EchoViewSet).body_limit(4));
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        let head =
            "POST /api/x/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
        stream.write_all(head.as_bytes()).await.expect("a request");
        read_until(&mut stream, "first").await;
        stream.write_all(b"6\r\nsecond\r\n").await.expect("the rest");
        read_until(&mut stream, "second").await;
        stream.write_all(b"0\r\n\r\n").await.expect("the end");
        read_until(&mut stream, "0\r\n\r\n").await;
    });
}

/// Neither client is answered before the other one has come.
#[test]
fn two_clients_are_served_at_once() {
    struct MeetViewSet(tokio::sync::Barrier);

    #[viewset]
    impl MeetViewSet {
        async fn retrieve(&self, pk: u8) -> Data<u8> {
            self.0.wait().await;
            Data(pk)
        }
    }

    let server = &serve(SimpleRouter::new().register_as(
        "x",
        "x",
        MeetViewSet(tokio::sync::Barrier::new(2)),
    ));
    std::thread::scope(|scope| {
        let one = scope.spawn(|| server.get("/api/x/1/").body);
        let two = scope.spawn(|| server.get("/api/x/2/").body);
        assert_eq!(
            (one.join().ok(), two.join().ok()),
            (Some("1".to_owned()), Some("2".to_owned()))
        );
    });
}

/// Many paths at once: the match of one request is never that of another.
#[test]
fn requests_do_not_mix() {
    let router = places("a");
    let server = &Server::start_with(move |config| {
        config.service(web::scope("/{shop}").service(router.clone()));
    });
    std::thread::scope(|scope| {
        for client in 0..8 {
            scope.spawn(move || {
                for number in 0..25 {
                    let path = format!("/s{client}/a/{number}/");
                    let url = format!("http://testserver{path}");
                    let expected = json!({"kwargs": [format!("shop=s{client}"), format!("pk={number}")], "url": url});
                    assert_eq!(server.get(&path).json(), expected);
                    assert_eq!(server.get(&format!("/s{client}/nope/")).status, 404);
                }
            });
        }
    });
}

/// A body that no action reads is not taken for the next request of the connection.
#[test]
fn an_unread_body_does_not_disturb_the_next_request() {
    let server = crate::support::serve_authors();
    let first = "PUT /api/authors/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET /x HT";
    let second = "GET /api/authors/1/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let reply = server.raw(format!("{first}{second}").as_bytes(), "GET");
    assert_eq!(reply.status, 405);
    assert!(reply.body.ends_with(ANN), "{}", reply.body);
    assert_eq!(reply.body.matches("HTTP/1.1 200 OK").count(), 1, "{}", reply.body);
}

/// A request that expects `100-continue` gets it when its body is read.
#[test]
fn a_request_may_expect_to_be_asked_for_its_body() {
    let server = crate::support::serve_authors();
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        let head = "PATCH /api/authors/1/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                    Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("a request");
        let first = read_until(&mut stream, "\r\n\r\n").await;
        assert!(first.starts_with("HTTP/1.1 100"), "{first}");
        stream.write_all(b"{}").await.expect("the body");
        read_until(&mut stream, ANN).await;
    });
}

/// The router's state is shared by the workers, and made once.
#[test]
fn the_state_is_shared_by_all_workers() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    struct CountViewSet;

    #[viewset]
    impl CountViewSet {
        async fn list(&self, count: State<Arc<AtomicUsize>>) -> Data<usize> {
            Data(count.fetch_add(1, Ordering::SeqCst))
        }
    }

    let router =
        SimpleRouter::new().register_as("x", "x", CountViewSet).with(Arc::new(AtomicUsize::new(0)));
    let server = serve(router);
    let counts: Vec<_> = (0..20).map(|_| server.get("/api/x/").body).collect();
    assert_eq!(counts, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}
