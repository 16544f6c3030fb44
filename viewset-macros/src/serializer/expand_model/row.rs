//! The fields of a serializer about a model, as data.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use crate::field::Field;
use crate::field::expand::expand_rules;
use crate::serializer::about_model::{
    AboutModel, Member, Shape, TargetShown, Through, ThroughShown,
};

// Expands to one of:
//
//     __v::Field::of::<Note>("slug", "…").max_length(20)
//     __v::Field::of::<User>("name", "…").named("author").found_at("author.name").read_only()
//         .sorted_as(…)
//     __v::Field::computed("words")
pub(super) fn expand_row(about: &AboutModel<'_>, member: &Member<'_>) -> TokenStream {
    let (field, name, model) = (member.field, &member.field.name, about.model);
    let rules = expand_rules(&field.args);
    match &member.shape {
        Shape::Own(source) => {
            let text = source.unraw().to_string();
            let at = about.place_const(source);
            let of = quote!(<#model as __v::Model>::FIELDS[#at]);
            let named = (*name != text).then(|| quote!(.named(#name)));
            let ways = expand_ways(field);
            quote!(#of #named #rules #ways)
        }
        Shape::Nested { key, serializer, .. } => {
            let fields = quote!(<#serializer as __v::ModelSerializer>::SERIALIZER_FIELDS);
            let found = expand_found(name, key);
            quote!(__v::Field::nested(#name, #fields) #found #rules)
        }
        Shape::Dotted { key, field } => {
            let target = about.target(key);
            let source = field.unraw().to_string();
            let message = no_related_field(key, &source);
            let of = quote_spanned!(field.span()=> __v::Field::of::<#target>(#source, #message));
            match member.is_slug_related() {
                true => {
                    let (null, ways) = (member.field.optional, expand_ways(member.field));
                    let found = expand_found(name, key);
                    quote!(#of.slug_related(#name, #null) #found #rules #ways)
                }
                false => {
                    let path = format!("{}.{source}", key.unraw());
                    let sorted = expand_sorted(about, key, &target, field);
                    quote!(#of.named(#name).found_at(#path).read_only() #sorted #rules)
                }
            }
        }
        Shape::Through(through) => expand_through_row(through, member, &rules),
        Shape::LinkTo { key, .. } => {
            let (null, ways) = (field.optional, expand_ways(field));
            let found = expand_found(name, key);
            quote!(__v::Field::url_related(#name, #null) #found #rules #ways)
        }
        Shape::Method | Shape::Hyperlink(_) => quote!(__v::Field::computed(#name) #rules),
    }
}

/// Where a field is found that stands for the key of another model's row, if it has another name than the key.
fn expand_found(name: &str, key: &Ident) -> Option<TokenStream> {
    let key = key.unraw().to_string();
    (name != key).then(|| quote!(.found_at(#key)))
}

// Expands to:
//
//     .sorted_as("author__name", {
//         use __v::NotBeside as _;
//         <__v::RelatedColumn<Note, …, __AT_AUTHOR, { … }>>::STEP
//     })
fn expand_sorted(
    about: &AboutModel<'_>,
    key: &Ident,
    target: &TokenStream,
    field: &Ident,
) -> TokenStream {
    let (model, at, source) = (about.model, about.place_const(key), field.unraw().to_string());
    let param = format!("{}__{source}", key.unraw());
    let message = no_related_field(key, &source);
    let index = quote_spanned!(field.span()=> __v::field_index::<#target>(#source, #message));
    quote! {
        .sorted_as(#param, {
            use __v::NotBeside as _;
            <__v::RelatedColumn<#model, #target, #at, { #index }>>::STEP
        })
    }
}

/// What rustc says of a field that the other model lacks.
pub(super) fn no_related_field(key: &Ident, source: &str) -> String {
    format!("what `{key}` refers to has no field `{source}`")
}

// Expands to one of:
//
//     __v::Field::many_related("tags").required(false)
//     __v::Field::many_nested("loans", const { &__v::Field::nested("", <LoanRef as …>::SERIALIZER_FIELDS) })
//     __v::Field::many_related("labels").read_only()
fn expand_through_row(
    through: &Through<'_>,
    member: &Member<'_>,
    rules: &TokenStream,
) -> TokenStream {
    let (field, name) = (member.field, &member.field.name);
    match through.shown {
        ThroughShown::Key(_) | ThroughShown::Targets(_, TargetShown::Urls(_)) => {
            let ways = expand_ways(field);
            quote!(__v::Field::many_related(#name) #rules #ways)
        }
        ThroughShown::Targets(_, TargetShown::Field(_)) => {
            let read_only = (!member.is_slug_related()).then(|| quote!(.read_only()));
            let ways = expand_ways(field);
            quote!(__v::Field::many_related(#name) #rules #ways #read_only)
        }
        ThroughShown::Rows(serializer)
        | ThroughShown::Targets(_, TargetShown::Rows(serializer)) => {
            let fields = quote!(<#serializer as __v::ModelSerializer>::SERIALIZER_FIELDS);
            quote!(__v::Field::many_nested(#name, const { &__v::Field::nested("", #fields) }) #rules)
        }
    }
}

/// Which ways the field goes, in and out, and whether it has to come.
fn expand_ways(field: &Field<'_>) -> TokenStream {
    let is_optional = field.default().is_some();
    let required = field.args.required.get().copied().or(is_optional.then_some(false));
    let required = required.map(|required| quote!(.required(#required)));
    let read_only = (field.args.read_only.get() == Some(&true)).then(|| quote!(.read_only()));
    let write_only = match field.write_only() {
        true => Some(quote!(.write_only())),
        false => field.args.write_only.get().map(|_| quote!(.shown())),
    };
    quote!(#required #read_only #write_only)
}
