//! `#[viewset(…)]` on a model, as it was written.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, Type, parenthesized};

use crate::attr::{Attr, Entry};
use crate::diagnostics::Sink;
use crate::field::read_attributes;
use crate::selectors::{FieldPath, FilterField, OrderingTerm, SearchField};
use crate::words::model as key;

/// The arguments of `#[viewset]` on a model.
//
// viewset = [ entry { "," entry } ]
// entry   = "connection" "=" type
//         | "crate" "=" path
//         | "ordering" "=" "[" { term "," } "]"                      (see `selectors`)
//         | "unique_together" "=" "[" { "(" { ident "," } ")" "," } "]"
//         | "validate" "=" path
//         | ("search_fields" | "filterset_fields" | "ordering_fields") "=" "[" … "]"
#[derive(Default)]
pub(crate) struct ModelArgs {
    pub(crate) connection: Attr<Type>,
    pub(crate) runtime: Attr<Path>,
    pub(crate) ordering: Attr<Vec<OrderingTerm>>,
    pub(crate) unique_together: Attr<Vec<UniqueSet>>,
    pub(crate) validate: Attr<Path>,
    pub(crate) search_fields: Attr<Vec<SearchField>>,
    pub(crate) filterset_fields: Attr<Vec<FilterField>>,
    pub(crate) ordering_fields: Attr<Vec<FieldPath>>,
}

/// Fields whose values together are unique.
pub(crate) struct UniqueSet(pub(crate) Vec<Ident>);

impl Parse for UniqueSet {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
        match names.len() {
            0 | 1 => Err(content.error("expected two fields or more: `(owner, name)`")),
            _ => Ok(Self(names.into_iter().collect())),
        }
    }
}

impl ModelArgs {
    /// Reads all `#[viewset(…)]` among `attrs`.
    pub(crate) fn parse(attrs: &[Attribute], sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        read_attributes(attrs, "viewset", sink, |entry| match entry.word().as_str() {
            key::CONNECTION => args.connection.read(sink, entry, Entry::value),
            key::CRATE => args.runtime.read(sink, entry, Entry::value),
            key::ORDERING => args.ordering.read(sink, entry, Entry::list),
            key::UNIQUE_TOGETHER => args.unique_together.read(sink, entry, Entry::list),
            key::VALIDATE => args.validate.read(sink, entry, Entry::value),
            key::SEARCH_FIELDS => args.search_fields.read(sink, entry, Entry::list),
            key::FILTERSET_FIELDS => args.filterset_fields.read(sink, entry, Entry::list),
            key::ORDERING_FIELDS => args.ordering_fields.read(sink, entry, Entry::list),
            _ => Err(entry.unknown("#[viewset]", key::ALL)),
        });
        args
    }
}
