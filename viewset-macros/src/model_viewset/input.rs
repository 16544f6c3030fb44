//! The type of a model's input: each field that can be set, by a client or by the server alone, and
//! whether it is.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::model::{Column, Model};
use crate::field::Field;
use crate::field::expand::{expand_default, expand_hook, expand_object_hook, expand_validated};

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
//         #[doc(hidden)] pub __links: __v::Links,
//     }
//     impl __v::Default for UserInput {
//         fn default() -> Self {
//             Self { username: __v::None, __links: __v::Default::default() }
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
        pub struct #name {
            #(#fields,)*
            #[doc(hidden)]
            pub __links: __v::Links,
        }

        impl __v::Default for #name {
            fn default() -> Self {
                Self { #(#names: __v::None,)* __links: __v::Default::default() }
            }
        }
    }
}

// Expands to:
//
//     impl UserInput {
//         fn __read(__reader: &mut __v::Reader<'_>) -> Self {
//             Self { username: __reader.read(&<User as __v::Model>::FIELDS[1]), … }
//         }
//     }
//     impl __v::Serializer for UserInput {
//         const FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
//         fn to_internal_value(
//             __data: &__v::Value,
//             __partial: bool,
//         ) -> __v::Result<Self, __v::ErrorDetail> {
//             let mut __reader = __v::Reader::new(__data, __partial)?;
//             let __input = Self::__read(&mut __reader);
//             __reader.finish()?;
//             __v::Ok(__input)
//         }
//         …                                   (`run_validation`, if there is more to ask)
//     }
pub(super) fn expand_serializer(model: &Model<'_>) -> TokenStream {
    let (name, ident) = (name(model), &model.input.ident);
    let fields = quote!(<#ident as __v::Model>::FIELDS);
    let reads = model.settable().map(|(place, column)| expand_read(model, place, column));
    let body = quote! {
        let mut __reader = __v::Reader::new(__data, __partial)?;
        let __input = Self::__read(&mut __reader);
        __reader.finish()?;
        __v::Ok(__input)
    };
    let validation = model.has_checks().then(|| expand_validation(model));
    let serializer = expand_impl(model, &body, validation);
    quote! {
        impl #name {
            fn __read(__reader: &mut __v::Reader<'_>) -> Self {
                let __fields = #fields;
                Self { #(#reads,)* __links: __v::Default::default() }
            }
        }
        #serializer
    }
}

// Expands to:
//
//     async fn run_validation(
//         __data: &__v::Value,
//         __ctx: &__v::Context<'_>,
//     ) -> __v::Result<Self, __v::Error> {
//         let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
//         let mut __input = Self::__read(&mut __reader);
//         …                                   (the hooks of fields)
//         __v::finish_input::<User>(Self::FIELDS, &mut __input, __reader, __ctx).await?;
//         …                                   (the hook of the model)
//         __v::Ok(__input)
//     }
fn expand_validation(model: &Model<'_>) -> TokenStream {
    let ident = &model.input.ident;
    let hooks = model.writable().filter_map(|(place, column)| {
        let (field, ident) = (&column.field, column.field.ident);
        let place = Literal::usize_unsuffixed(place);
        expand_hook(field, &quote!(&Self::FIELDS[#place]), &quote!(__input.#ident))
    });
    let hook = model.args.validate.get().map(expand_object_hook);
    quote! {
        async fn run_validation(
            __data: &__v::Value,
            __ctx: &__v::Context<'_>,
        ) -> __v::Result<Self, __v::Error> {
            let mut __reader = __v::Reader::new(__data, __ctx.is_partial())?;
            let mut __input = Self::__read(&mut __reader);
            #(#hooks)*
            __v::finish_input::<#ident>(Self::FIELDS, &mut __input, __reader, __ctx).await?;
            #hook
            __v::Ok(__input)
        }
    }
}

/// The impl with other bodies.
pub(super) fn expand_impl(
    model: &Model<'_>,
    body: &TokenStream,
    validation: Option<TokenStream>,
) -> TokenStream {
    let (name, ident) = (name(model), &model.input.ident);
    let fields = match model.input.generics.params.is_empty() {
        true => quote!(<#ident as __v::Model>::FIELDS),
        false => quote!(&[]),
    };
    quote! {
        impl __v::Serializer for #name {
            const FIELDS: &'static [__v::Field] = #fields;

            fn to_internal_value(
                __data: &__v::Value,
                __partial: bool,
            ) -> __v::Result<Self, __v::ErrorDetail> {
                #body
            }

            #validation
        }
    }
}

/// What no client can send is not read. A default is the row's and not the field's, except in a set of
/// fields that are unique together: there it is known before the row is stored (row U29).
fn expand_read(model: &Model<'_>, place: Option<usize>, column: &Column<'_>) -> TokenStream {
    let field = &column.field;
    let ident = field.ident;
    let Some(index) = place.map(Literal::usize_unsuffixed) else {
        return quote!(#ident: __v::None);
    };
    let default = model.is_in_set(column).then(|| match field.default() {
        Some(default) => Some(expand_default(field, default)),
        None => field.optional.then(|| quote!(|| __v::None)),
    });
    let row = quote!(&__fields[#index]);
    let read = match default.flatten() {
        Some(default) => quote!(__reader.read_or(#row, #default)),
        None => quote!(__reader.read(#row)),
    };
    let ty = field.ty;
    let read = match field.args.validators.get() {
        // The validators have to know the type.
        Some(_) => quote!({ let __value: __v::Option<#ty> = #read; __value }),
        None => read,
    };
    let read = expand_validated(field, &row, read);
    quote!(#ident: #read)
}
