//! The rules about the URL of an action and the arguments that take its kwargs.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, LitStr};

use super::action_args::ActionArgs;
use super::arguments::{Source, argument_name, is_kwarg_type};
use super::model::{Action, Role, Table};
use super::url_path;
use crate::diagnostics::Sink;
use crate::words::expected_one_of;

/// All rules about the URL and the kwargs of one action.
pub(crate) fn check(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    check_url_path(table, action, sink);
    check_kwargs_are_taken(table, action, sink);
    check_arguments_are_given(table, action, sink);
}

/// A `url_path` is text with placeholders between, without slashes at its ends, and does not take
/// the lookup's name.
fn check_url_path(table: &Table<'_>, action: &Action<'_>, sink: &Sink<'_>) {
    let Some(literal) = action.extra().and_then(|args| args.url_path.as_ref()) else {
        return;
    };
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
            .help("a placeholder is `{name}` or `{name:regex}`, each name once"),
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
    let Some(route) = sound_route(table, action) else {
        return;
    };
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

/// The `url_path`, or where there is none the method's name.
pub(crate) fn place_of_path(action: &Action<'_>) -> TokenStream {
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
    for argument in action.function.arguments().filter(|it| is_kwarg_type(&it.ty)) {
        let given = table.source(argument, &kwargs) != Source::Extract;
        if let (Some(ident), false) = (argument_name(argument), given) {
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

/// The `#[action]` whose route this is, if nothing is wrong with either, nor with the path: a path
/// that cannot be read has placeholders that nobody knows.
fn sound_route<'t, 'a>(table: &'t Table<'a>, action: &'t Action<'a>) -> Option<&'t Action<'a>> {
    let route = table.route_of(action).filter(|route| route.sound && action.sound);
    route.filter(|route| route.extra().is_some_and(ActionArgs::has_readable_path))
}
