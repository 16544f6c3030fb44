//! What stands in for the expansion after a mistake: the user's block with our attributes stripped,
//! and impls with an empty table, so that using the type gives no further errors.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::expand::{expand_impl, expand_mixin_path, inherited_attributes};
use super::model::ViewSet;
use super::props;
use super::strip::strip_impl;

/// The viewset as far as it can be used: it has its traits, but no actions.
pub(crate) fn expand(viewset: &ViewSet<'_>) -> TokenStream {
    let mut item = viewset.item.clone();
    strip_impl(&mut item);
    match viewset.self_ty() {
        _ if item.trait_.is_some() => return quote!(#item),
        Type::Path(_) => {}
        Type::TraitObject(_) => return quote!(#item),
        // rustc would have something to say of its own about an impl block of a tuple or a reference.
        _ => return TokenStream::new(),
    }
    let runtime = props::runtime(viewset.args.runtime.get());
    let attrs = inherited_attributes(viewset.item);
    let impls = expand_empty_impls(viewset);
    quote! {
        #item
        #(#attrs)*
        const _: () = {
            use #runtime as __v;
            #impls
        };
    }
}

fn expand_empty_impls(viewset: &ViewSet<'_>) -> TokenStream {
    let name = viewset.class_name();
    let object = viewset.args.model.get().map_or_else(|| quote!(()), |model| quote!(#model));
    let meta = quote! {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new(#name);
        type Object = #object;
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[];
    };
    let view_set = expand_impl(viewset, &quote!(__v::ViewSet), &meta);
    let generic = viewset.args.model.get().map(|model| {
        expand_impl(viewset, &quote!(__v::GenericViewSet), &quote!(type Model = #model;))
    });
    let mut seen = HashSet::new();
    let mixins = viewset.mixins.iter().filter(|it| it.is_usable(viewset) && seen.insert(it.name()));
    let mixins = mixins.map(|it| expand_impl(viewset, &expand_mixin_path(it), &TokenStream::new()));
    quote!(#view_set #generic #(#mixins)*)
}
