//! The rules about actions, for viewsets and mixins alike; those about signatures are in
//! `check_signature`, those about URLs and their kwargs in `check_kwargs`.

use quote::ToTokens;
use syn::ext::IdentExt as _;

use super::action_args::{ActionArgs, MappingArgs};
use super::check_kwargs::place_of_path;
use super::check_options::About;
use super::model::{Action, Owner, Role, Table};
use crate::diagnostics::Sink;
use crate::words::{self, expected_one_of};

/// All rules about the actions of one block.
pub(crate) fn check(table: &Table<'_>, sink: &Sink<'_>) {
    for action in &table.actions {
        let sink = sink.child();
        check_name(action, &sink);
        check_mappings(table, action, &sink);
        super::check_signature::check(table, action, &sink);
        super::check_kwargs::check(table, action, &sink);
        if let Some(args) = action.extra() {
            let about = match (&table.owner, table.model) {
                (Owner::Trait(_), _) => About::Mixin,
                (Owner::Type, Some(_)) => About::Model,
                (Owner::Type, None) => About::Nothing,
            };
            super::check_options::check(&args.options, about, &sink);
        }
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
    let Role::Mapped(mappings) = &action.role else {
        return;
    };
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

/// No two actions answer to the same method on the same path.
fn check_routes_differ(table: &Table<'_>, sink: &Sink<'_>) {
    for (first, second) in pairs(table) {
        let Some(method) = common_method(table, first, second) else {
            continue;
        };
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
        let (Some(one), Some(other)) = (first.extra(), second.extra()) else {
            continue;
        };
        let url_name = other.url_name(&second.name);
        let same_name =
            one.is_detail() == other.is_detail() && one.url_name(&first.name) == url_name;
        if same_name && common_method(table, first, second).is_none() {
            let at = match &other.url_name {
                Some(literal) => literal.to_token_stream(),
                None => second.function.sig.ident.to_token_stream(),
            };
            let (a, b) = (&first.name, &second.name);
            sink.error(
                at,
                format_args!("actions `{a}` and `{b}` have one `url_name`, `{url_name}`"),
            )
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
fn pairs<'t, 'a>(table: &'t Table<'a>) -> impl Iterator<Item = (&'t Action<'a>, &'t Action<'a>)> {
    let actions = table.actions.iter().filter(|action| action.sound);
    actions.clone().enumerate().flat_map(move |(index, first)| {
        let later = actions.clone().skip(index + 1).filter(|second| !first.excludes(second));
        later.map(move |second| (first, second))
    })
}
