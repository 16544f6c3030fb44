//! Questions about the model: names, paths, methods, kwargs. Where an argument comes from is answered
//! by `arguments`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Attribute, FnArg, PatType, Path, ReceiverKind, Type};

use super::action_args::ActionArgs;
use super::model::{Action, Function, Lookup, Mixin, Role, Table, ViewSet};
use super::names::last_segment;
use super::url_path;
use super::verbs::Verb;
use crate::words;

/// Where generated code finds the runtime.
pub(crate) fn runtime(path: Option<&Path>) -> TokenStream {
    match path {
        Some(path) => quote!(#path::__private),
        None => quote!(::viewset_actix::__private),
    }
}

impl ViewSet<'_> {
    /// Whether the mixin called `name`, by the last segment of its path, is used.
    pub(crate) fn has_mixin(&self, name: &str) -> bool {
        self.mixins.iter().any(|mixin| mixin.name() == name)
    }

    /// Whether the trait called `name` is implemented.
    pub(crate) fn implements(&self, name: &str) -> bool {
        match name {
            words::VIEW_SET => true,
            words::GENERIC_VIEW_SET => !self.args.model.is_missing(),
            mixin => {
                self.has_mixin(mixin) || self.args.mixins.get().is_none() && self.mixins_broken()
            }
        }
    }

    /// The name of the type.
    pub(crate) fn class_name(&self) -> String {
        match self.self_ty() {
            Type::Path(path) => last_segment(&path.path),
            _ => String::new(),
        }
    }

    /// Mixins or a model were named, but could not be read.
    fn mixins_broken(&self) -> bool {
        !self.args.mixins.is_missing()
            || (self.args.model.get().is_none() && !self.args.model.is_missing())
    }
}

impl Mixin<'_> {
    /// The last segment of its path.
    pub(crate) fn name(&self) -> String {
        match self {
            Mixin::Default(name) => (*name).to_owned(),
            Mixin::Named(path) => last_segment(path),
        }
    }

    /// Whether the viewset has what the mixin builds on, as far as can be seen.
    pub(crate) fn is_usable(&self, viewset: &ViewSet<'_>) -> bool {
        let args = viewset.args;
        let needs_model = words::MODEL_MIXINS.contains(&self.name().as_str());
        args.model.get().is_some() || (args.model.is_missing() && !needs_model)
    }
}

impl<'a> Function<'a> {
    /// The name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.sig.ident.unraw().to_string()
    }

    /// Whether the receiver is `&self`.
    pub(crate) fn borrows_self(&self) -> bool {
        let receiver = self.sig.receiver();
        receiver.is_some_and(|it| matches!(it.kind, ReceiverKind::Reference(_, _, None)))
    }

    /// The arguments behind the receiver.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &'a PatType> + use<'a> {
        self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }

    /// The `#[cfg]`s that decide whether the function is there.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &'a Attribute> + use<'a> {
        self.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"))
    }
}

impl Action<'_> {
    /// The arguments of its `#[action]`.
    pub(crate) fn extra(&self) -> Option<&ActionArgs> {
        match &self.role {
            Role::Extra(args) => Some(args),
            _ => None,
        }
    }

    /// Whether both can never be compiled together, as far as we can tell.
    pub(crate) fn excludes(&self, other: &Action<'_>) -> bool {
        self.function.cfgs().next().is_some() && other.function.cfgs().next().is_some()
    }
}

impl ActionArgs {
    /// Whether it works on one object.
    pub(crate) fn is_detail(&self) -> bool {
        self.detail.as_ref().is_some_and(|detail| detail.value)
    }

    /// The methods in lower case; GET if none were given.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        match &self.methods {
            Some(methods) => methods.iter().map(|method| method.word).collect(),
            None => vec!["get"],
        }
    }

    /// The path below the collection or the object, of the action called `name`.
    pub(crate) fn url_path(&self, name: &str) -> String {
        self.url_path.as_ref().map_or_else(|| name.to_owned(), syn::LitStr::value)
    }

    /// What follows `{basename}-` in the name of the route.
    pub(crate) fn url_name(&self, name: &str) -> String {
        self.url_name.as_ref().map_or_else(|| name.replace('_', "-"), syn::LitStr::value)
    }

    /// Whether it is known which placeholders the path has.
    pub(crate) fn has_readable_path(&self) -> bool {
        let path = self.url_path.as_ref().map(syn::LitStr::value);
        path.is_none_or(|path| url_path::placeholders(&path).is_ok())
    }

    /// The placeholders of the path; none if it is wrong.
    pub(crate) fn placeholders(&self) -> Vec<String> {
        let path = self.url_path.as_ref().map(syn::LitStr::value);
        path.and_then(|path| url_path::placeholders(&path).ok()).unwrap_or_default()
    }
}

impl<'a> Table<'a> {
    /// The action that the `#[action]` called `name` is.
    pub(crate) fn extra(&self, name: &str) -> Option<&Action<'a>> {
        self.actions.iter().find(|action| action.name == name && action.extra().is_some())
    }

    /// The further methods of the action called `name`, with the functions that serve them.
    pub(crate) fn mapped_to(&self, name: &str) -> impl Iterator<Item = (&Verb, &Action<'a>)> {
        self.actions.iter().flat_map(move |action| {
            let mappings = match &action.role {
                Role::Mapped(mappings) => mappings.as_slice(),
                _ => &[],
            };
            let here = mappings.iter().filter(move |mapping| mapping.action.unraw() == name);
            here.map(move |mapping| (&mapping.verb, action))
        })
    }

    /// The `#[action]` whose route the action is on: itself, or the one it is mapped to.
    pub(crate) fn route_of<'t>(&'t self, action: &'t Action<'a>) -> Option<&'t Action<'a>> {
        match &action.role {
            Role::Standard(_) => None,
            Role::Extra(_) => Some(action),
            Role::Mapped(mappings) => {
                mappings.first().and_then(|it| self.extra(&it.action.unraw().to_string()))
            }
        }
    }

    /// The names of the URL kwargs that the action can take.
    pub(crate) fn kwargs(&self, action: &Action<'_>) -> Vec<String> {
        let route = self.route_of(action).and_then(Action::extra);
        let detail = match &action.role {
            Role::Standard(standard) => standard.detail,
            _ => route.is_some_and(ActionArgs::is_detail),
        };
        let mut kwargs = Vec::new();
        kwargs.extend(detail.then(|| self.lookup.name().to_owned()));
        kwargs.extend(route.map(ActionArgs::placeholders).into_iter().flatten());
        kwargs.extend(self.kwargs.iter().cloned());
        kwargs.push(String::from("format"));
        kwargs
    }
}

impl Lookup {
    /// The name by which an argument asks for the lookup value.
    pub(crate) fn name(&self) -> &str {
        match self {
            Lookup::Named(name) => name,
            Lookup::Any => "pk",
        }
    }
}
