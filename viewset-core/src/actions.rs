//! The static table of a viewset: one row an action, made by the macros at compile time.
//!
//! Dispatch, reversal, OPTIONS, the API root and the listing of routes all read this one table. What a
//! row's handler does is the business of `crate::views` (calling it) and of the macros (making it).

use std::marker::PhantomData;

use futures_core::future::LocalBoxFuture;

use crate::error::Result;
use crate::label::label;
use crate::request::Request;
use crate::response::Response;
use crate::settings::{Options, each_option, option_setters};
use crate::verb::Verb;

/// What a row points at: the method with its arguments taken from the request.
pub type Handler<V> = for<'a> fn(&'a V, &'a Request) -> LocalBoxFuture<'a, Result<Response>>;

/// Whether an action works on one object or on the collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// On the collection: `/users/recent_users/`.
    List,
    /// On one object: `/users/{pk}/set_password/`.
    Detail,
}

/// How an action comes by its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of `list, create, retrieve, update, partial_update, destroy`: the router's own routes bind it.
    Standard,
    /// Marked `#[action]`: it has a route of its own.
    Extra,
    /// Marked `#[mapping]`: it serves a further method on the route of another action.
    Mapped,
}

/// Everything about an action but its code: plain data.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ActionMeta {
    /// The method's name; `request.action()` while it runs.
    pub name: &'static str,
    /// How it comes by its route.
    pub kind: Kind,
    /// On one object or on the collection. It says nothing for a standard or mapped action.
    pub detail: Detail,
    /// For an extra action: the methods that it serves itself.
    pub methods: &'static [Verb],
    /// For an extra action: the further methods on its route, and the action that serves each.
    pub mapping: &'static [(Verb, &'static str)],
    /// For an extra action: its path below the prefix or the object; placeholders may carry a regex.
    pub url_path: &'static str,
    /// For an extra action: what follows `{basename}-` in the route's name, if it is not the action's
    /// name with hyphens.
    pub explicit_url_name: Option<&'static str>,
    /// The display name, exclusive with `suffix`.
    pub display_name: Option<&'static str>,
    /// The display suffix: `User List`.
    pub suffix: Option<&'static str>,
    /// The doc comment.
    pub description: Option<&'static str>,
    /// The options that were set on the action; the viewset's hold for the others.
    pub options: Options,
}

impl ActionMeta {
    const fn new(name: &'static str, kind: Kind, detail: Detail) -> Self {
        Self {
            name,
            kind,
            detail,
            methods: &[],
            mapping: &[],
            url_path: name,
            explicit_url_name: None,
            display_name: None,
            suffix: None,
            description: None,
            options: Options::new(),
        }
    }

    /// For an extra action: every method on its route, with the action that serves it.
    pub fn bindings(&self) -> Vec<(Verb, &'static str)> {
        let own = self.methods.iter().map(|verb| (*verb, self.name));
        own.chain(self.mapping.iter().copied()).collect()
    }

    /// What follows `{basename}-` in the route's name: `set-password`.
    pub fn url_name(&self) -> String {
        self.explicit_url_name.map_or_else(|| self.name.replace('_', "-"), str::to_owned)
    }

    /// The name that is shown: the one it was given, or the method's as words; none with a `suffix`
    /// (DRF B7).
    pub fn label(&self) -> Option<String> {
        match (self.display_name, self.suffix) {
            (Some(name), _) => Some(name.to_owned()),
            (None, Some(_)) => None,
            (None, None) => Some(label(self.name)),
        }
    }

    /// Whether the action works on one object.
    pub fn is_detail(&self) -> bool {
        self.detail == Detail::Detail
    }
}

/// A row of the table.
pub struct Action<V: 'static> {
    /// Its data.
    pub meta: ActionMeta,
    /// Its code.
    pub handler: Handler<V>,
}

impl<V> Action<V> {
    /// The row of a standard action.
    pub const fn standard(name: &'static str) -> Row<V> {
        Row::new(ActionMeta::new(name, Kind::Standard, Detail::List))
    }

    /// The row of an `#[action(detail = false)]`.
    pub const fn list(name: &'static str, methods: &'static [Verb]) -> Row<V> {
        Self::extra(name, methods, Detail::List)
    }

    /// The row of an `#[action(detail = true)]`.
    pub const fn detail(name: &'static str, methods: &'static [Verb]) -> Row<V> {
        Self::extra(name, methods, Detail::Detail)
    }

    const fn extra(name: &'static str, methods: &'static [Verb], detail: Detail) -> Row<V> {
        let mut meta = ActionMeta::new(name, Kind::Extra, detail);
        meta.methods = methods;
        Row::new(meta)
    }

    /// The row of a `#[mapping]`.
    pub const fn mapped(name: &'static str) -> Row<V> {
        Row::new(ActionMeta::new(name, Kind::Mapped, Detail::List))
    }
}

/// A row that still lacks its code.
#[derive(Debug)]
pub struct Row<V> {
    meta: ActionMeta,
    view: PhantomData<fn(&V)>,
}

impl<V> Row<V> {
    const fn new(meta: ActionMeta) -> Self {
        Self { meta, view: PhantomData }
    }

    /// Sets the further methods and the actions that serve them.
    #[must_use]
    pub const fn mapping(mut self, mapping: &'static [(Verb, &'static str)]) -> Self {
        self.meta.mapping = mapping;
        self
    }

    /// Sets `url_path` and `url_name`.
    #[must_use]
    pub const fn url(mut self, path: &'static str, name: &'static str) -> Self {
        self.meta.url_path = path;
        self.meta.explicit_url_name = Some(name);
        self
    }

    /// Sets the display name.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.meta.display_name = Some(name);
        self
    }

    /// Sets the display suffix.
    #[must_use]
    pub const fn suffix(mut self, suffix: &'static str) -> Self {
        self.meta.suffix = Some(suffix);
        self
    }

    /// Sets the description.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.meta.description = Some(description);
        self
    }

    each_option!(option_setters);

    const fn options_mut(&mut self) -> &mut Options {
        &mut self.meta.options
    }

    /// Completes the row.
    pub const fn run(self, handler: Handler<V>) -> Action<V> {
        Action { meta: self.meta, handler }
    }
}
