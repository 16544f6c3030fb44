//! The rules about actions, for viewsets and mixins alike.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{FnArg, GenericParam, Ident, LitStr, PatType, ReceiverKind, Safety, Type};

use super::action_args::{ActionArgs, MappingArgs};
use super::model::{Action, Owner, Role, Table};
use super::{props, url_path};
use crate::diagnostics::Sink;
use crate::words::{self, expected_one_of};

/// All rules about the actions of one block.
pub(crate) fn check(table: &Table<'_>, sink: &Sink<'_>) {
    for action in &table.actions {
        let sink = sink.child();
        check_name(action, &sink);
        check_mappings(table, action, &sink);
        check_has_a_body(table, action, &sink);
        check_qualifiers(action, &sink);
        check_generics(action, &sink);
        check_receiver(action, &sink);
        check_patterns(action, &sink);
        check_url_path(table, action, &sink);
        check_kwargs_are_taken(table, action, &sink);
        check_arguments_are_given(table, action, &sink);
    }
    check_routes_differ(table, sink);
    check_url_names_differ(table, sink);
    check_mapped_methods_differ(table, sink);
}

/// A method with the name of a standard action or of a hook has a meaning already, and takes no
/// attribute of ours.
fn check_name(action: &Action<'_>, sink: &Sink<'_>) {
    let (attribute, name) = match &action.role {
        Role::Standard(_) => return,
        Role::Extra(_) => (words::ACTION, &action.name),
        Role::Mapped(_) => (words::MAPPING, &action.name),
    };
    let ident = &action.function.sig.ident;
    if words::standard_action(name).is_some() {
        sink.error(ident, format_args!("standard action `{name}` takes no `#[{attribute}]`"))
            .help("remove the attribute, or rename the method");
    } else if words::hook_trait(name).is_some() {
        sink.error(ident, format_args!("hook `{name}` cannot be an action"))
            .help("remove the attribute, or rename the method");
    }
}

/// A `#[mapping]` belongs to an `#[action]` of the same block.
fn check_mappings(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    let Role::Mapped(mappings) = &action.role else { return };
    for mapping in mappings {
        let target = mapping.action.unraw().to_string();
        if table.extra(&target).is_none() {
            report_no_action(table, mapping, &target, sink);
        }
    }
}

fn report_no_action(table: &Table<'_>, mapping: &MappingArgs, target: &str, sink: &Sink<'_>) {
    let at = &mapping.action;
    if words::standard_action(target).is_some() {
        sink.error(at, format_args!("`#[mapping]` cannot extend the standard action `{target}`"))
            .note("only an `#[action]` has a route of its own");
        return;
    }
    if let Some(other) = table.actions.iter().find(|action| action.name == target) {
        let of = match &other.role {
            Role::Mapped(mappings) => mappings.first(),
            _ => None,
        };
        let reported = sink.error(at, format_args!("`{target}` is itself mapped by `#[mapping]`"));
        match of {
            Some(of) => {
                let (action, verb) = (&of.action, mapping.verb.word);
                reported.help(format_args!("`#[mapping({action}.{verb})]`"));
            }
            None => reported.note("`#[mapping]` names an `#[action]`"),
        }
        return;
    }
    let known: Vec<&str> = table.actions.iter().filter_map(extra_name).collect();
    let reported = sink.error(at, format_args!("`#[mapping]` to an unknown action `{target}`"));
    match known.is_empty() {
        true => reported.note("there is no `#[action]` in this block"),
        false => reported.help(expected_one_of(target, &known)),
    }
}

fn extra_name<'t>(action: &'t Action<'_>) -> Option<&'t str> {
    action.extra().map(|_| action.name.as_str())
}

/// An action of a mixin has a body: it is what the mixin gives.
fn check_has_a_body(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    if matches!(table.owner, Owner::Trait(_)) && !action.function.has_body {
        let (ident, name) = (&action.function.sig.ident, &action.name);
        sink.error(ident, format_args!("action `{name}` of a mixin needs a body"));
    }
}

/// An action is a plain `fn` or `async fn`.
fn check_qualifiers(action: &Action<'_>, sink: &Sink<'_>) {
    let (sig, name) = (action.function.sig, &action.name);
    let refuse = |tokens: TokenStream, what: &str| {
        sink.error(tokens, format_args!("action `{name}` cannot be {what}"));
    };
    if let Some(keyword) = &sig.constness {
        refuse(quote!(#keyword), "`const`");
    }
    if let Safety::Unsafe(keyword) = &sig.safety {
        refuse(quote!(#keyword), "`unsafe`");
    }
    if let Some(abi) = &sig.abi {
        refuse(quote!(#abi), "`extern`");
    }
    if let Some(variadic) = &sig.variadic {
        refuse(quote!(#variadic), "variadic");
    }
}

/// An action has no generics but lifetimes: the router would not know the types.
fn check_generics(action: &Action<'_>, sink: &Sink<'_>) {
    let (sig, name) = (action.function.sig, &action.name);
    let is_lifetime = |param: &&GenericParam| matches!(param, GenericParam::Lifetime(_));
    if let Some(param) = sig.generics.params.iter().find(|param| !is_lifetime(param)) {
        sink.error(param, format_args!("action `{name}` cannot be generic"))
            .help("name the type, or make the viewset generic");
    }
    for argument in action.function.arguments() {
        if let Type::ImplTrait(ty) = &*argument.ty {
            sink.error(ty, format_args!("action `{name}` cannot take `impl Trait`"))
                .help("name the type");
        }
    }
}

/// An action takes the viewset by `&self`, or not at all.
fn check_receiver(action: &Action<'_>, sink: &Sink<'_>) {
    let Some(FnArg::Receiver(receiver)) = action.function.sig.inputs.first() else { return };
    let typed = matches!(receiver.kind, ReceiverKind::Typed(..));
    if !action.function.borrows_self() || typed {
        sink.error(receiver, format_args!("action `{}` must take `&self`", action.name))
            .note("all requests share one viewset");
    }
}

/// The arguments of an action are plain names: the name says which URL kwarg is meant. Only the
/// request needs none.
fn check_patterns(action: &Action<'_>, sink: &Sink<'_>) {
    let named = |it: &PatType| props::argument_name(it).is_some() || props::is_request(&it.ty);
    for argument in action.function.arguments().filter(|argument| !named(argument)) {
        let message = format!("an argument of action `{}` must be a plain name", action.name);
        sink.error(&argument.pat, message).help("take it apart in the body");
    }
}

/// A `url_path` is text with placeholders between, without slashes at its ends, and does not take
/// the lookup's name.
fn check_url_path(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    let Some(literal) = action.extra().and_then(|args| args.url_path.as_ref()) else { return };
    let path = literal.value();
    if path.trim_matches('/').is_empty() {
        sink.error(literal, "`url_path` must not be empty");
    } else if path.starts_with('/') || path.ends_with('/') {
        sink.error(literal, "`url_path` must not begin or end with a slash")
            .help(format_args!("`url_path = \"{}\"`", path.trim_matches('/')));
    }
    match url_path::placeholders(&path) {
        Err(what) => sink
            .error(literal, format_args!("`url_path` has {what}"))
            .help("write a placeholder as `{name}` or `{name:regex}`"),
        Ok(names) => check_lookup_is_free(table, action, literal, &names, sink),
    }
}

fn check_lookup_is_free(
    table: &Table<'_>,
    action: &Action<'_>,
    literal: &LitStr,
    names: &[String],
    sink: &Sink<'_>,
) {
    let lookup = table.lookup.name();
    let detail = action.extra().is_some_and(ActionArgs::is_detail);
    if detail && names.iter().any(|name| name == lookup) {
        sink.error(literal, format_args!("placeholder `{lookup}` is the lookup's kwarg already"))
            .note(format_args!("the URL of a detail action begins with `{{{lookup}}}`"));
    }
}

/// Every placeholder of a `url_path` is an argument.
fn check_kwargs_are_taken(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    let Some(route) = sound_route(table, action) else { return };
    let Some(args) = route.extra() else { return };
    let (kwargs, name) = (table.kwargs(action), &action.name);
    for placeholder in args.placeholders() {
        let mut arguments = action.function.arguments();
        let is_lookup = placeholder == table.lookup.name();
        if is_lookup || arguments.any(|it| table.source(it, &kwargs).is_kwarg(&placeholder)) {
            continue;
        }
        let at = place_of_path(action);
        sink.error(at, format_args!("no argument of action `{name}` takes `{placeholder}`"))
            .help(format_args!("add the argument `{placeholder}: String`"));
    }
}

fn place_of_path(action: &Action<'_>) -> TokenStream {
    match action.extra().and_then(|args| args.url_path.as_ref()) {
        Some(literal) => literal.to_token_stream(),
        None => action.function.sig.ident.to_token_stream(),
    }
}

/// An argument of a plain type is a URL kwarg by its name.
fn check_arguments_are_given(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    let standard = matches!(action.role, Role::Standard(_));
    if !standard && sound_route(table, action).is_none() {
        return;
    }
    let kwargs = table.kwargs(action);
    for argument in action.function.arguments().filter(|it| props::is_kwarg_type(&it.ty)) {
        let given = table.source(argument, &kwargs) != props::Source::Extract;
        if let (Some(ident), false) = (props::argument_name(argument), given) {
            report_not_given(action, ident, &kwargs, sink);
        }
    }
}

fn report_not_given(action: &Action<'_>, ident: &Ident, kwargs: &[String], sink: &Sink<'_>) {
    let known: Vec<&str> = kwargs.iter().map(String::as_str).collect();
    let expected = expected_one_of(&ident.to_string(), &known);
    let name = &action.name;
    sink.error(ident, format_args!("no URL kwarg of action `{name}` gives `{ident}`"))
        .help(format_args!("{expected}, or name it in the viewset's `kwargs`"));
}

/// The `#[action]` whose route this is, if nothing is wrong with either.
fn sound_route<'t, 'a>(table: &'t Table<'a>, action: &'t Action<'a>) -> Option<&'t Action<'a>> {
    table.route_of(action).filter(|route| route.sound && action.sound)
}

/// No two actions answer to the same method on the same path.
fn check_routes_differ(table: &Table<'_>, sink: &Sink<'_>) {
    for (first, second) in pairs(table) {
        let Some(method) = common_method(table, first, second) else { continue };
        let (a, b, method) = (&first.name, &second.name, method.to_uppercase());
        let message = format!("actions `{a}` and `{b}` both answer to {method} on one path");
        sink.error(place_of_path(second), message).help("give one of them another `url_path`");
    }
}

/// A method that both answer to on one path.
fn common_method(table: &Table<'_>, a: &Action<'_>, b: &Action<'_>) -> Option<&'static str> {
    let (one, other) = (a.extra()?, b.extra()?);
    let same_path = one.url_path(&a.name) == other.url_path(&b.name);
    let same_route = same_path && one.is_detail() == other.is_detail();
    let taken = methods_of(table, a, one);
    let mut methods = methods_of(table, b, other).into_iter();
    methods.find(|method| same_route && taken.contains(method))
}

fn methods_of(table: &Table<'_>, action: &Action<'_>, args: &ActionArgs) -> Vec<&'static str> {
    let mut methods = args.words();
    methods.extend(table.mapped_to(&action.name).map(|(verb, _)| verb.word));
    methods
}

/// No two actions have one `url_name`: it could not be reversed.
fn check_url_names_differ(table: &Table<'_>, sink: &Sink<'_>) {
    for (first, second) in pairs(table) {
        let (Some(one), Some(other)) = (first.extra(), second.extra()) else { continue };
        let url_name = other.url_name(&second.name);
        let same_name = one.is_detail() == other.is_detail() && one.url_name(&first.name) == url_name;
        if same_name && common_method(table, first, second).is_none() {
            let at = match &other.url_name {
                Some(literal) => literal.to_token_stream(),
                None => second.function.sig.ident.to_token_stream(),
            };
            let (a, b) = (&first.name, &second.name);
            sink.error(at, format_args!("actions `{a}` and `{b}` have one `url_name`, `{url_name}`"))
                .help("give one of them another `url_name`");
        }
    }
}

/// An action has one function for each of its methods.
fn check_mapped_methods_differ(table: &Table<'_>, sink: &Sink<'_>) {
    for action in &table.actions {
        let Some(args) = action.extra() else { continue };
        let mut served: Vec<(&str, &Action<'_>)> =
            args.words().into_iter().map(|word| (word, action)).collect();
        for (verb, function) in table.mapped_to(&action.name) {
            let by = served.iter().find(|(word, by)| *word == verb.word && !by.excludes(function));
            if let (Some((_, by)), true) = (by, action.sound) {
                let (name, method, by) = (&action.name, verb.word, &by.name);
                sink.error(&verb.tokens, format_args!("action `{name}` has `{method}` already"))
                    .note(format_args!("`{by}` serves it"));
            }
            served.push((verb.word, function));
        }
    }
}

/// All pairs of sound actions that can be there together, the earlier one first.
fn pairs<'t, 'a>(
    table: &'t Table<'a>,
) -> impl Iterator<Item = (&'t Action<'a>, &'t Action<'a>)> {
    let actions = table.actions.iter().filter(|action| action.sound);
    actions.clone().enumerate().flat_map(move |(index, first)| {
        let later = actions.clone().skip(index + 1).filter(|second| !first.excludes(second));
        later.map(move |second| (first, second))
    })
}
