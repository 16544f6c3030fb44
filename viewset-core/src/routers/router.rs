//! A finished router: it finds the route of a path, lists its routes, and makes URLs of their names.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::pattern::Pattern;
use super::percent::decode_path;
use super::settings::RouterSettings;
use super::state::StateMap;
use super::tree::Tree;
use super::view::{View, method};
use crate::by_type::ByType;
use crate::request::{Caught, Incoming, Kwargs, RouteMatch};
use crate::reverse::Reverse;
use crate::verb::Verb;
use crate::views::Dispatch;

/// A route of a finished router.
pub(crate) struct Mounted {
    pub(crate) pattern: Pattern,
    /// The pattern without its regexes: `users/{pk}/`.
    pub(crate) label: String,
    pub(super) kwarg_names: Vec<&'static str>,
    pub(crate) name: Option<String>,
    pub(crate) view: View,
    pub(crate) format_suffix: bool,
}

/// What all clones of a router share.
pub(crate) struct RouterInner {
    pub(super) tree: Tree<usize>,
    pub(crate) routes: Vec<Mounted>,
    pub(crate) names: HashMap<String, usize>,
    /// The detail route of each model, the first where there are several.
    pub(super) details: ByType<usize>,
    /// Further routers whose routes `reverse` knows, with where they are mounted.
    pub(crate) names_of: Vec<(String, Arc<RouterInner>)>,
    /// Prefix and name of every list, for the API root.
    pub(crate) lists: Vec<(String, String)>,
    pub(crate) state: StateMap,
    pub(crate) settings: RouterSettings,
}

impl RouterInner {
    /// The detail route of a model's rows.
    pub(crate) fn detail_of(&self, model: TypeId) -> Option<&Mounted> {
        self.routes.get(*self.details.get(&model)?)
    }

    pub(crate) fn recognize(&self, path: &str) -> Option<Recognized> {
        let path = decode_path(path);
        let found = self.tree.find(&path)?;
        let route = *found.value;
        let mounted = self.routes.get(route)?;
        let mut kwargs = Caught::new();
        if !mounted.kwarg_names.is_empty() {
            let mut names = mounted.kwarg_names.iter();
            found.each_kwarg(|_, value| {
                if let Some(name) = names.next() {
                    kwargs.push((name, value.into()));
                }
            });
        }
        Some(Recognized { route, kwargs, format: found.format.map(Box::from) })
    }

    /// The route of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Mounted> {
        self.routes.get(*self.names.get(name)?)
    }
}

/// A finished router: cheap to clone, to be mounted by an adapter.
#[derive(Clone)]
pub struct Router {
    pub(crate) inner: Arc<RouterInner>,
}

/// A route that was found for a path, with what its placeholders caught.
pub struct Recognized {
    route: usize,
    kwargs: Caught,
    format: Option<Box<str>>,
}

/// A route as it is listed: `GET list, POST create  users/  user-list`.
#[derive(Clone, Copy)]
pub struct RouteInfo<'a> {
    mounted: &'a Mounted,
}

impl<'a> RouteInfo<'a> {
    /// The URL pattern below the router, without a leading slash.
    pub fn path(&self) -> &'a str {
        self.mounted.pattern.as_str()
    }

    /// The URL pattern, for adapters that spell it for another router.
    pub fn pattern(&self) -> &'a Pattern {
        &self.mounted.pattern
    }

    /// The `Allow` header of the route's responses.
    pub fn allow(&self) -> &'a http::HeaderValue {
        &self.mounted.view.allow
    }

    /// The name for `reverse`.
    pub fn name(&self) -> Option<&'a str> {
        self.mounted.name.as_deref()
    }

    /// The methods and their actions. HEAD is left out where GET's action answers it.
    pub fn actions(&self) -> impl Iterator<Item = (Verb, &'static str)> + 'a {
        self.mounted.view.mapping()
    }

    /// Whether the route also answers with a format suffix.
    pub fn has_format_suffix(&self) -> bool {
        self.mounted.format_suffix
    }
}

impl Router {
    /// The routes in the order in which they are tried.
    pub fn routes(&self) -> impl Iterator<Item = RouteInfo<'_>> {
        self.inner.routes.iter().map(|mounted| RouteInfo { mounted })
    }

    /// A URL by its name, relative to where the router is mounted: `/users/1/`. From a request, use
    /// `req.reverse`, which knows host and mount.
    pub fn reverse<'a>(&'a self, name: &'a str) -> Reverse<'a> {
        Reverse::new(&self.inner, name.into(), None)
    }

    /// For adapters: finds the route of a path below the mount, as it was sent (percent-encoded) and
    /// without its leading slash.
    pub fn recognize(&self, path: &str) -> Option<Recognized> {
        self.inner.recognize(path)
    }

    /// For adapters: a request whose route was found. `outer` are the URL arguments that were caught before the router,
    /// by the scopes around it; the route's own come after them and win. Requests of one thread share one `Rc`, so that
    /// those of other threads do not notice them.
    ///
    /// # Panics
    ///
    /// With a route of another router, which this one does not have.
    pub fn dispatch(
        self: Rc<Self>,
        method_name: &str,
        recognized: Recognized,
        mut outer: Kwargs,
        incoming: Rc<dyn Incoming>,
    ) -> Dispatch {
        let Recognized { route: number, kwargs: own, format } = recognized;
        outer.retain(|(name, _)| own.iter().all(|(known, _)| **known != **name));
        let route = RouteMatch { router: self, number, outer, own, format };
        Dispatch::new(method(method_name), incoming, route)
    }
}

impl Recognized {
    /// The URL arguments that the route's placeholders caught, in their order.
    pub fn kwargs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.kwargs.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The number of the route in [`Router::routes`].
    pub fn route(&self) -> usize {
        self.route
    }
}

/// The routes, one a line: methods and actions, path, name.
impl fmt::Display for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |route: RouteInfo<'_>| {
            let actions: Vec<_> = route
                .actions()
                .map(|(verb, action)| format!("{} {action}", verb.as_str()))
                .collect();
            (
                actions.join(", "),
                format!("/{}", route.path()),
                route.name().unwrap_or("-").to_owned(),
            )
        };
        let lines: Vec<_> = self.routes().map(line).collect();
        let width = lines.iter().map(|line| line.1.chars().count()).max().unwrap_or(0);
        let names = lines.iter().map(|line| line.2.chars().count()).max().unwrap_or(0);
        for (actions, path, name) in lines {
            writeln!(f, "{path:width$}  {name:names$}  {actions}")?;
        }
        Ok(())
    }
}
