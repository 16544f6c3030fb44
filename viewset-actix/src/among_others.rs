//! A router as one service of an actix-web scope or app, among others.
//!
//! The service matches every path; its guard asks the router's prefix tree, keeps what was found, and
//! refuses the paths that the router does not know, so that they fall through to the other services of the
//! scope and to its default. Guard and service live on one worker, and actix-web calls the service right
//! after its guard, with no request between: one cell is enough to hand the match over.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{
    AppService, HttpServiceFactory, ResourceDef, ResourceMap, ServiceRequest, Url, fn_service,
};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Uri;
use viewset_core::request::Kwargs;
use viewset_core::routers::decode_path;

use crate::mount::{Found, Mount, serve, without_slash};
use crate::resource::{MARKER, resource_map};
use crate::routers::Router;

impl HttpServiceFactory for Router {
    fn register(self, config: &mut AppService) {
        let map = Rc::new(resource_map(&self.0));
        let place = Rc::new(Place {
            mount: Rc::new(Mount::new(self.0)),
            found: Cell::new(None),
            map: map.clone(),
            outer: OnceCell::new(),
        });
        let guard = RouterGuard(place.clone());
        let service = fn_service(move |mut req| {
            let outer = take_path(&mut req);
            serve(place.mount.clone(), place.found.take(), outer, req)
        });
        config.register_service(
            ResourceDef::prefix(""),
            Some(vec![Box::new(guard)]),
            service,
            Some(map),
        );
    }
}

/// A mounted router, as its guard and its service share it.
struct Place {
    mount: Rc<Mount>,
    found: Cell<Option<Found>>,
    map: Rc<ResourceMap>,
    /// The pattern of the scopes around the router, if there are any; it is known when the first request comes.
    outer: OnceCell<Option<ResourceDef>>,
}

/// Takes what is left of the path for the route that was found; returns the arguments that the scopes around the router
/// have caught.
fn take_path(req: &mut ServiceRequest) -> Kwargs {
    let info = req.match_info_mut();
    let outer = info
        .iter()
        .map(|(name, value)| (Arc::from(name), decode_path(value).into_owned()))
        .collect();
    let rest = info.unprocessed().len();
    info.skip(u16::try_from(rest).unwrap_or(u16::MAX));
    outer
}

/// Lets through the paths that the router knows, and keeps the match for the service.
struct RouterGuard(Rc<Place>);

impl Place {
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
        self.mount.find(uri.path(), self.own_path(uri)?)
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
