//! A view: a viewset with some of its actions bound to methods, and what is known of the route.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderValue, Method};

use super::erased::{ErasedViewSet, erase};
use crate::metadata::{ErasedMetadata, SimpleMetadata};
use crate::settings::Options;
use crate::verb::Verb;
use crate::viewsets::{Binding, ViewSet};

/// What `as_view` can be told about a view (DRF's initkwargs); routers tell all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct InitKwargs {
    pub(crate) basename: Option<Arc<str>>,
    pub(crate) detail: Option<bool>,
    pub(crate) suffix: Option<Cow<'static, str>>,
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
}

/// An action bound to a method.
#[derive(Clone, Copy, Debug)]
struct Bound {
    name: &'static str,
    /// Its number in the viewset's rows.
    row: usize,
}

/// A viewset, the map from methods to its actions, and what is known of the route.
pub(crate) struct View {
    pub(crate) viewset: Arc<dyn ErasedViewSet>,
    bound: [Option<Bound>; Verb::ALL.len()],
    pub(crate) initkwargs: InitKwargs,
    pub(crate) options: Options,
    /// The `Allow` header of every response.
    pub(crate) allow: HeaderValue,
}

impl View {
    /// Binds actions to methods. An action that the viewset lacks is an error that names it.
    pub(crate) fn new(
        viewset: Arc<dyn ErasedViewSet>,
        mapping: &[Binding],
        initkwargs: InitKwargs,
        options: Options,
        defaults: Options,
    ) -> std::result::Result<Self, String> {
        let names: Vec<_> = viewset.actions().iter().map(|meta| meta.name).collect();
        let mut bound = [None; Verb::ALL.len()];
        for &(verb, name) in mapping {
            let Some(row) = names.iter().position(|known| *known == name) else {
                let class_name = viewset.meta().class_name;
                return Err(format!(
                    "`{class_name}` has no action `{name}`; its actions are {}",
                    names.join(", ")
                ));
            };
            bound[verb as usize] = Some(Bound { name, row });
        }
        // HEAD is answered by GET's action unless the map has one of its own (row A30).
        if bound[Verb::Head as usize].is_none() {
            bound[Verb::Head as usize] = bound[Verb::Get as usize];
        }
        let options = options.or(viewset.meta().options).or(viewset.model_options()).or(defaults);
        let allow = allow(&bound, &options);
        Ok(Self { viewset, bound, initkwargs, options, allow })
    }

    /// What answers OPTIONS.
    pub(crate) fn metadata(&self) -> Option<&'static dyn ErasedMetadata> {
        self.options.metadata_class.unwrap_or(Some(&SimpleMetadata))
    }

    /// The number of the action that answers a method.
    pub(crate) fn bound(&self, verb: Verb) -> Option<usize> {
        self.bound[verb as usize].map(|bound| bound.row)
    }

    /// DRF A9: the action's name; `metadata` for OPTIONS; `None` for a method that is not mapped.
    pub(crate) fn action_name(&self, verb: Option<Verb>) -> Option<&'static str> {
        match verb? {
            Verb::Options => Some("metadata"),
            verb => self.bound[verb as usize].map(|bound| bound.name),
        }
    }

    /// The methods and their actions, in the order of `Allow`; HEAD only if it has an action of its own.
    pub(crate) fn mapping(&self) -> impl Iterator<Item = Binding> {
        let get = self.bound(Verb::Get);
        Verb::ALL.into_iter().filter_map(move |verb| {
            let bound = self.bound[verb as usize]?;
            (verb != Verb::Head || Some(bound.row) != get).then_some((verb, bound.name))
        })
    }
}

fn allow(bound: &[Option<Bound>], options: &Options) -> HeaderValue {
    let is_bound =
        |verb: Verb| verb == Verb::Options || bound.get(verb as usize).is_some_and(Option::is_some);
    let names: Vec<_> = Verb::ALL
        .into_iter()
        .filter(|verb| is_bound(*verb) && options.allows(*verb))
        .map(Verb::as_str)
        .collect();
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

/// A viewset with actions bound by hand: the answer of `as_view`. A router takes it with `path`; an
/// adapter can mount it on its own.
pub struct AsView {
    pub(super) viewset: Arc<dyn ErasedViewSet>,
    pub(super) mapping: Vec<Binding>,
    pub(super) initkwargs: InitKwargs,
    pub(super) options: Options,
    pub(super) problems: Vec<String>,
}

impl AsView {
    pub(crate) fn new<V: ViewSet>(viewset: V, actions: &[(&'static str, &'static str)]) -> Self {
        let class_name = V::META.class_name;
        let mut problems = Vec::new();
        if actions.is_empty() {
            problems.push(format!(
                "the actions of `{class_name}` must be named when calling `as_view`: \
                 for example `as_view([(\"get\", \"list\")])`"
            ));
        }
        let mut mapping = Vec::new();
        for &(method, action) in actions {
            match Verb::parse(method) {
                Some(verb) if mapping.iter().any(|(known, _)| *known == verb) => {
                    problems.push(format!("`{method}` is bound twice in a view of `{class_name}`"));
                }
                Some(verb) => mapping.push((verb, action)),
                None => problems
                    .push(format!("`{method}` is not an HTTP method that a view can answer")),
            }
        }
        let initkwargs = InitKwargs::default();
        Self { viewset: erase(viewset), mapping, initkwargs, options: Options::new(), problems }
    }

    /// The base of the names of its URLs; without it `reverse_action` finds nothing.
    #[must_use]
    pub fn basename(mut self, basename: impl AsRef<str>) -> Self {
        self.initkwargs.basename = Some(Arc::from(basename.as_ref()));
        self
    }

    /// Whether the view is for one object.
    #[must_use]
    pub fn detail(mut self, detail: bool) -> Self {
        self.initkwargs.detail = Some(detail);
        self
    }

    /// The display suffix; exclusive with `name`.
    #[must_use]
    pub fn suffix(mut self, suffix: impl Into<Cow<'static, str>>) -> Self {
        self.initkwargs.suffix = Some(suffix.into());
        self
    }

    /// The display name; exclusive with `suffix`.
    #[must_use]
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.initkwargs.name = Some(name.into());
        self
    }

    /// The description in OPTIONS.
    #[must_use]
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.initkwargs.description = Some(description.into());
        self
    }

    /// With the name, the description and the options of one of the viewset's actions, as a router binds
    /// it (DRF's `as_view({...}, **UserViewSet.set_password.kwargs)`). Name, suffix and description replace what was
    /// said before; options that this view was given hold over the action's.
    #[must_use]
    pub fn kwargs_of(mut self, action: &str) -> Self {
        let Some(meta) = self.viewset.actions().into_iter().find(|meta| meta.name == action) else {
            let class_name = self.viewset.meta().class_name;
            self.problems.push(format!("`{class_name}` has no action `{action}`"));
            return self;
        };
        self.initkwargs.name = meta.label().map(Cow::Owned);
        self.initkwargs.suffix = meta.suffix.map(Cow::Borrowed);
        self.initkwargs.description = meta.description.map(Cow::Borrowed);
        self.options = self.options.or(meta.options);
        self
    }

    /// Options of this view, over those of an earlier call and over the viewset's. `as_view` does not take
    /// them from an action; [`kwargs_of`](Self::kwargs_of) does.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options.or(self.options);
        self
    }

    pub(super) fn into_view(mut self, defaults: Options) -> std::result::Result<View, Vec<String>> {
        let class_name = self.viewset.meta().class_name;
        if self.initkwargs.name.is_some() && self.initkwargs.suffix.is_some() {
            self.problems.push(format!(
                "`{class_name}` received both `name` and `suffix`, which are mutually exclusive"
            ));
        }
        let view = View::new(self.viewset, &self.mapping, self.initkwargs, self.options, defaults);
        match view {
            Ok(view) if self.problems.is_empty() => Ok(view),
            Ok(_) => Err(self.problems),
            Err(problem) => Err(self.problems.into_iter().chain([problem]).collect()),
        }
    }
}

/// The method of a name from the wire; a name that is no token becomes an unknown method.
pub(crate) fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap_or(Method::CONNECT)
}
