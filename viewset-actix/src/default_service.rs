//! A router as the default service of an app: every path that no other service takes is the router's.

use std::future::ready;
use std::rc::Rc;

use actix_web::Error;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse, fn_factory, fn_service};
use viewset_core::request::Kwargs;

use crate::mount::{Mount, serve, without_slash};
use crate::routers::Router;

impl Router {
    /// The router at the root of an app, as its default service:
    /// `App::new().default_service(router.as_default_service())`.
    ///
    /// It has all paths that no other service of the app takes, and answers those that it does not know with a 404 of its
    /// own: `{"detail":"Not found."}`, whatever renderers and exception handler it has. As a service among others (`.service(router)`) it lets these through to the services
    /// behind it, and requests cost a little more. What it has less here: actix-web's `url_for`, `match_name` and
    /// `match_pattern` know nothing of its routes. It sees whole paths, also those that a scope has begun to match; below
    /// a scope, mount it by `.service(router)`.
    #[must_use]
    pub fn as_default_service(
        &self,
    ) -> impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    > + use<> {
        let router = self.0.clone();
        fn_factory(move || {
            let mount = Rc::new(Mount::new(router.clone()));
            ready(Ok(fn_service(move |mut req: ServiceRequest| {
                // A scope that did not know the path either has left here what it has caught.
                req.match_info_mut().reset();
                let path = req.uri().path();
                let length = u16::try_from(path.len()).unwrap_or(u16::MAX);
                let found = without_slash(path).and_then(|own| mount.find(path, own));
                if found.is_some() {
                    // Decoded it is no longer than that, so nothing is left of it.
                    req.match_info_mut().skip(length);
                }
                serve(mount.clone(), found, Kwargs::new(), req)
            })))
        })
    }
}
