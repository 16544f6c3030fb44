//! The code of a serializer about a model. Nothing can fail here.

mod represent;
mod row;
mod validate;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::about_model::{AboutModel, ThroughShown};
use super::in_const;
use crate::field::expand::expand_shown;
use represent::{expand_load, expand_represent};
use row::expand_row;
use validate::expand_validate;

// Expands to:
//
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         const __AT_SLUG: usize = …;
//         impl __v::ModelSerializer for PublicNote {
//             type Model = Note;
//             type Related = (__v::RelatedRows<User>, <UserRef as __v::ModelSerializer>::Related,);
//             const SERIALIZER_FIELDS: &'static [__v::Field] = &[…];
//             async fn load_related(…) { … }
//             fn represent(…) { … }
//             async fn fetch_represented(…) { … }                    (if it has plain columns only)
//             async fn validate(…) { … }
//         }
//         impl __v::SerializerInfo for PublicNote { … }
//         fn __uses(…) { … }                             (no field is dead code)
//     };
pub(super) fn expand(about: &AboutModel<'_>, runtime: &TokenStream) -> TokenStream {
    let (ident, model) = (about.ident, about.model);
    let related = expand_related(about);
    let rows = about.members.iter().map(|member| expand_row(about, member));
    let load = expand_load(about);
    let represent = expand_represent(about);
    let fetch = about.is_narrow().then(|| expand_fetch(about));
    let validate = expand_validate(about);
    let uses = expand_uses(about);
    let direct = about.is_direct().then(|| {
        quote! {
            const DIRECT: bool = __v::names_no_rows(<Self as __v::ModelSerializer>::SERIALIZER_FIELDS);
        }
    });
    let places = about.places();
    let items = quote! {
        #places

        #[automatically_derived]
        impl __v::ModelSerializer for #ident {
            type Model = #model;
            type Related = #related;
            const SERIALIZER_FIELDS: &'static [__v::Field] = &[#(#rows),*];
            #direct

            #load
            #represent
            #fetch
            #validate
        }

        #[automatically_derived]
        impl __v::SerializerInfo for #ident {
            const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<#ident>::new();
        }

        #uses
    };
    in_const(runtime, &items)
}

/// The rows of each key, then what each nested serializer needs beside them; then the rows in between, each with
/// what their serializer needs.
fn expand_related(about: &AboutModel<'_>) -> TokenStream {
    let rows = about.keys.iter().map(|key| {
        let target = about.target(key);
        quote!(__v::RelatedRows<#target>)
    });
    let nested = about
        .nested()
        .map(|(_, serializer)| quote!(<#serializer as __v::ModelSerializer>::Related));
    let through = about.through().map(|(_, _, through)| {
        let model = through.model;
        let related = match through.shown {
            ThroughShown::Key(_) => quote!(()),
            ThroughShown::Rows(serializer) => {
                quote!(<#serializer as __v::ModelSerializer>::Related)
            }
        };
        quote!((__v::ThroughRows<#model>, #related))
    });
    quote!((#(#rows,)* #(#nested,)* #(#through,)*))
}

// Expands to:
//
//     async fn fetch_represented(
//         __query: <Note as __v::Model>::Query,
//         __window: __v::Window,
//         __req: &__v::Request,
//     ) -> __v::Result<__v::Represented, __v::Error> {
//         struct __Row(String, String);
//         impl __v::Serialize for __Row { … }
//         let mut __conn = __v::connection::<Note>(__req).await?;
//         let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
//         let __fetched: __v::Fetched<(String, String)> =
//             __v::LoadWindow::load_window(&mut *__conn, __query, __window, |__query| …).await?;
//         __v::represented(__fetched.map(|(__0, __1)| __Row(__0, __1)))
//     }
fn expand_fetch(about: &AboutModel<'_>) -> TokenStream {
    let model = about.model;
    let own: Vec<_> = about.own().collect();
    let types: Vec<_> = own
        .iter()
        .map(|(_, _, source)| {
            let at = about.field_at(source);
            quote!(#at::Value)
        })
        .collect();
    let columns = own.iter().map(|(_, _, source)| {
        let at = about.field_at(source);
        quote!(<#at::Column as __v::Default>::default())
    });
    let names: Vec<_> = (0..own.len()).map(|place| format_ident!("__{place}")).collect();
    let shown: Vec<_> = own.iter().filter(|(_, member, _)| !member.field.write_only()).collect();
    let (name, count) = (about.ident.to_string(), shown.len());
    let fields = shown.iter().map(|(place, member, _)| {
        let place = Literal::usize_unsuffixed(*place);
        expand_shown(member.field, &quote!(&self.#place))
    });
    quote! {
        async fn fetch_represented(
            __query: <Self::Model as __v::Model>::Query,
            __window: __v::Window,
            __req: &__v::Request,
        ) -> __v::Result<__v::Represented, __v::Error> {
            struct __Row(#(#types),*);
            impl __v::Serialize for __Row {
                fn serialize<__W: __v::Writer>(
                    &self,
                    __writer: __W,
                ) -> __v::Result<__W::Ok, __W::Error> {
                    let mut __struct = __v::Writer::serialize_struct(__writer, #name, #count)?;
                    #(#fields)*
                    __v::SerializeStruct::end(__struct)
                }
            }
            let mut __conn = __v::connection_of::<#model>(__req).await?;
            let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
            let __select = |__query| __v::diesel::QueryDsl::select(__query, (#(#columns,)*));
            let __fetched: __v::Fetched<(#(#types,)*)> =
                __v::LoadWindow::load_window(&mut *__conn, __query, __window, __select).await?;
            ::core::mem::drop(__conn);
            __v::represented(__fetched.map(|(#(#names,)*)| __Row(#(#names),*)))
        }
    }
}

/// The struct says what is shown, and need not be made by anybody: rustc would call it dead.
fn expand_uses(about: &AboutModel<'_>) -> TokenStream {
    let (ident, names) = (about.ident, about.members.iter().map(|member| member.field.ident));
    quote! {
        #[allow(dead_code)]
        fn __uses(__it: &#ident) {
            let _ = (#(&__it.#names,)*);
        }
    }
}
