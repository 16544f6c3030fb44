//! A router as one service of an actix-web scope.
//!
//! The service matches every path; its guard asks the router's prefix tree, keeps what was found, and
//! refuses the paths that the router does not know, so that they fall through to the other services of the
//! scope and to its default. Guard and service live on one worker, and actix-web calls the service right
//! after its guard, with no request between: one cell is enough to hand the match over.

use std::cell::{Cell, OnceCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{
    AppService, HttpServiceFactory, ResourceDef, ResourceMap, ServiceRequest, ServiceResponse, Url,
    fn_service,
};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Uri;
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpResponse};
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
        spawn_with(spawn_among_requests);
        let map = Rc::new(resource_map(&self.0));
        let allow = self.0.routes().map(|route| header_value(route.allow().clone())).collect();
        let mount = Rc::new(Mount {
            router: Rc::new(self.0),
            found: Cell::new(None),
            allow,
            map: map.clone(),
            outer: OnceCell::new(),
        });
        let guard = RouterGuard(mount.clone());
        let service = fn_service(move |req| serve(&mount, req));
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

/// A router on one worker, as its guard and its service share it.
struct Mount {
    router: Rc<core::Router>,
    found: Cell<Option<Found>>,
    /// The `Allow` of each route.
    allow: Box<[Option<HeaderValue>]>,
    map: Rc<ResourceMap>,
    /// The pattern of the scopes around the router, if there are any; it is known when the first request comes.
    outer: OnceCell<Option<ResourceDef>>,
}

/// Lets through the paths that the router knows, and keeps the match for the service.
struct RouterGuard(Rc<Mount>);

impl Mount {
    /// The part of the path that is the router's, without its leading slash. A guard is not told what
    /// the scopes around it have used up, but the resource map knows their patterns once the app is
    /// complete.
    fn own_path<'p>(&self, uri: &'p Uri) -> Option<&'p str> {
        let path = uri.path();
        let Some(outer) = self.outer.get_or_init(|| outer(&self.map)) else {
            return without_slash(path);
        };
        if memchr::memchr(b'%', path.as_bytes()).is_none() {
            return below(outer, path);
        }
        // The scopes matched the path as actix-web decodes it; the router wants it as it was sent.
        let decoded = Url::new(uri.clone());
        counterpart(decoded.path(), below(outer, decoded.path())?, path)
    }

    fn find(&self, uri: &Uri) -> Option<Found> {
        let own = self.own_path(uri)?;
        Some((self.router.recognize(own)?, uri.path().len() - own.len()))
    }
}

impl Guard for RouterGuard {
    fn check(&self, ctx: &GuardContext<'_>) -> bool {
        let found = self.0.find(&ctx.head().uri);
        let is_found = found.is_some();
        self.0.found.set(found);
        is_found
    }
}

/// What is left of a path below the scopes with this pattern, without its leading slash.
fn below<'p>(outer: &ResourceDef, path: &'p str) -> Option<&'p str> {
    let rest = path.get(outer.find_match(path)?..)?;
    without_slash(rest).or_else(|| path.strip_suffix(rest)?.ends_with('/').then_some(rest))
}

/// The rest of a path behind its leading slash. `strip_prefix` calls a function to compare one byte.
fn without_slash(path: &str) -> Option<&str> {
    path.get(1..).filter(|_| path.as_bytes().first() == Some(&b'/'))
}

/// What `tail`, the end of `decoded`, is in `raw`: both have the same slashes, since an escaped slash
/// stays escaped.
fn counterpart<'r>(decoded: &str, tail: &str, raw: &'r str) -> Option<&'r str> {
    let slashes = decoded.strip_suffix(tail)?.matches('/').count();
    raw.splitn(slashes + 1, '/').nth(slashes)
}

/// The patterns of all scopes around the router, as one prefix.
fn outer(map: &ResourceMap) -> Option<ResourceDef> {
    let pattern = map.match_pattern(MARKER).unwrap_or_default();
    let outer = pattern.strip_suffix(MARKER).unwrap_or_default();
    (!outer.is_empty()).then(|| ResourceDef::prefix(outer.to_owned()))
}

/// Answers a request that the guard has let through.
fn serve(
    mount: &Rc<Mount>,
    mut req: ServiceRequest,
) -> impl Future<Output = Result<ServiceResponse, Error>> + use<> {
    let found = mount.found.take().map(|found| (take_path(&found.0, &mut req), found));
    let (http, payload) = req.into_parts();
    let dispatch = found.map(|(outer, (found, mounted))| {
        let route = found.route();
        let incoming = Rc::new(ActixIncoming::new(http.clone(), payload, mounted));
        let router = mount.router.clone();
        (route, router.dispatch(http.method().as_str(), found, outer, incoming))
    });
    let mount = mount.clone();
    async move {
        let response = match dispatch {
            Some((route, dispatch)) => {
                let response = dispatch.respond().await;
                into_actix(response, mount.allow.get(route).and_then(Option::as_ref))
            }
            None => HttpResponse::NotFound().finish(),
        };
        Ok(ServiceResponse::new(http, response))
    }
}

/// Takes what is left of the path for the route that was found, whose arguments actix-web's extractors find from now on;
/// returns those that the scopes around the router have caught.
fn take_path(found: &Recognized, req: &mut ServiceRequest) -> Kwargs {
    let info = req.match_info_mut();
    let outer = info
        .iter()
        .map(|(name, value)| (Arc::from(name), decode_path(value).into_owned()))
        .collect();
    let rest = info.unprocessed().len();
    info.skip(u16::try_from(rest).unwrap_or(u16::MAX));
    for (name, value) in found.kwargs() {
        info.add_static(name, value.to_owned());
    }
    outer
}

/// A default service for apps that answer in JSON throughout: 404 with `{"detail":"Not found."}`, as
/// `.default_service(web::to(viewset_actix::not_found))`.
pub async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(serde_json::json!({"detail": "Not found."}))
}
