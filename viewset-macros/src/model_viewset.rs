//! `#[derive(ModelViewSet)]`: attributes → model → check → expand, and the fallback if anything
//! was wrong.

mod args;
mod check;
mod columns;
mod diesel_attr;
mod expand;
mod fallback;
mod input;
mod model;
mod representation;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diagnostics::Sink;
use crate::viewset::with_errors;
use model::Model;

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(input) {
        Ok(input) => expand_struct(&input),
        Err(error) => error.to_compile_error(),
    }
}

fn expand_struct(input: &DeriveInput) -> TokenStream {
    let sink = Sink::new();
    let model = Model::new(input, &sink);
    check::check(&model, &sink);
    match (sink.into_result(), model.complete()) {
        (Ok(()), Some(complete)) => expand::expand(&complete),
        (Ok(()), None) => fallback::expand(&model),
        (Err(error), _) => with_errors(&error, fallback::expand(&model)),
    }
}
