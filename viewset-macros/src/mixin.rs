//! `#[mixin]`: a trait with actions of its own. Actions are read, checked and expanded as those of a
//! viewset are; here stands what is a trait's.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemTrait, Path, TraitItem, TypeParamBound, parse_quote};

use crate::attr::{self, Attr, Entry};
use crate::diagnostics::Sink;
use crate::viewset::check::first_word;
use crate::viewset::model::Table;
use crate::viewset::{check_actions, finish, props, rows, strip, with_errors};
use crate::words::mixin as key;

/// The arguments of `#[mixin]`.
//
// mixin = [ "crate" "=" path ]
#[derive(Default)]
struct MixinArgs {
    runtime: Attr<Path>,
}

/// Expands `#[mixin(args)] item`.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Trait(item)) => expand_trait(args, &item),
        Ok(other) => refuse(other),
        Err(error) => with_errors(&error, item),
    }
}

fn expand_trait(args: TokenStream, item: &ItemTrait) -> TokenStream {
    let sink = Sink::new();
    let args = MixinArgs::parse(args, &sink);
    let table = Table::of_mixin(item, &sink);
    check_supertrait(item, &sink);
    check_actions::check(&table, &sink);
    let runtime = props::runtime(args.runtime.get());
    match sink.into_result() {
        Ok(()) => with_table(item, &runtime, &rows::expand_rows(&table)),
        Err(error) => with_errors(&error, without_table(item, &runtime)),
    }
}

impl MixinArgs {
    fn parse(tokens: TokenStream, sink: &Sink<'_>) -> Self {
        let mut args = Self::default();
        attr::read_args(tokens, sink, |entry| match entry.word().as_str() {
            key::CRATE => args.runtime.read(sink, entry, Entry::module),
            _ => Err(entry.unknown("#[mixin]", key::ALL)),
        });
        args
    }
}

/// A mixin is a part of a viewset, and says so.
fn check_supertrait(item: &ItemTrait, sink: &Sink<'_>) {
    if item.supertraits.is_empty() {
        let name = &item.ident;
        let message = "a mixin needs `ViewSet` or `GenericViewSet` as a supertrait";
        sink.error(name, message).help(format_args!("`trait {name}: GenericViewSet`"));
    }
}

// Expands to:
//
//     #[allow(async_fn_in_trait)]
//     pub trait PublishMixin: GenericViewSet {
//         …                                            (as it was)
//         #[doc(hidden)]
//         const ACTIONS: &'static [::viewset_actix::__private::Action<Self>] = {
//             use ::viewset_actix::__private as __v;
//             &[ … ]
//         };
//     }
fn with_table(item: &ItemTrait, runtime: &TokenStream, rows: &TokenStream) -> TokenStream {
    let mut item = item.clone();
    strip::strip_trait(&mut item);
    item.attrs.push(parse_quote!(#[allow(async_fn_in_trait)]));
    item.items.push(TraitItem::Verbatim(quote! {
        #[doc(hidden)]
        const ACTIONS: &'static [#runtime::Action<Self>] = {
            #[allow(unused_imports)]
            use #runtime as __v;
            &[#rows]
        };
    }));
    item.into_token_stream()
}

/// The fallback: a mixin that can be used, but has no actions.
fn without_table(item: &ItemTrait, runtime: &TokenStream) -> TokenStream {
    let mut item = item.clone();
    if item.supertraits.is_empty() {
        item.colon_token.get_or_insert_default();
        item.supertraits.push(TypeParamBound::Verbatim(quote!(#runtime::ViewSet)));
    }
    with_table(&item, runtime, &TokenStream::new())
}

fn refuse(mut item: Item) -> TokenStream {
    let sink = Sink::new();
    let reported = sink.error(first_word(&item), "`#[mixin]` goes on a trait");
    match &item {
        Item::Impl(_) => reported.help("an impl block with actions is a `#[viewset]`"),
        _ => reported.help("`#[mixin] trait PublishMixin: GenericViewSet { … }`"),
    }
    strip::strip_all(&mut item);
    finish(sink, quote!(#item))
}
