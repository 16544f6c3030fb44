//! `#[derive(Serializer)]`: fields → check → expand, and the fallback if anything was wrong.

mod about_model;
mod check;
mod expand;
mod expand_model;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path, Type};

use crate::attr::{Attr, Entry};
use crate::diagnostics::Sink;
use crate::field::{self, Field};
use crate::viewset::{props, with_errors};
use crate::words::serializer as key;
use about_model::AboutModel;

/// What `#[derive(Serializer)]` stands on.
pub(crate) struct Serializer<'a> {
    pub(crate) input: &'a DeriveInput,
    /// The path of the runtime's `__private`.
    pub(crate) runtime: TokenStream,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) args: SerializerArgs,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(input) {
        Ok(input) => expand_struct(&input),
        Err(error) => error.to_compile_error(),
    }
}

fn expand_struct(input: &DeriveInput) -> TokenStream {
    let sink = Sink::new();
    let args = SerializerArgs::parse(input, &sink);
    let fields = field::named_fields(input, "Serializer", &sink);
    let fields = fields.map(|fields| field::read_all(fields, &input.attrs, &sink));
    let runtime = props::runtime(args.runtime.get());
    let fields = fields.unwrap_or_default();
    let serializer = Serializer { input, runtime, fields, args };
    check::check(&serializer, &sink);
    match (sink.into_result(), serializer.args.model.get()) {
        (Ok(()), None) => expand::expand(&serializer),
        (Ok(()), Some(model)) => {
            let (fields, validate) = (&serializer.fields, serializer.args.validate.get());
            let about = AboutModel::new(&input.ident, model, fields, validate);
            expand_model::expand(&about, &serializer.runtime)
        }
        (Err(error), _) => with_errors(&error, expand::expand_fallback(&serializer)),
    }
}

/// The arguments of `#[serializer]`.
//
// serializer = [ entry { "," entry } ]
// entry      = "model" "=" type | "validate" "=" path | "crate" "=" path
#[derive(Default)]
pub(crate) struct SerializerArgs {
    runtime: Attr<Path>,
    pub(crate) model: Attr<Type>,
    pub(crate) validate: Attr<Path>,
}

impl SerializerArgs {
    fn parse(input: &DeriveInput, sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        field::read_attributes(&input.attrs, "serializer", sink, |entry| {
            match entry.word().as_str() {
                key::MODEL => args.model.read(sink, entry, Entry::value),
                key::VALIDATE => args.validate.read(sink, entry, Entry::value),
                key::CRATE => args.runtime.read(sink, entry, Entry::value),
                _ => Err(entry.unknown("#[serializer]", key::ALL)),
            }
        });
        args
    }
}

/// The items of a derive, out of the user's sight.
pub(crate) fn in_const(runtime: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #runtime as __v;
            #items
        };
    }
}
