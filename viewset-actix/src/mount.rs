//! A request that is the router's, whichever way the router was mounted.

use std::future::Future;
use std::rc::Rc;

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpResponse};
use viewset_core::__private::spawn_with;
use viewset_core::request::Kwargs;
use viewset_core::routers::{Recognized, Router};

use crate::background::spawn_among_requests;
use crate::incoming::ActixIncoming;
use crate::respond::{header_value, into_actix};

/// A router on one worker.
pub(crate) struct Mount {
    router: Rc<Router>,
    /// The `Allow` of each route.
    allow: Box<[Option<HeaderValue>]>,
}

/// The route of a request, and how many bytes of the path lie before the router.
pub(crate) type Found = (Recognized, usize);

impl Mount {
    pub(crate) fn new(router: Router) -> Self {
        spawn_with(spawn_among_requests);
        let allow = router.routes().map(|route| header_value(route.allow().clone())).collect();
        Self { router: Rc::new(router), allow }
    }

    /// The route of the router's own part of a path, which has no leading slash.
    pub(crate) fn find(&self, path: &str, own: &str) -> Option<Found> {
        Some((self.router.recognize(own)?, path.len() - own.len()))
    }
}

/// The rest of a path behind its leading slash. `strip_prefix` calls a function to compare one byte.
pub(crate) fn without_slash(path: &str) -> Option<&str> {
    path.get(1..).filter(|_| path.as_bytes().first() == Some(&b'/'))
}

/// Answers a request; without a route it is a 404. `outer` are the arguments that the scopes around the router have caught.
pub(crate) fn serve(
    mount: Rc<Mount>,
    found: Option<Found>,
    outer: Kwargs,
    mut req: ServiceRequest,
) -> impl Future<Output = Result<ServiceResponse, Error>> + use<> {
    if let Some((found, _)) = &found {
        // actix-web's extractors find them from now on.
        let info = req.match_info_mut();
        found.kwargs().for_each(|(name, value)| info.add_static(name, value.to_owned()));
    }
    let (http, payload) = req.into_parts();
    let dispatch = match found {
        None => None,
        Some((found, mounted)) => {
            let route = found.route();
            let incoming = Rc::new(ActixIncoming::new(http.clone(), payload, mounted));
            let router = mount.router.clone();
            Some((route, router.dispatch(http.method().as_str(), found, outer, incoming)))
        }
    };
    async move {
        let response = match &dispatch {
            Some((route, dispatch)) => {
                let response = dispatch.respond().await;
                into_actix(response, mount.allow.get(*route).and_then(Option::as_ref))
            }
            None => not_found().await,
        };
        Ok(ServiceResponse::new(http, response))
    }
}

/// A default service for apps that answer in JSON throughout: 404 with `{"detail":"Not found."}`, as
/// `.default_service(web::to(viewset_actix::not_found))`.
pub async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(serde_json::json!({"detail": "Not found."}))
}
