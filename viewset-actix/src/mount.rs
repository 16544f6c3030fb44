//! A router as one service of an actix-web scope.
//!
//! The service matches every path; its guard asks the router's prefix tree, keeps what was found, and
//! refuses the paths that the router does not know, so that they fall through to the other services of the
//! scope and to its default. Guard and service live on one worker, and actix-web calls the service right
//! after its guard, with no request between: one cell is enough to hand the match over.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::Error;
use actix_web::dev::{
    AppService, HttpServiceFactory, ResourceDef, ResourceMap, ServiceRequest, ServiceResponse, Url,
    fn_service,
};
use actix_web::guard::{Guard, GuardContext};
use viewset_core::__private::spawn_with;
use viewset_core::request::Kwargs;
use viewset_core::routers::{self as core, Recognized, decode_path};

use crate::background::spawn_among_requests;
use crate::incoming::ActixIncoming;
use crate::resource::{MARKER, resource_map};
use crate::respond::{header_value, into_actix};
use crate::routers::Router;

impl HttpServiceFactory for Router {
    fn register(self, config: &mut AppService) {
        let router = self.0;
        spawn_with(spawn_among_requests);
        let map = Rc::new(resource_map(&router));
        let found = Rc::new(Cell::new(None));
        let guard = RouterGuard {
            router: router.clone(),
            found: found.clone(),
            map: map.clone(),
            outer: OnceCell::new(),
        };
        let allow: Rc<[_]> =
            router.routes().map(|route| header_value(route.allow().clone())).collect();
        let service =
            fn_service(move |req| serve(router.clone(), allow.clone(), found.take(), req));
        config.register_service(
            ResourceDef::prefix(""),
            Some(vec![Box::new(guard)]),
            service,
            Some(map),
        );
    }
}

/// What the guard hands to the service: the route, and how many bytes of the path lie before it.
type Found = (Recognized, usize);

/// Lets through the paths that the router knows, and keeps the match for the service.
struct RouterGuard {
    router: core::Router,
    found: Rc<Cell<Option<Found>>>,
    map: Rc<ResourceMap>,
    /// The pattern of the scopes around the router; it is known when the first request comes.
    outer: OnceCell<ResourceDef>,
}

impl RouterGuard {
    /// The part of the path that is the router's, without its leading slash. A guard is not told what
    /// the scopes around it have used up, but the resource map knows their patterns once the app is
    /// complete.
    fn own_path<'p>(&self, path: &'p str) -> Option<&'p str> {
        let outer = self.outer.get_or_init(|| outer(&self.map));
        let rest = path.get(outer.find_match(path)?..)?;
        rest.strip_prefix('/').or_else(|| path.strip_suffix(rest)?.ends_with('/').then_some(rest))
    }
}

impl Guard for RouterGuard {
    fn check(&self, ctx: &GuardContext<'_>) -> bool {
        let uri = &ctx.head().uri;
        let own = if memchr::memchr(b'%', uri.path().as_bytes()).is_none() {
            self.own_path(uri.path())
        } else {
            // The scopes matched the path as actix-web decodes it; the router wants it as it was sent.
            let decoded = Url::new(uri.clone());
            self.own_path(decoded.path())
                .and_then(|own| counterpart(decoded.path(), own, uri.path()))
        };
        let mount = |own: &str| uri.path().len() - own.len();
        let found = own.and_then(|own| Some((self.router.recognize(own)?, mount(own))));
        let is_found = found.is_some();
        self.found.set(found);
        is_found
    }
}

/// What `tail`, the end of `decoded`, is in `raw`: both have the same slashes, since an escaped slash
/// stays escaped.
fn counterpart<'r>(decoded: &str, tail: &str, raw: &'r str) -> Option<&'r str> {
    let slashes = decoded.strip_suffix(tail)?.matches('/').count();
    raw.splitn(slashes + 1, '/').nth(slashes)
}

/// The patterns of all scopes around the router, as one prefix.
fn outer(map: &ResourceMap) -> ResourceDef {
    let pattern = map.match_pattern(MARKER).unwrap_or_default();
    ResourceDef::prefix(pattern.strip_suffix(MARKER).unwrap_or_default().to_owned())
}

async fn serve(
    router: core::Router,
    allow: Rc<[Option<actix_web::http::header::HeaderValue>]>,
    found: Option<Found>,
    mut req: ServiceRequest,
) -> Result<ServiceResponse, Error> {
    let Some((found, mount)) = found else {
        return Ok(req.into_response(actix_web::HttpResponse::NotFound()));
    };
    let route = found.route();
    let info = req.match_info_mut();
    let outer: Kwargs = info
        .iter()
        .map(|(name, value)| (Arc::from(name), decode_path(value).into_owned()))
        .collect();
    let rest = info.unprocessed().len();
    info.skip(u16::try_from(rest).unwrap_or(u16::MAX));
    for (name, value) in found.kwargs() {
        info.add_static(String::from(&**name), value.clone());
    }
    let (http, payload) = req.into_parts();
    let incoming = ActixIncoming::new(http.clone(), payload, mount);
    let response = router.respond(http.method().as_str(), found, outer, Rc::new(incoming)).await;
    Ok(ServiceResponse::new(http, into_actix(response, allow.get(route).and_then(Option::as_ref))))
}

/// A default service for apps that answer in JSON throughout: 404 with `{"detail":"Not found."}`, as
/// `.default_service(web::to(viewset_actix::not_found))`.
pub async fn not_found() -> actix_web::HttpResponse {
    actix_web::HttpResponse::NotFound().json(serde_json::json!({"detail": "Not found."}))
}
