//! Where an argument of an action comes from: asked by the rules and by the rows.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{GenericArgument, Pat, PatType, PathArguments, PathSegment, Type};

use super::model::{Lookup, Table};
use crate::words;

/// Where an argument of an action comes from.
#[derive(Debug, PartialEq)]
pub(crate) enum Source {
    /// It is the request.
    Request,
    /// The URL kwarg of this name; the runtime sees by the type whether it may be missing.
    Kwarg(String),
    /// The lookup value, whatever its kwarg is called.
    Lookup,
    /// It is made from the request, as its type says.
    Extract,
}

impl Table<'_> {
    /// Where the argument comes from, if the action's kwargs are `kwargs`.
    pub(crate) fn source(&self, argument: &PatType, kwargs: &[String]) -> Source {
        if is_request(&argument.ty) {
            return Source::Request;
        }
        match argument_name(argument)
            .and_then(|name| kwarg_named(&name.unraw().to_string(), kwargs))
        {
            None => Source::Extract,
            Some(name) if matches!(self.lookup, Lookup::Any) && name == "pk" => Source::Lookup,
            Some(name) => Source::Kwarg(name.to_owned()),
        }
    }
}

impl Source {
    /// Whether this is the URL kwarg called `name`.
    pub(crate) fn is_kwarg(&self, name: &str) -> bool {
        matches!(self, Source::Kwarg(kwarg) if kwarg == name)
    }
}

/// The name of a plain argument; a pattern has none.
pub(crate) fn argument_name(argument: &PatType) -> Option<&Ident> {
    match &*argument.pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(&pat.ident),
        _ => None,
    }
}

/// Whether the type, or what an `Option` or a reference of it holds, is one that only a URL kwarg
/// can give.
pub(crate) fn is_kwarg_type(ty: &Type) -> bool {
    match peel(ty) {
        Type::Reference(reference) => is_kwarg_type(&reference.elem),
        other => match (option_content(other), last(other)) {
            (Some(content), _) => is_kwarg_type(content),
            (None, Some(last)) => {
                last.arguments.is_none() && words::KWARG_TYPES.iter().any(|word| last.ident == word)
            }
            (None, None) => false,
        },
    }
}

/// The kwarg that an argument of this name takes: its own, or, for `_year`, `year`.
fn kwarg_named<'k>(name: &str, kwargs: &'k [String]) -> Option<&'k str> {
    let find = |wanted: &str| kwargs.iter().find(|kwarg| *kwarg == wanted);
    find(name).or_else(|| find(name.strip_prefix('_')?)).map(String::as_str)
}

/// Whether it is `&Request`, under any path.
pub(crate) fn is_request(ty: &Type) -> bool {
    match peel(ty) {
        Type::Reference(reference) => {
            last(&reference.elem).is_some_and(|last| last.ident == "Request")
        }
        _ => false,
    }
}

fn option_content(ty: &Type) -> Option<&Type> {
    let last = last(ty).filter(|last| last.ident == "Option")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(content)) => Some(content),
            _ => None,
        },
        _ => None,
    }
}

fn last(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The type without the invisible groups that `macro_rules!` leaves, and without parentheses.
fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}
