//! The making of a router: from what the user said to routes in a tree.

mod checks;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::api_root::ApiRootView;
use super::erased::{ErasedViewSet, erase};
use super::names::interned;
use super::pattern::{Part, Pattern};
use super::registry::{Entry, Registry};
use super::router::{Mounted, Router, RouterInner};
use super::settings::RouterSettings;
use super::state::StateMap;
use super::table::{DynamicRoute, Route, RouteTemplate, Words};
use super::tree::Tree;
use super::view::{AsView, InitKwargs, View};
use crate::actions::ActionMeta;
use crate::by_type::ByType;
use crate::settings::Options;
use crate::verb::Verb;
use crate::viewsets::Binding;

/// Everything that was wrong with a router, one line each.
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<String>,
}

impl BuildError {
    /// What is wrong twice is said once.
    fn new(all: Vec<String>) -> Self {
        let mut problems: Vec<String> = Vec::new();
        for problem in all {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        Self { problems }
    }

    /// What was wrong, in the order of registration.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the router cannot be built:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

/// As `Display`, so that `main` returning it prints the problems and not a structure.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for BuildError {}

/// What a user said of a router.
pub(super) struct Plan {
    pub(super) registry: Registry,
    pub(super) templates: Vec<RouteTemplate>,
    pub(super) trailing_slash: bool,
    pub(super) format_suffixes: bool,
    pub(super) root_view: Option<Cow<'static, str>>,
    pub(super) settings: RouterSettings,
    pub(super) names_of: Vec<(String, Arc<RouterInner>)>,
    pub(super) options: Options,
    pub(super) state: StateMap,
}

impl Plan {
    /// Makes the router, collecting every problem on the way.
    pub(super) fn build(self) -> Result<Router, BuildError> {
        let mut build = Build {
            tree: Tree::new(),
            routes: Vec::new(),
            names: HashMap::new(),
            basenames: HashMap::new(),
            lists: Vec::new(),
            problems: Vec::new(),
            templates: self.templates,
            slash: if self.trailing_slash { "/" } else { "" },
            format_suffixes: self.format_suffixes,
            options: self.options,
            has_secret_key: self.settings.secret_key.is_some(),
            throttle_rates: self.settings.throttle_rates.keys().copied().collect(),
            state: self.state,
        };
        build.problems.extend(self.settings.problems.iter().cloned());
        // Where a viewset stands at the router's own URL there is no room for the API root.
        let mut root_view = self.root_view;
        for entry in self.registry.0 {
            match entry {
                Entry::ViewSet { prefix, basename, viewset } => {
                    root_view = root_view.filter(|_| !prefix.is_empty());
                    build.add_viewset(&prefix, basename, &viewset);
                }
                Entry::Path { url, name, view } => build.add_path(&url, name, *view),
            }
        }
        if let Some(name) = root_view {
            build.add_root(name.into_owned());
        }
        build.finish(self.settings, self.names_of)
    }
}

struct Build {
    tree: Tree<usize>,
    routes: Vec<Mounted>,
    names: HashMap<String, usize>,
    /// Which viewset has a basename.
    basenames: HashMap<String, &'static str>,
    lists: Vec<(String, String)>,
    problems: Vec<String>,
    templates: Vec<RouteTemplate>,
    slash: &'static str,
    format_suffixes: bool,
    /// What holds where viewset and action say nothing.
    options: Options,
    has_secret_key: bool,
    /// The scopes whose rates are known.
    throttle_rates: Vec<&'static str>,
    state: StateMap,
}

/// A viewset while its routes are made.
struct Registration<'a> {
    viewset: &'a Arc<dyn ErasedViewSet>,
    actions: Vec<&'static ActionMeta>,
    prefix: &'a str,
    lookup: String,
    basename: Arc<str>,
}

impl Registration<'_> {
    fn has(&self, action: &str) -> bool {
        self.actions.iter().any(|meta| meta.name == action)
    }

    fn words<'w>(&'w self, slash: &'w str, url_path: &'w str, url_name: &'w str) -> Words<'w> {
        let Self { prefix, lookup, basename, .. } = self;
        Words { prefix, lookup, trailing_slash: slash, basename, url_path, url_name }
    }
}

impl Build {
    fn add_viewset(
        &mut self,
        prefix: &str,
        basename: Option<String>,
        viewset: &Arc<dyn ErasedViewSet>,
    ) {
        let class_name = viewset.meta().class_name;
        if prefix.starts_with('/') || prefix.ends_with('/') {
            self.problems.push(format!(
                "the prefix `{prefix}` of `{class_name}` starts or ends with a slash; write it without"
            ));
            return;
        }
        if let Err(problem) = Pattern::parse(prefix) {
            self.problems.push(format!("the prefix `{prefix}` of `{class_name}`: {problem}"));
            return;
        }
        self.check_requirements(viewset);
        let Some(basename) = self.basename(basename, viewset) else {
            return;
        };
        let meta = viewset.meta();
        let lookup = format!("{{{}:{}}}", meta.lookup_kwarg(), meta.lookup_value_regex);
        let basename = Arc::from(basename);
        let actions = viewset.actions();
        let registration = Registration { viewset, actions, prefix, lookup, basename };
        self.check_names(&registration);
        for template in std::mem::take(&mut self.templates) {
            match &template {
                RouteTemplate::Route(route) => self.add_route(&registration, route),
                RouteTemplate::Dynamic(route) => self.add_dynamic(&registration, route),
            }
            self.templates.push(template);
        }
    }

    fn basename(
        &mut self,
        given: Option<String>,
        viewset: &Arc<dyn ErasedViewSet>,
    ) -> Option<String> {
        let meta = viewset.meta();
        let of_model =
            || viewset.requirements().models.first().map(|model| model.name.to_lowercase());
        let Some(basename) = given.or_else(|| meta.basename.map(str::to_owned)).or_else(of_model)
        else {
            self.problems.push(format!(
                "`{}` has no model to take a basename from; register it with `register_as`, \
                 or set `basename` in `#[viewset(...)]`",
                meta.class_name
            ));
            return None;
        };
        if let Some(other) = self.basenames.insert(basename.clone(), meta.class_name) {
            self.problems.push(format!(
                "router with basename \"{basename}\" is already registered (for `{other}`); provide a \
                 unique basename for viewset `{}` with `register_as`",
                meta.class_name
            ));
            return None;
        }
        Some(basename)
    }

    fn add_route(&mut self, registration: &Registration<'_>, route: &Route) {
        let mapping: Vec<Binding> =
            route.mapping.iter().copied().filter(|(_, name)| registration.has(name)).collect();
        if mapping.is_empty() {
            return;
        }
        let words = registration.words(self.slash, "", "");
        let (url, name) = (words.fill(&route.url), words.fill(&route.name));
        if !route.detail && route.url == "{prefix}{trailing_slash}" {
            self.lists.push((registration.prefix.to_owned(), name.clone()));
        }
        let initkwargs = InitKwargs {
            basename: Some(registration.basename.clone()),
            detail: Some(route.detail),
            suffix: route.suffix.map(Into::into),
            ..InitKwargs::default()
        };
        self.add_view(
            registration.viewset,
            &mapping,
            initkwargs,
            Options::new(),
            (&url, Some(name)),
        );
    }

    fn add_dynamic(&mut self, registration: &Registration<'_>, route: &DynamicRoute) {
        for action in registration.viewset.extra_actions() {
            if action.is_detail() != route.detail {
                continue;
            }
            let url_name = action.url_name();
            let words = registration.words(self.slash, action.url_path, &url_name);
            let (url, name) = (words.fill(&route.url), words.fill(&route.name));
            let initkwargs = InitKwargs {
                basename: Some(registration.basename.clone()),
                detail: Some(route.detail),
                suffix: action.suffix.map(Into::into),
                name: action.label().map(Into::into),
                description: action.description.map(Into::into),
            };
            let target = (url.as_str(), Some(name));
            let bindings = action.bindings();
            self.add_view(registration.viewset, &bindings, initkwargs, action.options, target);
        }
    }

    fn add_view(
        &mut self,
        viewset: &Arc<dyn ErasedViewSet>,
        mapping: &[Binding],
        initkwargs: InitKwargs,
        options: Options,
        (url, name): (&str, Option<String>),
    ) {
        match View::new(viewset.clone(), mapping, initkwargs, options, self.options) {
            Ok(view) => self.mount(url, name, view),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn add_path(&mut self, url: &str, name: Option<String>, view: AsView) {
        self.check_requirements(&view.viewset);
        match view.into_view(self.options) {
            Ok(view) => self.mount(url, name, view),
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn add_root(&mut self, name: String) {
        let (viewset, mapping) = (erase(ApiRootView), [(Verb::Get, "list")]);
        self.add_view(&viewset, &mapping, InitKwargs::default(), Options::new(), ("", Some(name)));
    }

    fn mount(&mut self, url: &str, name: Option<String>, view: View) {
        let class_name = view.viewset.meta().class_name;
        self.check_throttles(&view);
        self.check_pagination(&view);
        self.check_serializer(&view);
        // A viewset without a prefix begins with its lookup, not with a slash (row C14).
        let url = url.strip_prefix('/').unwrap_or(url);
        let pattern = match Pattern::parse(url) {
            Ok(pattern) => pattern,
            Err(problem) => {
                self.problems.push(format!("the URL `{url}` of `{class_name}`: {problem}"));
                return;
            }
        };
        let is_odd = |part| matches!(part, Part::Literal(text) if text.contains(['?', '#', ' ']));
        if pattern.parts().any(is_odd) {
            self.problems.push(format!(
                "the URL `{url}` of `{class_name}` has a character that no path can have as it is"
            ));
            return;
        }
        if name.as_deref() == Some("") {
            self.problems.push(format!("the route `{url}` of `{class_name}` has an empty name"));
            return;
        }
        let index = self.routes.len();
        if self.tree.insert(&pattern, self.format_suffixes, index).is_err() {
            self.problems.push(format!(
                "two routes have the URL `{url}`; the second is of `{class_name}`: give one of them \
                 another prefix or `url_path`, or serve it with `#[mapping]`"
            ));
            return;
        }
        if let Some(name) = &name
            && self.names.insert(name.clone(), index).is_some()
        {
            self.problems
                .push(format!("two routes are named `{name}`; the second is of `{class_name}`"));
        }
        let label = pattern.parts().map(|part| match part {
            Part::Literal(text) => text.to_owned(),
            Part::Placeholder { name, .. } => format!("{{{name}}}"),
        });
        let label = label.collect();
        let kwarg_names = pattern.names().map(interned).collect();
        let format_suffix = self.format_suffixes;
        self.routes.push(Mounted { pattern, label, kwarg_names, name, view, format_suffix });
    }

    fn finish(
        self,
        settings: RouterSettings,
        names_of: Vec<(String, Arc<RouterInner>)>,
    ) -> Result<Router, BuildError> {
        if !self.problems.is_empty() {
            return Err(BuildError::new(self.problems));
        }
        let Self { tree, routes, names, lists, state, .. } = self;
        let mut details = ByType::default();
        for (place, route) in routes.iter().enumerate() {
            if route.name.as_ref().is_some_and(|name| name.ends_with("-detail")) {
                details.entry(route.view.viewset.object()).or_insert(place);
            }
        }
        let inner = RouterInner { tree, routes, names, details, names_of, lists, state, settings };
        Ok(Router { inner: Arc::new(inner) })
    }
}
