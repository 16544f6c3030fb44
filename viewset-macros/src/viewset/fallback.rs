//! What stands in for the expansion after a mistake: the user's block with our attributes stripped,
//! and impls with an empty table, so that using the type gives no further errors.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ImplItem, Item, ItemImpl, ItemTrait, TraitItem, Type};

use super::expand::{expand_impl, expand_mixin_path, inherited_attributes};
use super::model::ViewSet;
use super::props;

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
    let meta = quote! {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new(#name);
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

/// Any item without the attributes of ours inside it.
pub(crate) fn strip_all(item: &mut Item) {
    match item {
        Item::Impl(item) => strip_impl(item),
        Item::Trait(item) => strip_trait(item),
        _ => {}
    }
}

/// Takes our attributes away from the members of an impl block.
pub(crate) fn strip_impl(item: &mut ItemImpl) {
    for member in &mut item.items {
        match member {
            ImplItem::Fn(member) => strip(&mut member.attrs),
            ImplItem::Const(member) => strip(&mut member.attrs),
            ImplItem::Type(member) => strip(&mut member.attrs),
            ImplItem::Macro(member) => strip(&mut member.attrs),
            _ => {}
        }
    }
}

/// Takes our attributes away from the members of a trait.
pub(crate) fn strip_trait(item: &mut ItemTrait) {
    for member in &mut item.items {
        match member {
            TraitItem::Fn(member) => strip(&mut member.attrs),
            TraitItem::Const(member) => strip(&mut member.attrs),
            TraitItem::Type(member) => strip(&mut member.attrs),
            TraitItem::Macro(member) => strip(&mut member.attrs),
            _ => {}
        }
    }
}

fn strip(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attribute| !props::is_ours(attribute));
}
