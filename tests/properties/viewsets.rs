//! Viewsets that tell how they were reached; together they have all kinds of lookups and paths.

use actix_web::HttpRequest;
use viewset_actix::prelude::*;

/// How a request was routed, as the action sees it, and the URL that actix-web would make of that.
fn echo(req: &Request, http: &HttpRequest) -> Data<serde_json::Value> {
    let kwargs: Vec<_> = req.kwargs().collect();
    let values = kwargs.iter().map(|(_, value)| value);
    let url_for = http.match_name().and_then(|name| http.url_for(name, values).ok());
    Data(json!({
        "basename": req.basename(),
        "action": req.action(),
        "kwargs": kwargs,
        "format": req.format(),
        "match_name": http.match_name(),
        "url_for": url_for.map(|url| url.path().to_owned()),
    }))
}

type Echo = Data<serde_json::Value>;

pub(crate) struct PlainViewSet;

#[viewset]
impl PlainViewSet {
    async fn list(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    async fn retrieve(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    #[action(detail = false)]
    async fn a(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    #[action(detail = true, url_path = "b/{year:[0-9]{4}}")]
    async fn by_year(&self, req: &Request, http: HttpRequest, year: String) -> Echo {
        drop(year);
        echo(req, &http)
    }
}

pub(crate) struct DigitsViewSet;

#[viewset(lookup_url_kwarg = "number", lookup_value_regex = "[0-9]+")]
impl DigitsViewSet {
    async fn retrieve(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    #[action(detail = true, url_path = "{name}")]
    async fn by_name(&self, req: &Request, http: HttpRequest, name: String) -> Echo {
        drop(name);
        echo(req, &http)
    }

    #[action(detail = false, url_path = "{name}/b")]
    async fn list_by_name(&self, req: &Request, http: HttpRequest, name: String) -> Echo {
        drop(name);
        echo(req, &http)
    }
}

pub(crate) struct SlugViewSet;

#[viewset(lookup_field = slug, lookup_value_regex = "[a-z]+(?:-[a-z]+)*")]
impl SlugViewSet {
    async fn list(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    async fn retrieve(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    #[action(detail = true, url_path = "{year:[0-9]{4}}-{name}")]
    async fn by_year_and_name(
        &self,
        req: &Request,
        http: HttpRequest,
        year: String,
        name: String,
    ) -> Echo {
        drop((year, name));
        echo(req, &http)
    }
}

pub(crate) struct WideViewSet;

#[viewset(lookup_url_kwarg = "wide", lookup_value_regex = "[^/]+")]
impl WideViewSet {
    async fn retrieve(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }

    #[action(detail = false, url_path = "rest/{rest:.+}")]
    async fn rest(&self, req: &Request, http: HttpRequest, rest: String) -> Echo {
        drop(rest);
        echo(req, &http)
    }

    #[action(detail = true, url_path = "b")]
    async fn b(&self, req: &Request, http: HttpRequest) -> Echo {
        echo(req, &http)
    }
}

/// Registers the viewset of this number.
pub(crate) fn register<K>(
    router: viewset_actix::routers::RouterBuilder<K, Router>,
    kind: usize,
    prefix: &str,
    basename: &str,
) -> viewset_actix::routers::RouterBuilder<K, Router> {
    match kind % 4 {
        0 => router.register_as(prefix, basename, PlainViewSet),
        1 => router.register_as(prefix, basename, DigitsViewSet),
        2 => router.register_as(prefix, basename, SlugViewSet),
        _ => router.register_as(prefix, basename, WideViewSet),
    }
}
