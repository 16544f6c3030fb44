//! A user's item without our attributes on its members.

use syn::{Attribute, ImplItem, Item, ItemImpl, ItemTrait, TraitItem};

use super::names::is_ours;

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
    attrs.retain(|attribute| !is_ours(attribute));
}
