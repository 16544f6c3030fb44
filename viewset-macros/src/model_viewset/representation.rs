//! How a model shows itself: the serializer that it is without any other.

use proc_macro2::TokenStream;
use quote::quote;

use super::input;
use super::model::{Column, Model};
use crate::field::expand::expand_shown;
use crate::field::show::{self, ShownColumn};

// Expands to:
//
//     impl __v::ModelSerializer for User {
//         type Model = User;
//         type Related = ();
//         const SERIALIZER_FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
//         async fn load_related(_: &[User], _: &__v::Request) -> __v::Result<(), __v::Error> { __v::Ok(()) }
//         fn represent<__W: __v::Writer>(
//             __row: &User,
//             _: &(),
//             _: &__v::Request,
//             __writer: __W,
//         ) -> __v::Result<__W::Ok, __W::Error> {
//             let mut __struct = __v::Writer::serialize_struct(__writer, "User", 2)?;
//             __v::SerializeStruct::serialize_field(&mut __struct, "id", &__v::Shown(&__row.id))?;
//             …
//             __v::SerializeStruct::end(__struct)
//         }
//         async fn fetch_represented(…) { … }
//         async fn validate(…) -> __v::Result<UserInput, __v::Error> {
//             <UserInput as __v::Serializer>::run_validation(__data, __ctx).await
//         }
//     }
//     impl __v::SerializerInfo for User {
//         const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<User>::new();
//     }
pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let shown: Vec<_> = model.visible().filter(|column| !column.field.write_only()).collect();
    let fields = shown.iter().map(|column| {
        let (field, ident) = (&column.field, column.field.ident);
        expand_shown(field, &quote!(&__row.#ident))
    });
    let (name, count) = (model.input.ident.to_string(), shown.len());
    let body = quote! {
        let mut __struct = __v::Writer::serialize_struct(__writer, #name, #count)?;
        #(#fields)*
        __v::SerializeStruct::end(__struct)
    };
    let input = input::name(model);
    let validate = quote!(<#input as __v::Serializer>::run_validation(__data, __ctx).await);
    expand_impl(model, &body, &validate, expand_shown_rows(model, &shown))
}

/// The impl with other bodies.
pub(super) fn expand_impl(
    model: &Model<'_>,
    represent: &TokenStream,
    validate: &TokenStream,
    shown: Option<show::Shown>,
) -> TokenStream {
    let (fetch, show_row) = shown.map(|shown| (shown.fetch, shown.show_row)).unzip();
    let (ident, input) = (&model.input.ident, input::name(model));
    let direct = model.is_direct().then(|| {
        quote!(
            const DIRECT: bool = true;
        )
    });
    quote! {
        #[automatically_derived]
        impl __v::ModelSerializer for #ident {
            type Model = #ident;
            type Related = ();
            const SERIALIZER_FIELDS: &'static [__v::Field] = <#ident as __v::Model>::FIELDS;
            #direct

            async fn load_related(_: &[Self::Model], _: &__v::Request) -> __v::Result<(), __v::Error> {
                __v::Ok(())
            }

            fn represent<__W: __v::Writer>(
                __row: &Self::Model,
                _: &(),
                _: &__v::Request,
                __writer: __W,
            ) -> __v::Result<__W::Ok, __W::Error> {
                #represent
            }

            #fetch

            async fn validate(
                __data: &__v::Value,
                __ctx: &__v::Context<'_>,
            ) -> __v::Result<#input, __v::Error> {
                #validate
            }
        }

        #[automatically_derived]
        impl __v::SerializerInfo for #ident {
            const OPTION: &'static dyn __v::SerializerOption =
                &__v::AboutModel::<#ident>::new();
        }

        #show_row
    }
}

/// The columns, written while they are read.
fn expand_shown_rows(model: &Model<'_>, shown: &[&Column<'_>]) -> Option<show::Shown> {
    let (table, ident) = (model.table.as_ref()?, &model.input.ident);
    let columns: Vec<_> = shown
        .iter()
        .map(|column| {
            let (ty, name) = (column.field.ty, &column.name);
            ShownColumn { field: &column.field, ty: quote!(#ty), column: quote!(#table::#name) }
        })
        .collect();
    show::expand(ident, &quote!(#ident), &columns)
}
