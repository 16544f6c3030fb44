//! What Django does for URLs that no router knows: a redirect where only the slash is missing, else a
//! page in HTML.

use std::rc::Rc;

use actix_web::dev::ResourceDef;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use viewset_actix::prelude::Router;

/// What Django escapes in the path of a URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

const HTML: &str = "text/html; charset=utf-8";

const NOT_FOUND: &str = "
<!doctype html>
<html lang=\"en\">
<head>
  <title>Not Found</title>
</head>
<body>
  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>
</body>
</html>
";

/// The routers of the application, each below the pattern of its scope.
#[derive(Clone)]
pub(super) struct Site {
    routers: Vec<(&'static str, Router)>,
}

impl Site {
    pub(super) fn new(routers: impl Into<Vec<(&'static str, Router)>>) -> Self {
        Self { routers: routers.into() }
    }

    pub(super) fn configure(&self, config: &mut ServiceConfig) {
        for (path, router) in &self.routers {
            config.service(web::scope(path).service(router.clone()));
        }
        let site = Rc::new(self.clone());
        config.default_service(web::to(move |req: HttpRequest| {
            let answer = site.unknown(&req);
            async move { answer }
        }));
    }

    fn unknown(&self, req: &HttpRequest) -> HttpResponse {
        let slashed = format!("{}/", req.uri().path());
        if slashed.ends_with("//") || !self.recognizes(&slashed) {
            return HttpResponse::NotFound().content_type(HTML).body(NOT_FOUND);
        }
        let slashed = percent_decode_str(&slashed).collect::<Vec<_>>();
        let slashed = percent_encode(&slashed, PATH).to_string();
        let location = match req.uri().query() {
            Some(query) if !query.is_empty() => format!("{slashed}?{query}"),
            _ => slashed,
        };
        HttpResponse::MovedPermanently()
            .insert_header((LOCATION, location))
            .content_type(HTML)
            .body("")
    }

    fn recognizes(&self, path: &str) -> bool {
        self.routers.iter().any(|(mount, router)| {
            let end = ResourceDef::prefix(*mount).find_match(path);
            let own = end.and_then(|end| path.get(end..)?.strip_prefix('/'));
            own.is_some_and(|own| router.recognize(own).is_some())
        })
    }
}
