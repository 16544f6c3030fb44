//! The type of a model's input: each writable field, and whether it was sent.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::model::{Column, Model};
use crate::field::Field;
use crate::field::expand::expand_default;

/// The name of the type, which users reach as `Input<User>`.
pub(super) fn name(model: &Model<'_>) -> Ident {
    format_ident!("{}Input", model.input.ident)
}

// Expands to:
//
//     #[doc = " What a client may send for a `User`: …"]
//     pub struct UserInput {
//         #[doc = "…"]
//         pub username: __v::Option<String>,
//     }
//     impl __v::Default for UserInput {
//         fn default() -> Self {
//             Self { username: __v::None }
//         }
//     }
pub(super) fn expand_struct(model: &Model<'_>) -> TokenStream {
    let (name, ident) = (name(model), &model.input.ident);
    let doc = format!(" What a client may send for a `{ident}`: `None` for what it did not send.");
    let fields = model.writable().map(|(_, column)| {
        let Field { ident, ty, .. } = &column.field;
        let doc = format!(" The new value of `{ident}`.");
        quote!(#[doc = #doc] pub #ident: __v::Option<#ty>)
    });
    let names = model.writable().map(|(_, column)| column.field.ident);
    quote! {
        #[doc = #doc]
        pub struct #name { #(#fields,)* }

        impl __v::Default for #name {
            fn default() -> Self {
                Self { #(#names: __v::None,)* }
            }
        }
    }
}

// Expands to:
//
//     impl __v::Serializer for UserInput {
//         const FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
//         fn run_validation(
//             __data: &__v::Value,
//             __partial: bool,
//         ) -> __v::Result<Self, __v::ErrorDetail> {
//             let mut __reader = __v::Reader::new(__data, __partial)?;
//             let __input = Self {
//                 username: __reader.read(&Self::FIELDS[1]),
//                 is_active: __reader.read_or(&Self::FIELDS[3], || true),
//             };
//             __reader.finish()?;
//             __v::Ok(__input)
//         }
//     }
pub(super) fn expand_serializer(model: &Model<'_>) -> TokenStream {
    let reads = model.writable().map(|(index, column)| expand_read(index, column));
    let body = quote! {
        let mut __reader = __v::Reader::new(__data, __partial)?;
        let __input = Self { #(#reads,)* };
        __reader.finish()?;
        __v::Ok(__input)
    };
    expand_impl(model, &body)
}

/// The impl with another body.
pub(super) fn expand_impl(model: &Model<'_>, body: &TokenStream) -> TokenStream {
    let (name, ident) = (name(model), &model.input.ident);
    let fields = match model.input.generics.params.is_empty() {
        true => quote!(<#ident as __v::Model>::FIELDS),
        false => quote!(&[]),
    };
    quote! {
        impl __v::Serializer for #name {
            const FIELDS: &'static [__v::Field] = #fields;

            fn run_validation(
                __data: &__v::Value,
                __partial: bool,
            ) -> __v::Result<Self, __v::ErrorDetail> {
                #body
            }
        }
    }
}

fn expand_read(index: usize, column: &Column<'_>) -> TokenStream {
    let field = &column.field;
    let (ident, index) = (field.ident, Literal::usize_unsuffixed(index));
    match field.default() {
        Some(default) => {
            let default = expand_default(field, default);
            quote!(#ident: __reader.read_or(&Self::FIELDS[#index], #default))
        }
        None => quote!(#ident: __reader.read(&Self::FIELDS[#index])),
    }
}
