//! The macros of viewset. They emit tables, thunks and trait impls that call the runtime; they
//! know no behaviour. Users reach them through `viewset_actix`, where each is documented.

mod attr;
mod diagnostics;
mod doc;
mod field;
mod mixin;
mod model_viewset;
mod permissions;
mod selectors;
mod serializer;
mod viewset;
mod words;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a viewset of an impl block.
#[proc_macro_attribute]
pub fn viewset(args: TokenStream, item: TokenStream) -> TokenStream {
    viewset::expand(args.into(), item.into()).into()
}

/// Makes a mixin, a trait with actions of its own, of a trait.
#[proc_macro_attribute]
pub fn mixin(args: TokenStream, item: TokenStream) -> TokenStream {
    mixin::expand(args.into(), item.into()).into()
}

/// Marks a method of a `#[viewset]` or `#[mixin]` as a routable action.
#[proc_macro_attribute]
pub fn action(_args: TokenStream, item: TokenStream) -> TokenStream {
    viewset::outside(words::ACTION, item.into()).into()
}

/// Routes another HTTP method of an action to a method of its own.
#[proc_macro_attribute]
pub fn mapping(_args: TokenStream, item: TokenStream) -> TokenStream {
    viewset::outside(words::MAPPING, item.into()).into()
}

/// Not public API: the list of `permissions![…]`.
#[doc(hidden)]
#[proc_macro]
pub fn __permissions(input: TokenStream) -> TokenStream {
    permissions::expand(input.into()).into()
}

/// Makes a model of a diesel struct.
#[proc_macro_derive(ModelViewSet, attributes(viewset, field, diesel, serde))]
pub fn derive_model_viewset(input: TokenStream) -> TokenStream {
    model_viewset::derive(input.into()).into()
}

/// Makes a validated input type of a struct.
#[proc_macro_derive(Serializer, attributes(serializer, field, serde))]
pub fn derive_serializer(input: TokenStream) -> TokenStream {
    serializer::derive(input.into()).into()
}
