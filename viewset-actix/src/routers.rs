//! The core's routers, made into services of actix-web.

use std::fmt;
use std::ops::Deref;

pub use viewset_core::routers::*;

/// A router of routes alone (DRF's `SimpleRouter`), to be mounted on an actix-web scope.
pub type SimpleRouter = RouterBuilder<(), Router>;

/// A router with an API root and format suffixes (DRF's `DefaultRouter`), to be mounted on an actix-web
/// scope: `web::scope("/api").service(router.clone())`.
pub type DefaultRouter = RouterBuilder<WithRoot, Router>;

/// A finished router: one service of an actix-web scope or app. Cheap to clone, once a worker.
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
