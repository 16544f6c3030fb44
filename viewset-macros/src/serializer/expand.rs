//! The code of a serializer that is a plain struct. Nothing can fail here.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Serializer, in_const};
use crate::field::expand::{
    expand_default, expand_hook, expand_object_hook, expand_row, expand_shown, expand_validated,
};
use crate::field::{Field, args::DefaultArg};

// Expands to:
//
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         impl __v::Serializer for Login {
//             const FIELDS: &'static [__v::Field] = &[__v::Field::new::<String>("name", "name"), …];
//             fn to_internal_value(
//                 __data: &__v::Value,
//                 _: bool,
//             ) -> __v::Result<Self, __v::ErrorDetail> {
//                 let mut __reader = __v::Reader::new(__data, false)?;
//                 let __0 = __reader.read(&Self::FIELDS[0]);
//                 …
//                 __reader.finish()?;
//                 __v::Ok(Self { name: __v::given(__0)?, … })
//             }
//             …                                  (`run_validation`, if there is more to ask)
//         }
//         impl __v::FieldValue for Login { … }   (it can be nested in another)
//         impl __v::SerializerInfo for Login { … }
//     };
pub(super) fn expand(serializer: &Serializer<'_>) -> TokenStream {
    let rows = serializer.fields.iter().map(|field| {
        // A field that may be blank must be there all the same: the struct needs its value.
        let has_value =
            field.optional || field.default().is_some() || field.args.default_with.get().is_some();
        expand_row(field, field.required() || !has_value)
    });
    let numbers: Vec<_> =
        (0..serializer.fields.len()).map(|index| format_ident!("__{index}")).collect();
    let reads: Vec<_> = serializer
        .fields
        .iter()
        .zip(&numbers)
        .enumerate()
        .map(|(index, (field, number))| {
            let (read, ty) = (expand_read(field, index), field.ty);
            quote!(let #number: __v::Option<#ty> = #read;)
        })
        .collect();
    let names = serializer.fields.iter().map(|field| field.ident);
    let made = quote!(Self { #(#names: __v::given(#numbers)?,)* });
    let body = quote! {
        let mut __reader = __v::Reader::new(__data, false)?;
        #(#reads)*
        __reader.finish()?;
        __v::Ok(#made)
    };
    let validation =
        has_checks(serializer).then(|| expand_validation(serializer, &numbers, &reads, &made));
    expand_impl(serializer, &quote!(#(#rows),*), &body, validation)
}

/// Whether hooks, the request or the database have a say in what is valid.
fn has_checks(serializer: &Serializer<'_>) -> bool {
    let asks = |field: &Field<'_>| {
        let args = &field.args;
        args.validate.get().is_some()
            || args.related.get().is_some()
            || args.default_with.get().is_some()
    };
    serializer.fields.iter().any(asks) || serializer.args.validate.get().is_some()
}

// Expands to:
//
//     async fn run_validation(
//         __data: &__v::Value,
//         __ctx: &__v::Context<'_>,
//     ) -> __v::Result<Self, __v::Error> {
//         let mut __reader = __v::Reader::new(__data, false)?;
//         let __0 = __reader.read(&Self::FIELDS[0]);
//         let mut __0 = __0;
//         __v::check_key::<User, _>(&Self::FIELDS[0], &__0, &mut __reader, __ctx).await?;
//         …                                              (the hook of the field)
//         __reader.finish_in_order(Self::FIELDS)?;
//         let __input = Self { … };
//         …                                              (the hook of the object)
//         __v::Ok(__input)
//     }
fn expand_validation(
    serializer: &Serializer<'_>,
    numbers: &[Ident],
    reads: &[TokenStream],
    made: &TokenStream,
) -> TokenStream {
    let asked = serializer.fields.iter().zip(numbers).enumerate();
    let asked = asked.map(|(index, (field, number))| {
        let index = Literal::usize_unsuffixed(index);
        let row = quote!(&Self::FIELDS[#index]);
        let default = field.args.default_with.get().map(|path| {
            quote!(if #number.is_none() && !__reader.has_failed(#row) {
                #number = __v::Some(#path(__ctx)?);
            })
        });
        let related = field.args.related.get().map(|model| {
            quote!(__v::check_key::<#model, _>(#row, &#number, &mut __reader, __ctx).await?;)
        });
        let hook = expand_hook(field, &row, &quote!(#number));
        let changes = default.is_some() || hook.is_some();
        let mutable = changes.then(|| quote!(let mut #number = #number;));
        quote!(#mutable #default #related #hook)
    });
    let hook = serializer.args.validate.get().map(expand_object_hook);
    quote! {
        async fn run_validation(
            __data: &__v::Value,
            __ctx: &__v::Context<'_>,
        ) -> __v::Result<Self, __v::Error> {
            let mut __reader = __v::Reader::new(__data, false)?;
            #(#reads)*
            #(#asked)*
            __reader.finish_in_order(Self::FIELDS)?;
            let __input = #made;
            #hook
            __v::Ok(__input)
        }
    }
}

/// Nothing but the impls, so that whatever uses the serializer compiles.
pub(super) fn expand_fallback(serializer: &Serializer<'_>) -> TokenStream {
    match serializer.args.model.get() {
        Some(model) => expand_model_fallback(serializer, model),
        None => expand_impl(serializer, &TokenStream::new(), &quote!(loop {}), None),
    }
}

fn expand_model_fallback(serializer: &Serializer<'_>, model: &syn::Type) -> TokenStream {
    let name = &serializer.input.ident;
    let item = quote! {
        impl __v::ModelSerializer for #name {
            type Model = #model;
            type Related = ();
            const SERIALIZER_FIELDS: &'static [__v::Field] = &[];
            async fn load_related(
                _: &[Self::Model],
                _: &__v::Request,
            ) -> __v::Result<(), __v::Error> { loop {} }
            fn represent<__W: __v::Writer>(
                _: &Self::Model,
                _: &(),
                _: &__v::Request,
                _: __W,
            ) -> __v::Result<__W::Ok, __W::Error> { loop {} }
            async fn validate(
                _: &__v::Value,
                _: &__v::Context<'_>,
            ) -> __v::Result<<Self::Model as __v::Model>::Input, __v::Error> { loop {} }
        }

        impl __v::SerializerInfo for #name {
            const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<#name>::new();
        }
    };
    in_const(&serializer.runtime, &item)
}

fn expand_impl(
    serializer: &Serializer<'_>,
    rows: &TokenStream,
    body: &TokenStream,
    validation: Option<TokenStream>,
) -> TokenStream {
    let name = &serializer.input.ident;
    let (generics, arguments, bounds) = serializer.input.generics.split_for_impl();
    let nested = expand_nested(serializer);
    let item = quote! {
        #[automatically_derived]
        impl #generics __v::Serializer for #name #arguments #bounds {
            const FIELDS: &'static [__v::Field] = &[#rows];

            fn to_internal_value(
                __data: &__v::Value,
                _: bool,
            ) -> __v::Result<Self, __v::ErrorDetail> {
                #body
            }

            #validation
        }

        #nested
    };
    in_const(&serializer.runtime, &item)
}

/// As a field of another serializer, and as the value of `serializer_class`.
fn expand_nested(serializer: &Serializer<'_>) -> TokenStream {
    if !serializer.input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let (name, text) = (&serializer.input.ident, serializer.input.ident.to_string());
    let shown: Vec<_> = serializer.fields.iter().filter(|field| !field.write_only()).collect();
    let count = shown.len();
    let fields = shown.iter().map(|field| {
        let ident = field.ident;
        expand_shown(field, &quote!(&self.#ident))
    });
    quote! {
        #[automatically_derived]
        impl __v::FieldValue for #name {
            const KIND: __v::Kind = __v::Kind::Nested;
            const CHILDREN: __v::Option<&'static [__v::Field]> =
                __v::Some(<Self as __v::Serializer>::FIELDS);

            fn from_value(
                __value: &__v::Value,
                _: &__v::Field,
            ) -> __v::Result<Self, __v::ErrorDetail> {
                <Self as __v::Serializer>::to_internal_value(__value, false)
            }

            fn from_lookup(_: &str) -> __v::Result<Self, __v::LookupError> {
                __v::Err(__v::LookupError::Invalid)
            }

            fn represent<__W: __v::Writer>(
                &self,
                __writer: __W,
            ) -> __v::Result<__W::Ok, __W::Error> {
                let mut __struct = __v::Writer::serialize_struct(__writer, #text, #count)?;
                #(#fields)*
                __v::SerializeStruct::end(__struct)
            }
        }

        #[automatically_derived]
        impl __v::SerializerInfo for #name {
            const OPTION: &'static dyn __v::SerializerOption = &__v::Plain::<#name>::new();
        }
    }
}

fn expand_read(field: &Field<'_>, index: usize) -> TokenStream {
    let (ty, index) = (field.ty, Literal::usize_unsuffixed(index));
    let default = field.default().map(|default: &DefaultArg| expand_default(field, default));
    let none = || (field.optional && !field.required()).then(|| quote!(|| __v::None));
    let read = match default.or_else(none) {
        Some(default) => quote!(__reader.read_or::<#ty>(&Self::FIELDS[#index], #default)),
        None => quote!(__reader.read::<#ty>(&Self::FIELDS[#index])),
    };
    expand_validated(field, &quote!(&Self::FIELDS[#index]), read)
}
