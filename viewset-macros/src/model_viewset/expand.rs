//! The code of a model. Nothing can fail here.
//!
//! The statements run on the connection's blocking side, as plain diesel: the wrapper of
//! diesel-async would copy every row.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::input;
use super::model::{Column, Complete};
use crate::field::expand::expand_row;
use crate::serializer::in_const;

// Expands to:
//
//     const _: () = {
//         use ::viewset_actix::__private as __v;
//         pub struct UserInput { … }
//         impl __v::Default for UserInput { … }
//         impl __v::Serializer for UserInput { … }
//         impl __v::Model for User {
//             const NAME: &'static str = "User";
//             const FIELDS: &'static [__v::Field] = &[…];
//             type Connection = __v::DefaultConnection;
//             type Query = users::BoxedQuery<'static, __v::DefaultBackend>;
//             type Input = UserInput;
//             …
//         }
//     };
pub(super) fn expand(complete: &Complete<'_, '_>) -> TokenStream {
    let model = complete.model;
    let (ident, table) = (&model.input.ident, complete.table);
    let (connection, backend) = (model.connection(), model.backend());
    let name = ident.to_string();
    let rows = model.visible().map(expand_column);
    let input_name = input::name(model);
    let input_struct = input::expand_struct(model);
    let input_serializer = input::expand_serializer(model);
    let lookup = expand_lookup(complete);
    let reads = expand_reads(complete);
    let writes = expand_writes(complete);
    let items = quote! {
        #input_struct
        #input_serializer

        #[automatically_derived]
        impl __v::Model for #ident {
            const NAME: &'static str = #name;
            const FIELDS: &'static [__v::Field] = &[#(#rows),*];
            type Connection = #connection;
            type Query = #table::BoxedQuery<'static, #backend>;
            type Input = #input_name;

            fn objects() -> Self::Query {
                __v::diesel::QueryDsl::into_boxed(#table::table)
            }

            #lookup
            #reads
            #writes
        }
    };
    in_const(&model.runtime, &items)
}

/// The row of a field, with the name of its column where that is another.
fn expand_column(column: &Column<'_>) -> TokenStream {
    let row = expand_row(&column.field, column.field.required());
    let name = column.name.unraw().to_string();
    match name == column.field.source() {
        true => row,
        false => quote!(#row.column(#name)),
    }
}

// Expands to:
//
//     fn lookup(__query: Self::Query, __field: &str, __value: &str)
//         -> __v::Result<Self::Query, __v::LookupError>
//     {
//         match __field {
//             "pk" | "id" => {
//                 let __value = <i32 as __v::FieldValue>::from_lookup(__value)?;
//                 let __filter = __v::diesel::ExpressionMethods::eq(users::id, __value);
//                 __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
//             }
//             …
//             _ => __v::Err(__v::LookupError::UnknownField),
//         }
//     }
fn expand_lookup(complete: &Complete<'_, '_>) -> TokenStream {
    let key = complete.key;
    let table = complete.table;
    let others = complete.model.visible().filter(|column| column.name != key.name);
    let arms = [key].into_iter().chain(others).map(|column| {
        let source = column.field.source();
        // No field takes the word `pk` from the key.
        let names = match column.name == key.name {
            true if source != "pk" => quote!("pk" | #source),
            _ => quote!(#source),
        };
        let (ty, name) = (column.field.ty, &column.name);
        let read = quote_spanned!(ty.span()=> <#ty as __v::FieldValue>::from_lookup(__value)?);
        quote! {
            #names => {
                let __value = #read;
                let __filter = __v::diesel::ExpressionMethods::eq(#table::#name, __value);
                __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
            }
        }
    });
    quote! {
        fn lookup(
            __query: Self::Query,
            __field: &str,
            __value: &str,
        ) -> __v::Result<Self::Query, __v::LookupError> {
            match __field {
                #(#arms)*
                _ => __v::Err(__v::LookupError::UnknownField),
            }
        }
    }
}

// Expands to:
//
//     async fn fetch(__query: Self::Query, __conn: &mut Self::Connection)
//         -> __v::diesel::QueryResult<__v::Vec<Self>>
//     {
//         __conn.spawn_blocking(move |__conn| {
//             let __select = <Self as __v::diesel::SelectableHelper<_>>::as_select();
//             let __query = __v::diesel::QueryDsl::select(__query, __select);
//             __v::diesel::RunQueryDsl::load(__query, __conn)
//         }).await
//     }
//
// and `fetch_one` and `count` likewise.
fn expand_reads(complete: &Complete<'_, '_>) -> TokenStream {
    let backend = complete.model.backend();
    let select = quote! {
        let __select = <Self as __v::diesel::SelectableHelper<#backend>>::as_select();
        let __query = __v::diesel::QueryDsl::select(__query, __select);
    };
    quote! {
        async fn fetch(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Vec<Self>> {
            __conn.spawn_blocking(move |__conn| {
                #select
                __v::diesel::RunQueryDsl::load(__query, __conn)
            }).await
        }

        async fn fetch_one(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            __conn.spawn_blocking(move |__conn| {
                #select
                let __row = __v::diesel::RunQueryDsl::get_result(__query, __conn);
                __v::diesel::OptionalExtension::optional(__row)
            }).await
        }

        async fn count(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<i64> {
            __conn.spawn_blocking(move |__conn| {
                let __query = __v::diesel::QueryDsl::count(__query);
                __v::diesel::RunQueryDsl::get_result(__query, __conn)
            }).await
        }
    }
}

// Expands to:
//
//     async fn insert(__input: Self::Input, __conn: &mut Self::Connection)
//         -> __v::diesel::QueryResult<Self>
//     {
//         __conn.spawn_blocking(move |__conn| {
//             let __values = (__input.username.map(|__value| …eq(users::username, __value)), …);
//             let __insert = __v::diesel::insert_into(users::table).values(__values);
//             let __insert = __insert.returning(<Self as …>::as_returning());
//             __v::diesel::RunQueryDsl::get_result(__insert, __conn)
//         }).await
//     }
//
// and `update` (of the row with the primary key) and `delete` likewise.
fn expand_writes(complete: &Complete<'_, '_>) -> TokenStream {
    let (table, key) = (complete.table, complete.key.field.ident);
    let backend = complete.model.backend();
    let returning = quote!(<Self as __v::diesel::SelectableHelper<#backend>>::as_returning());
    let row = quote!(__v::diesel::QueryDsl::find(#table::table, self.#key));
    let insert = expand_insert(complete);
    let update = expand_update(complete, &row, &returning);
    quote! {
        async fn insert(
            __input: Self::Input,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<Self> {
            __conn.spawn_blocking(move |__conn| {
                let __insert = #insert.returning(#returning);
                __v::diesel::RunQueryDsl::get_result(__insert, __conn)
            }).await
        }

        async fn update(
            self,
            __input: Self::Input,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<Self> {
            #update
        }

        async fn delete(
            self,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<usize> {
            __conn.spawn_blocking(move |__conn| {
                __v::diesel::RunQueryDsl::execute(__v::diesel::delete(#row), __conn)
            }).await
        }
    }
}

fn expand_insert(complete: &Complete<'_, '_>) -> TokenStream {
    let table = complete.table;
    let columns: Vec<_> = complete.model.settable().map(|(_, column)| column).collect();
    let insert = quote!(__v::diesel::insert_into(#table::table));
    match columns.is_empty() {
        true => quote!(#insert.default_values()),
        false => {
            let values = expand_values(complete, &columns);
            quote!(#insert.values(#values))
        }
    }
}

/// The primary key finds the row and stays as it is; without any change there is no statement.
fn expand_update(
    complete: &Complete<'_, '_>,
    row: &TokenStream,
    returning: &TokenStream,
) -> TokenStream {
    let key = &complete.key.name;
    let columns = complete.model.settable().map(|(_, column)| column);
    let columns: Vec<_> = columns.filter(|column| column.name != *key).collect();
    if columns.is_empty() {
        return quote!(__v::Ok(self));
    }
    let names = columns.iter().map(|column| column.field.ident);
    let values = expand_values(complete, &columns);
    quote! {
        if #(__input.#names.is_none())&&* {
            return __v::Ok(self);
        }
        __conn.spawn_blocking(move |__conn| {
            let __update = __v::diesel::update(#row).set(#values).returning(#returning);
            __v::diesel::RunQueryDsl::get_result(__update, __conn)
        }).await
    }
}

fn expand_values(complete: &Complete<'_, '_>, columns: &[&Column<'_>]) -> TokenStream {
    let table = complete.table;
    let values = columns.iter().map(|column| {
        let (ident, name) = (column.field.ident, &column.name);
        let eq = quote!(__v::diesel::ExpressionMethods::eq(#table::#name, __value));
        quote!(__input.#ident.map(|__value| #eq))
    });
    quote!((#(#values,)*))
}
