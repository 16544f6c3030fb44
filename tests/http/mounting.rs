//! Where a router stands in an app: scopes, their parameters, and what it leaves to others.

use actix_web::middleware::{NormalizePath, TrailingSlash};
use actix_web::{HttpResponse, web};
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{ANN, AUTHORS, Author, build, database};

/// Says where it is.
pub(crate) struct PlaceViewSet;

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

pub(crate) fn places(prefix: &str) -> Router {
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

/// What no other service takes is the router's, however deep it lies.
#[test]
fn a_router_is_the_default_service_of_an_app() {
    let router = places("a");
    let server = Server::start_with(move |config| {
        config
            .route("/a/7/", web::get().to(|| async { "another's" }))
            .service(web::scope("/a").route("/8/", web::get().to(|| async { "another's" })))
            .service(web::scope("/{pk}/inner").route("/x", web::get().to(|| async { "inner" })))
            .default_service(router.as_default_service());
    });
    for path in ["/a/7/", "/a/8/"] {
        assert_eq!(server.get(path).brief(), (200, "another's"), "{path}");
    }
    // The scope of the second service passes on what it does not know, and the router sees the whole path.
    for (path, kwargs) in [
        ("/a/", json!([])),
        ("/a/9/", json!(["pk=9"])),
        ("/%61/c%20d/", json!(["pk=c d"])),
        ("/a/x%79z/", json!(["pk=xyz"])),
        ("/a/inner/", json!(["pk=inner"])),
    ] {
        assert_eq!(server.get(path).json()["kwargs"], kwargs, "{path}");
    }
    assert_eq!(server.get("/a/9/").json()["url"], "http://testserver/a/9/");
    for path in ["/", "/a", "/b/", "/a/9", "/a/9/b/", "/a/inner/y", "//a/"] {
        let reply = server.get(path);
        assert_eq!(reply.brief(), (404, r#"{"detail":"Not found."}"#), "{path}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "{path}");
    }
    let reply = server.request("POST", "/a/9/", "");
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
}

/// The same for its arguments, by the extractors of actix-web.
#[test]
fn extractors_find_the_arguments_of_a_router_that_is_the_default_service() {
    struct PathViewSet;

    #[viewset]
    impl PathViewSet {
        #[action(detail = true, url_path = "path/{year}")]
        async fn path(&self, path: web::Path<(u8, u16)>, year: u16) -> Data<(u8, u16, u16)> {
            let (pk, other) = path.into_inner();
            Data((pk, other, year))
        }
        async fn retrieve(&self, path: web::Path<(String,)>) -> Data<String> {
            Data(path.into_inner().0)
        }
        #[action(detail = false, methods = ["post"])]
        async fn size(&self, bytes: web::Bytes) -> Data<usize> {
            Data(bytes.len())
        }
    }

    let router = build(SimpleRouter::new().register_as("x", "x", PathViewSet));
    let server = Server::start_with(move |config| {
        config
            .service(web::scope("/{other}/inner").route("/x", web::get().to(|| async { "inner" })))
            .default_service(router.as_default_service());
    });
    assert_eq!(server.get("/x/inner/").brief(), (200, r#""inner""#));
    assert_eq!(server.get("/x/1/path/2020/").brief(), (200, "[1,2020,2020]"));
    assert_eq!(server.request("POST", "/x/size/", "abc").brief(), (200, "3"));
}
