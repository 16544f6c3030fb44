//! The rules. Each is one `check_x` with the rule in the user's words above it.
//!
//! Rules about a whole viewset are here; those about its actions in `check_actions`, which mixins
//! share; those about options, which actions have too, in `check_options`.

use std::collections::HashSet;

use proc_macro2::TokenTree;
use syn::{ImplItem, Type};

use super::args::Name;
use super::check_options::About;
use super::model::{Function, Mixin, ViewSet};
use super::names::is_ours;
use crate::diagnostics::Sink;
use crate::words;

/// All rules of `#[viewset]`.
pub(crate) fn check(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    check_self_type(viewset, sink);
    check_prefix(viewset, sink);
    check_prefix_is_not_generic(viewset, sink);
    check_kwargs_differ(viewset, sink);
    check_mixins_have_a_model(viewset, sink);
    check_mixins_differ(viewset, sink);
    check_hooks_have_their_trait(viewset, sink);
    check_hooks_borrow_self(viewset, sink);
    check_helpers_are_no_hooks(viewset, sink);
    let about = match viewset.args.model.is_missing() {
        true => About::Nothing,
        false => About::Model,
    };
    super::check_options::check(&viewset.args.options, about, sink);
    super::check_actions::check(&viewset.table, sink);
}

/// `#[viewset]` goes on an impl block of a named type, not of a trait.
fn check_self_type(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    if let Some((path, _)) = &viewset.item.trait_ {
        sink.error(path, "`#[viewset]` goes on an inherent impl block, not on a trait's")
            .help("move the actions to an `impl` block of the type's own");
    }
    if let Some(keyword) = &viewset.item.unsafety {
        sink.error(keyword, "a viewset's impl block cannot be unsafe");
    }
    match viewset.self_ty() {
        Type::Path(path) if path.qself.is_none() => {}
        other => drop(sink.error(other, "`#[viewset]` needs the impl block of a named type")),
    }
}

/// A prefix is written without slashes at its ends; the router puts them there.
fn check_prefix(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    let Some(prefix) = viewset.args.prefix.get() else {
        return;
    };
    let value = prefix.value();
    if value.starts_with('/') || value.ends_with('/') {
        sink.error(prefix, "`prefix` must not begin or end with a slash")
            .help(format_args!("`prefix = \"{}\"`", value.trim_matches('/')));
    }
}

/// A generic viewset cannot register itself, because no one says for which types.
fn check_prefix_is_not_generic(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    let Some(key) = viewset.args.prefix.key() else {
        return;
    };
    if !viewset.item.generics.params.is_empty() {
        sink.error(key, "a generic viewset cannot have a `prefix`")
            .help("register each of its types: `router.register(\"users\", …)`");
    }
}

/// A URL kwarg is named once in `kwargs`, and the lookup not at all.
fn check_kwargs_differ(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    let mut seen = HashSet::new();
    let kwargs: &[Name] = viewset.args.kwargs.get().map_or(&[], Vec::as_slice);
    for kwarg in kwargs {
        let name = kwarg.text.as_str();
        if name == viewset.table.lookup.name() {
            sink.error(kwarg, format_args!("`{name}` is the lookup's kwarg already"))
                .help("give the lookup another: `lookup_url_kwarg = …`");
        } else if !seen.insert(name) {
            sink.error(kwarg, format_args!("kwarg `{name}` is listed twice"));
        }
    }
}

/// The mixins that read or write a model need one.
fn check_mixins_have_a_model(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    if !viewset.args.model.is_missing() {
        return;
    }
    for mixin in &viewset.mixins {
        let name = mixin.name();
        if let (Mixin::Named(path), true) = (mixin, is_model_mixin(&name)) {
            sink.error(path, format_args!("mixin `{name}` needs a model"))
                .help("`#[viewset(model = User, …)]`");
        }
    }
}

/// A mixin is listed once.
fn check_mixins_differ(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    let mut seen = HashSet::new();
    for mixin in &viewset.mixins {
        let Mixin::Named(path) = mixin else { continue };
        let name = mixin.name();
        let identity = match is_model_mixin(&name) {
            true => name.clone(),
            false => quote::quote!(#path).to_string(),
        };
        if !seen.insert(identity) {
            sink.error(path, format_args!("mixin `{name}` is listed twice"));
        }
    }
}

/// A hook overrides a method of a trait that the viewset has.
fn check_hooks_have_their_trait(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    for hook in viewset.hooks.iter().filter(|hook| !viewset.implements(hook.of)) {
        let ident = &hook.function.sig.ident;
        let needs_model = hook.of == words::GENERIC_VIEW_SET || viewset.args.model.is_missing();
        match needs_model {
            true => sink
                .error(ident, format_args!("hook `{ident}` needs a model"))
                .help("`#[viewset(model = User, …)]`"),
            false => sink
                .error(ident, format_args!("hook `{ident}` needs the mixin `{}`", hook.of))
                .help(format_args!("add it: `mixins = [{}]`", with_mixin(viewset, hook.of))),
        }
    }
}

/// A hook is a method: a function of its name without `&self` would be called by nobody.
fn check_hooks_borrow_self(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    for hook in &viewset.hooks {
        let function = Function::of_impl(hook.function);
        if !function.borrows_self() {
            let ident = &hook.function.sig.ident;
            sink.error(ident, format_args!("hook `{ident}` must take `&self`"));
        }
    }
}

/// A helper must not look like a hook that nobody would call.
fn check_helpers_are_no_hooks(viewset: &ViewSet<'_>, sink: &Sink<'_>) {
    let functions = viewset.item.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) if !function.attrs.iter().any(is_ours) => Some(function),
        _ => None,
    });
    for function in functions {
        let ident = &function.sig.ident;
        let name = Function::of_impl(function).name();
        if words::LATER_HOOKS.contains(&name.as_str()) {
            sink.error(
                ident,
                format_args!("hook `{ident}` is not supported by this version of viewset"),
            );
        } else if let Some(hook) = words::nearly_a_hook(&name) {
            sink.error(ident, format_args!("`{ident}` is nearly the hook `{hook}`"))
                .help("name it so, or give the helper another name");
        }
    }
}

fn with_mixin(viewset: &ViewSet<'_>, name: &str) -> String {
    let mut names: Vec<String> = viewset.mixins.iter().map(Mixin::name).collect();
    names.push(name.to_owned());
    names.join(", ")
}

fn is_model_mixin(name: &str) -> bool {
    words::MODEL_MIXINS.contains(&name)
}

/// The rule of the attributes `#[action]` and `#[mapping]` themselves: they mean something only
/// inside a `#[viewset]` or a `#[mixin]`, which takes them away before they are reached.
pub(crate) fn check_outside(word: &str, item: &proc_macro2::TokenStream, sink: &Sink<'_>) {
    let function = syn::parse2::<syn::ImplItemFn>(item.clone());
    let name = function.map(|function| function.sig.ident);
    let message = format!("`#[{word}]` stands outside a `#[viewset]` or `#[mixin]`");
    let reported = match name {
        Ok(name) => sink.error(name, message),
        Err(_) => sink.error(proc_macro2::TokenStream::new(), message),
    };
    reported.help("put `#[viewset]` on the impl block");
}

/// The error that `#[viewset]` stands on something else than an impl block.
pub(crate) fn report_not_an_impl(item: &syn::Item, sink: &Sink<'_>) {
    let reported = sink.error(first_word(item), "`#[viewset]` goes on an impl block");
    match item {
        syn::Item::Trait(_) => reported.help("a trait with actions is a `#[mixin]`"),
        _ => reported.help("`#[viewset] impl UserViewSet { … }`"),
    }
}

/// The first word of an item behind its attributes.
pub(crate) fn first_word(item: &syn::Item) -> proc_macro2::TokenStream {
    let words = quote::quote!(#item).into_iter();
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(_));
    words.skip_while(|token| !is_word(token)).take(1).collect()
}
