//! The core's routers, made into services of actix-web.

use std::fmt;
use std::future::Future;
use std::net::ToSocketAddrs;
use std::ops::Deref;

use actix_web::{App, HttpServer, web};

pub use viewset_core::routers::*;

/// A router of routes alone (DRF's `SimpleRouter`), to be mounted on an actix-web scope.
pub type SimpleRouter = RouterBuilder<(), Router>;

/// A router with an API root and format suffixes (DRF's `DefaultRouter`), to be mounted on an actix-web
/// scope: `web::scope("/api").service(router.clone())`.
pub type DefaultRouter = RouterBuilder<WithRoot, Router>;

/// A finished router: one service of an actix-web scope or app, or [the default one](Self::as_default_service) of an app.
/// Cheap to clone, once a worker.
#[derive(Clone)]
pub struct Router(pub(crate) viewset_core::routers::Router);

impl From<viewset_core::routers::Router> for Router {
    fn from(router: viewset_core::routers::Router) -> Self {
        Self(router)
    }
}

impl Deref for Router {
    type Target = viewset_core::routers::Router;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Display for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why [`Serve::serve`] could not.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The router cannot be built.
    Build(BuildError),
    /// The address cannot be listened on, or the server failed.
    Io(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves a router and nothing else.
pub trait Serve {
    /// Builds the router and serves it below `/api` at an address, until the process is told to stop: for first
    /// steps and small services. Whatever needs more (middleware, other services, TLS, a number of workers)
    /// mounts the router into an `App` of its own.
    ///
    /// # Errors
    ///
    /// What `build()` has to say, and what the operating system says of the address.
    fn serve(self, addr: impl ToSocketAddrs) -> impl Future<Output = Result<(), ServeError>>;
}

impl<K> Serve for RouterBuilder<K, Router> {
    async fn serve(self, addr: impl ToSocketAddrs) -> Result<(), ServeError> {
        let router = self.build().map_err(ServeError::Build)?;
        let app = move || App::new().service(web::scope("/api").service(router.clone()));
        HttpServer::new(app).bind(addr).map_err(ServeError::Io)?.run().await.map_err(ServeError::Io)
    }
}

/// Mounts a view that was bound by hand with `as_view`.
pub trait MountView {
    /// A router of nothing but this view, at a pattern such as `people/{pk}/`:
    /// `UserViewSet.as_view([("get", "list")]).at("people/").with(db).build()?`.
    fn at(self, url: impl Into<String>) -> SimpleRouter;
}

impl MountView for AsView {
    fn at(self, url: impl Into<String>) -> SimpleRouter {
        SimpleRouter::new().path(url, self)
    }
}
