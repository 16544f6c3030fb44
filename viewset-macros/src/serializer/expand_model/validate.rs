//! From what a client sent to the input of the model.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::represent::expand_link_name;
use crate::field::expand::{expand_default, expand_hook, expand_object_hook, expand_validators};
use crate::serializer::about_model::{AboutModel, TargetShown, ThroughShown, type_span};

// Expands to:
//
//     async fn validate(
//         __data: &__v::Value,
//         __ctx: &__v::Context<'_>,
//     ) -> __v::Result<<Note as __v::Model>::Input, __v::Error> {
//         let __fields = Self::SERIALIZER_FIELDS;
//         let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
//         let mut __input = <<Note as __v::Model>::Input as __v::Default>::default();
//         let _: fn(String) -> <Note as __v::FieldAt<{ … }>>::Value = |__it| __it;
//         let __value = __reader.read_writable(&__fields[0]);
//         let mut __value = __reader.validated(&__fields[0], __value, |__value| …);
//                                                             (the validators of the model, then its own)
//         …                                                   (the hook of the field)
//         <Note as __v::FieldAt<{ … }>>::set(&mut __input, __value);
//         __v::finish_input::<Note>(__fields, &mut __input, __reader, __ctx).await?;
//         …                                                   (the hook of the object)
//         __v::Ok(__input)
//     }
pub(super) fn expand_validate(about: &AboutModel<'_>) -> TokenStream {
    let model = about.model;
    let reads = about.own().map(|(place, member, source)| {
        let (field, ty, at) = (member.field, member.field.ty, about.field_at(source));
        let place = Literal::usize_unsuffixed(place);
        let row = quote!(&__fields[#place]);
        let read = match field.default() {
            Some(default) => {
                let default = expand_default(field, default);
                quote!(__reader.read_writable_or(#row, #default))
            }
            // What is left out of a set that is unique together is NULL, as in the model's own serializer.
            None if field.optional => {
                let place = about.place_const(source);
                quote! {
                    match const { __v::is_in_set::<#model>(#place) } {
                        true => __reader.read_writable_or(#row, || __v::None),
                        false => __reader.read_writable(#row),
                    }
                }
            }
            None => quote!(__reader.read_writable(#row)),
        };
        // The one place at which rustc compares the types.
        let same = quote_spanned!(type_span(member)=> let _: fn(#ty) -> #at::Value = |__it| __it;);
        let typed = quote!({ let __value: __v::Option<#at::Value> = #read; __value });
        let own = expand_validators(field).map(|own| quote!(__told.extend(#own);));
        let hook = expand_hook(field, &row, &quote!(__value));
        quote! {
            #same
            let __value = #typed;
            #[allow(unused_mut)]
            let mut __value = __reader.validated(#row, __value, |__value| {
                #[allow(unused_mut)]
                let mut __told = #at::check(__value);
                #own
                __told
            });
            #hook
            #at::set(&mut __input, __value);
        }
    });
    let slugs = about.slugs().map(|(place, key, field)| {
        let (place, at) = (Literal::usize_unsuffixed(place), about.field_at(key));
        let (target, source) = (about.target(key), field.unraw().to_string());
        quote! {
            let __found = __v::find_by_slug::<#target, _>(
                &__fields[#place], #source, &mut __reader, __ctx,
            ).await?;
            if __found.is_some() {
                #at::set(&mut __input, __found);
            }
        }
    });
    let urls = about.urls().map(|(place, key, link)| {
        let (place, at) = (Literal::usize_unsuffixed(place), about.field_at(key));
        let (target, name) = (about.target(key), expand_link_name(link));
        quote! {
            let __found = __v::find_by_url::<#target, _>(
                &__fields[#place], #name, &mut __reader, __ctx,
            ).await?;
            if __found.is_some() {
                #at::set(&mut __input, __found);
            }
        }
    });
    let links = expand_links(about);
    let hook = about.validate.map(expand_object_hook);
    quote! {
        async fn validate(
            __data: &__v::Value,
            __ctx: &__v::Context<'_>,
        ) -> __v::Result<<Self::Model as __v::Model>::Input, __v::Error> {
            let __fields = <Self as __v::ModelSerializer>::SERIALIZER_FIELDS;
            let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
            let mut __input = <<#model as __v::Model>::Input as __v::Default>::default();
            #(#reads)*
            #(#slugs)*
            #(#urls)*
            #links
            __v::finish_input::<#model>(__fields, &mut __input, __reader, __ctx).await?;
            #hook
            __v::Ok(__input)
        }
    }
}

// Expands to, for each field by which a client says which rows there are in between:
//
//     __v::read_links::<Book, BookTag, { … }, { … }>(
//         &__fields[1], &mut __input, &mut __reader, __ctx,
//     ).await?;
fn expand_links(about: &AboutModel<'_>) -> TokenStream {
    let model = about.model;
    let written = about.through().filter(|(_, member, through)| member.is_written_through(through));
    let links = written.filter_map(|(place, _, through)| {
        let (to, read, target, by) = match &through.shown {
            ThroughShown::Key(to) => (*to, quote!(read_links), None, None),
            ThroughShown::Targets(to, TargetShown::Field(source)) => {
                let source = source.unraw().to_string();
                let target = through.target(to);
                (*to, quote!(read_slugs), Some(target), Some(quote!(#source,)))
            }
            ThroughShown::Targets(to, TargetShown::Urls(link)) => {
                let name = expand_link_name(link);
                let target = through.target(to);
                (*to, quote!(read_urls), Some(target), Some(quote!(#name,)))
            }
            ThroughShown::Rows(_) | ThroughShown::Targets(_, TargetShown::Rows(_)) => return None,
        };
        let (place, other) = (Literal::usize_unsuffixed(place), through.model);
        let (span, target) = (to.span(), target.into_iter());
        let (from, to) = (through.index(through.from), through.index(to));
        Some(quote_spanned! {span=>
            __v::#read::<#model, #other, #(#target,)* #from, #to>(
                &__fields[#place], #by &mut __input, &mut __reader, __ctx,
            ).await?;
        })
    });
    quote!(#(#links)*)
}
