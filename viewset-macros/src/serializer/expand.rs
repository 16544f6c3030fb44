//! The code of a serializer that is a plain struct. Nothing can fail here.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Serializer, in_const};
use crate::field::expand::{expand_default, expand_row};
use crate::field::{Field, args::DefaultArg};

// Expands to:
//
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         impl __v::Serializer for Login {
//             const FIELDS: &'static [__v::Field] = &[__v::Field::new::<String>("name", "name"), …];
//             fn run_validation(
//                 __data: &__v::Value,
//                 _: bool,
//             ) -> __v::Result<Self, __v::ErrorDetail> {
//                 let mut __reader = __v::Reader::new(__data, false)?;
//                 let __0 = __reader.read(&Self::FIELDS[0]);
//                 …
//                 __reader.finish()?;
//                 __v::Ok(Self { name: __v::given(__0)?, … })
//             }
//         }
//     };
pub(super) fn expand(serializer: &Serializer<'_>) -> TokenStream {
    let rows = serializer.fields.iter().map(|field| {
        // A field that may be blank must be there all the same: the struct needs its value.
        let has_value = field.optional || field.default().is_some();
        expand_row(field, field.required() || !has_value)
    });
    let numbers: Vec<_> =
        (0..serializer.fields.len()).map(|index| format_ident!("__{index}")).collect();
    let reads =
        serializer.fields.iter().zip(&numbers).enumerate().map(|(index, (field, number))| {
            let read = expand_read(field, index);
            quote!(let #number = #read;)
        });
    let names = serializer.fields.iter().map(|field| field.ident);
    let body = quote! {
        let mut __reader = __v::Reader::new(__data, false)?;
        #(#reads)*
        __reader.finish()?;
        __v::Ok(Self { #(#names: __v::given(#numbers)?,)* })
    };
    expand_impl(serializer, &quote!(#(#rows),*), &body)
}

/// Nothing but the impl, so that whatever uses the serializer compiles.
pub(super) fn expand_fallback(serializer: &Serializer<'_>) -> TokenStream {
    expand_impl(serializer, &TokenStream::new(), &quote!(loop {}))
}

fn expand_impl(serializer: &Serializer<'_>, rows: &TokenStream, body: &TokenStream) -> TokenStream {
    let name = &serializer.input.ident;
    let (generics, arguments, bounds) = serializer.input.generics.split_for_impl();
    let item = quote! {
        #[automatically_derived]
        impl #generics __v::Serializer for #name #arguments #bounds {
            const FIELDS: &'static [__v::Field] = &[#rows];

            fn run_validation(
                __data: &__v::Value,
                _: bool,
            ) -> __v::Result<Self, __v::ErrorDetail> {
                #body
            }
        }
    };
    in_const(&serializer.runtime, &item)
}

fn expand_read(field: &Field<'_>, index: usize) -> TokenStream {
    let (ty, index) = (field.ty, Literal::usize_unsuffixed(index));
    let default = field.default().map(|default: &DefaultArg| expand_default(field, default));
    let none = || (field.optional && !field.required()).then(|| quote!(|| __v::None));
    match default.or_else(none) {
        Some(default) => quote!(__reader.read_or::<#ty>(&Self::FIELDS[#index], #default)),
        None => quote!(__reader.read::<#ty>(&Self::FIELDS[#index])),
    }
}
