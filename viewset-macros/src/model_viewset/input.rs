//! The type of a model's input: each field that can be set, by a client or by the server alone, and
//! whether it is.

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
//     #[doc = " New values for a `User`: …"]
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
    let doc = format!(" New values for a `{ident}`: `None` for what is not set.");
    let fields = model.settable().map(|(place, column)| {
        let Field { ident, ty, .. } = &column.field;
        let doc = match place {
            Some(_) => format!(" The new value of `{ident}`."),
            None => format!(" The new value of `{ident}`, which no client can send."),
        };
        quote!(#[doc = #doc] pub #ident: __v::Option<#ty>)
    });
    let names = model.settable().map(|(_, column)| column.field.ident);
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
    let reads = model.settable().map(|(place, column)| expand_read(place, column));
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

/// What no client can send is not read.
fn expand_read(place: Option<usize>, column: &Column<'_>) -> TokenStream {
    let field = &column.field;
    let ident = field.ident;
    let Some(index) = place.map(Literal::usize_unsuffixed) else {
        return quote!(#ident: __v::None);
    };
    match field.default() {
        Some(default) => {
            let default = expand_default(field, default);
            quote!(#ident: __reader.read_or(&Self::FIELDS[#index], #default))
        }
        None => quote!(#ident: __reader.read(&Self::FIELDS[#index])),
    }
}
