//! `#[viewset]`: args → model → check → expand, and the fallback if anything was wrong.

pub(crate) mod action_args;
pub(crate) mod args;
pub(crate) mod arguments;
pub(crate) mod check;
pub(crate) mod check_actions;
pub(crate) mod check_kwargs;
pub(crate) mod check_options;
pub(crate) mod check_signature;
pub(crate) mod expand;
pub(crate) mod fallback;
pub(crate) mod model;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod props;
pub(crate) mod rows;
pub(crate) mod strip;
pub(crate) mod url_path;
pub(crate) mod verbs;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemImpl};

use crate::diagnostics::Sink;
use args::ViewSetArgs;
use model::ViewSet;

/// Expands `#[viewset(args)] item`.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => expand_block(args, &block),
        Ok(other) => refuse(other),
        Err(error) => with_errors(&error, item),
    }
}

fn expand_block(args: TokenStream, block: &ItemImpl) -> TokenStream {
    let sink = Sink::new();
    let args = ViewSetArgs::parse(args, &sink);
    let viewset = ViewSet::new(block, &args, &sink);
    check::check(&viewset, &sink);
    match sink.into_result() {
        Ok(()) => expand::expand(&viewset),
        Err(error) => with_errors(&error, fallback::expand(&viewset)),
    }
}

/// The error that the item is no impl block, and the item.
fn refuse(mut item: Item) -> TokenStream {
    let sink = Sink::new();
    check::report_not_an_impl(&item, &sink);
    strip::strip_all(&mut item);
    finish(sink, quote!(#item))
}

/// Expands an `#[action]` or `#[mapping]` that no `#[viewset]` has taken away.
pub(crate) fn outside(word: &str, item: TokenStream) -> TokenStream {
    let sink = Sink::new();
    check::check_outside(word, &item, &sink);
    finish(sink, item)
}

/// The item, with the errors of the sink before it.
pub(crate) fn finish(sink: Sink<'_>, item: TokenStream) -> TokenStream {
    match sink.into_result() {
        Ok(()) => item,
        Err(error) => with_errors(&error, item),
    }
}

/// The item, with the errors before it.
pub(crate) fn with_errors(error: &syn::Error, item: TokenStream) -> TokenStream {
    let errors = error.to_compile_error();
    quote!(#errors #item)
}
