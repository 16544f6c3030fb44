//! actix-web's resource map around a router: `url_for`, `match_pattern`, `match_name`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpRequest, HttpResponse, web};
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{AUTHORS, Author, build, database, serve};

use crate::mounting::{PlaceViewSet, places};

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
