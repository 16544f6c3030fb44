//! A list of HTTP methods, as strings or as constants.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit};

use crate::attr::Entry;
use crate::diagnostics::Sink;
use crate::words::{self, expected_one_of};
/// An HTTP method, and the tokens that name it.
pub(crate) struct Verb {
    pub(crate) word: &'static str,
    pub(crate) tokens: TokenStream,
}

/// Reads `= ["post", Method::PUT]`.
pub(crate) fn verbs(entry: &Entry<'_>, sink: &Sink<'_>) -> syn::Result<Vec<Verb>> {
    let written = entry.list::<Expr>()?;
    if written.is_empty() {
        return Err(entry.fail(format_args!("`{}` must not be empty", entry.key)));
    }
    let mut verbs: Vec<Verb> = Vec::new();
    for verb in written.iter().filter_map(|expr| verb_of(expr, sink)) {
        match verbs.iter().any(|other| other.word == verb.word) {
            true => drop(sink.error(&verb.tokens, already_listed(&verb))),
            false => verbs.push(verb),
        }
    }
    Ok(verbs)
}

fn already_listed(verb: &Verb) -> String {
    format!("method `{}` is listed twice", verb.word)
}

fn verb_of(expr: &Expr, sink: &Sink<'_>) -> Option<Verb> {
    let name = match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    match name {
        Some(name) => verb(&name, expr.to_token_stream(), sink),
        None => {
            sink.error(expr, "an HTTP method must be a string or a path")
                .help("`\"post\"` or `Method::POST`");
            None
        }
    }
}

/// The method of a name, or the error that there is none.
pub(crate) fn verb(name: &str, tokens: TokenStream, sink: &Sink<'_>) -> Option<Verb> {
    let lower = name.to_ascii_lowercase();
    let word = words::METHODS.iter().find(|word| **word == lower);
    if word.is_none() {
        sink.error(&tokens, format_args!("unknown HTTP method `{name}`"))
            .help(expected_one_of(&lower, words::METHODS));
    }
    word.map(|word| Verb { word, tokens })
}
