//! What a user says of a router, before [`super::build`] makes and checks it.

use std::any::Any;
use std::borrow::Cow;
use std::marker::PhantomData;

use super::build::{BuildError, Plan};
use super::discover::Discovered;
use super::erased::erase;
use super::registry::{Entry, Registry};
use super::router::Router;
use super::settings::RouterSettings;
use super::state::StateMap;
use super::table::{self, RouteTemplate};
use super::view::AsView;
use crate::settings::Options;
use crate::viewsets::ViewSet;

/// A router of routes alone (DRF's `SimpleRouter`). `R` is the adapter's own router.
pub type SimpleRouter<R = Router> = RouterBuilder<(), R>;

/// A router with an API root and format suffixes (DRF's `DefaultRouter`).
///
/// ```
/// # use viewset_core::{routers::DefaultRouter, renderers::Data};
/// # struct PingViewSet;
/// # #[viewset_core::viewset(crate = viewset_core)]
/// # impl PingViewSet { async fn list(&self) -> Data<u8> { Data(1) } }
/// let router = <DefaultRouter>::new().register_as("ping", "ping", PingViewSet).build()?;
/// assert_eq!(router.reverse("ping-list").url()?, "/ping/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type DefaultRouter<R = Router> = RouterBuilder<WithRoot, R>;

/// Marks the routers that have an API root.
#[derive(Clone, Copy, Debug)]
pub struct WithRoot;

/// A router in the making. [`SimpleRouter`] and [`DefaultRouter`] are its two kinds; `R` is what
/// `build` makes: the adapter's router, or the core's.
pub struct RouterBuilder<K, R> {
    pub(super) plan: Plan,
    kind: PhantomData<fn(K) -> R>,
}

impl<R> SimpleRouter<R> {
    /// A router without an API root and without format suffixes.
    pub fn new() -> Self {
        Self::with_root(None, false)
    }
}

impl<R> Default for SimpleRouter<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> DefaultRouter<R> {
    /// A router with an API root and format suffixes.
    pub fn new() -> Self {
        Self::with_root(Some(Cow::Borrowed("api-root")), true)
    }

    /// Whether there is an API root at the router's own URL. Default: true.
    #[must_use]
    pub fn include_root_view(mut self, include: bool) -> Self {
        self.plan.root_view = include.then_some(Cow::Borrowed("api-root"));
        self
    }

    /// The name of the API root. Default: `api-root`.
    #[must_use]
    pub fn root_view_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.plan.root_view = Some(name.into());
        self
    }

    /// Whether `/users.json` is answered as well. Default: true.
    #[must_use]
    pub fn include_format_suffixes(mut self, include: bool) -> Self {
        self.plan.format_suffixes = include;
        self
    }

    /// A default router with every viewset of the program that names its `prefix`, in the alphabetical
    /// order of the prefixes.
    pub fn discover() -> Self {
        let mut all: Vec<_> = inventory::iter::<Discovered>.into_iter().collect();
        all.sort_by_key(|discovered| discovered.prefix);
        let mut router = Self::new();
        for discovered in all {
            (discovered.register)(&mut router.plan.registry);
        }
        router
    }
}

impl<R> Default for DefaultRouter<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, R> RouterBuilder<K, R> {
    fn with_root(root_view: Option<Cow<'static, str>>, format_suffixes: bool) -> Self {
        let plan = Plan {
            registry: Registry::default(),
            templates: table::default_routes(),
            trailing_slash: true,
            format_suffixes,
            root_view,
            settings: RouterSettings::default(),
            names_of: Vec::new(),
            options: Options::new(),
            state: StateMap::default(),
        };
        Self { plan, kind: PhantomData }
    }

    /// Adds a viewset below a prefix such as `users` or `shops/{shop_pk:[0-9]+}/users`; no slash at
    /// either end. The order of registration is the order of routes and of the API root. The basename is
    /// the viewset's own, else the model's name in lower case.
    #[must_use]
    pub fn register<V: ViewSet>(mut self, prefix: impl Into<String>, viewset: V) -> Self {
        self.plan.registry.register(prefix, viewset);
        self
    }

    /// As `register`, with the basename of the routes' names: `{basename}-list`, `{basename}-detail`.
    #[must_use]
    pub fn register_as<V: ViewSet>(
        mut self,
        prefix: impl Into<String>,
        basename: impl Into<String>,
        viewset: V,
    ) -> Self {
        let (prefix, basename) = (prefix.into(), Some(basename.into()));
        self.plan.registry.0.push(Entry::ViewSet { prefix, basename, viewset: erase(viewset) });
        self
    }

    /// Adds a view that was bound by hand with `as_view`, at a pattern such as `people/{pk}/`.
    #[must_use]
    pub fn path(mut self, url: impl Into<String>, view: AsView) -> Self {
        self.plan.registry.0.push(Entry::Path {
            url: url.into(),
            name: None,
            view: Box::new(view),
        });
        self
    }

    /// As `path`, with a name for `reverse`.
    #[must_use]
    pub fn path_as(
        mut self,
        url: impl Into<String>,
        name: impl Into<String>,
        view: AsView,
    ) -> Self {
        self.plan.registry.0.push(Entry::Path {
            url: url.into(),
            name: Some(name.into()),
            view: Box::new(view),
        });
        self
    }

    /// Whether URLs end in a slash. Default: true.
    #[must_use]
    pub fn trailing_slash(mut self, slash: bool) -> Self {
        self.plan.trailing_slash = slash;
        self
    }

    /// Replaces the table from which the routes of a viewset are made (DRF's custom routers).
    #[must_use]
    pub fn routes(mut self, routes: impl IntoIterator<Item = RouteTemplate>) -> Self {
        self.plan.templates = routes.into_iter().collect();
        self
    }

    /// State shared by all viewsets, one value a type: a database, a client, settings. Actions take it
    /// as `State<T>`, hooks by `req.state::<T>()`.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, state: T) -> Self {
        self.plan.state.insert(state);
        self
    }

    /// Makes the router, or says everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// A viewset without a basename, two with the same one, two routes with one URL or one name, a
    /// pattern that cannot be read, an unknown action in `as_view`, a lookup field that the model
    /// lacks, a model without its database.
    pub fn build(self) -> Result<R, BuildError>
    where
        R: From<Router>,
    {
        self.plan.build().map(R::from)
    }
}
