//! The code of a model. Nothing can fail here.
//!
//! It says what is run; how, is the connection's business.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::model::{Column, Complete, Model};
use super::{columns, input, representation};
use crate::field::expand::{expand_default, expand_once};
use crate::field::types::Family;
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
//             type Pk = i32;
//             …
//         }
//     };
pub(super) fn expand(complete: &Complete<'_, '_>) -> TokenStream {
    let model = complete.model;
    let (ident, table) = (&model.input.ident, complete.table);
    let (connection, backend) = (model.connection(), model.backend());
    let name = ident.to_string();
    let rows = model.visible().map(|column| columns::expand_field(model, column));
    let consts = columns::expand_consts(complete);
    let places = columns::expand_places(complete);
    let fits = columns::expand_fits(complete);
    let input_name = input::name(model);
    let input_struct = input::expand_struct(model);
    let input_serializer = input::expand_serializer(model);
    let pk = complete.key.field.ty;
    let objects = expand_objects(complete);
    let defaults = expand_defaults(model);
    let reads = expand_reads(complete);
    let writes = expand_writes(complete);
    let is_empty = expand_is_empty(complete);
    let serializer = representation::expand(model);
    let items = quote! {
        #input_struct
        #input_serializer
        #serializer

        #[automatically_derived]
        impl __v::Model for #ident {
            const NAME: &'static str = #name;
            const FIELDS: &'static [__v::Field] = &[#(#rows),*];
            #consts
            type Connection = #connection;
            type Query = #table::BoxedQuery<'static, #backend>;
            type Input = #input_name;
            type Pk = #pk;

            #objects
            #defaults
            #reads
            #writes
            #is_empty
        }

        #places
        #fits
    };
    in_const(&model.runtime, &items)
}

// Expands to:
//
//     fn objects() -> Self::Query {
//         __v::diesel::QueryDsl::into_boxed(users::table)
//     }
//     fn filter_by(__query: Self::Query, __condition: __v::Condition<…>) -> Self::Query {
//         __v::diesel::QueryDsl::filter(__query, __condition)
//     }
//
// and `order_by` likewise.
fn expand_objects(complete: &Complete<'_, '_>) -> TokenStream {
    let (table, backend) = (complete.table, complete.model.backend());
    let all = quote!(__v::diesel::QueryDsl::into_boxed(#table::table));
    let terms = complete.model.args.ordering.get().into_iter().flatten();
    let terms: Vec<_> = terms
        .filter_map(|term| {
            let column = complete.model.column_of(&term.path.first)?;
            let (name, descending) = (columns::expand_name(complete, column), term.descending);
            Some(quote!(__v::Sort::by(#name, #descending)))
        })
        .collect();
    let ordered = (!terms.is_empty()).then(|| quote! { const ORDERED: bool = true; });
    let all = match terms.is_empty() {
        true => all,
        false => {
            let terms = quote!(__v::Vec::from([#(#terms),*]));
            quote!(Self::order_by(#all, __v::Ordering::new(#terms)))
        }
    };
    quote! {
        #ordered

        fn objects() -> Self::Query {
            #all
        }

        fn filter_by(
            __query: Self::Query,
            __condition: __v::Condition<#backend>,
        ) -> Self::Query {
            __v::diesel::QueryDsl::filter(__query, __condition)
        }

        fn order_by(__query: Self::Query, __ordering: __v::Ordering<#backend>) -> Self::Query {
            __v::diesel::QueryDsl::order(__query, __ordering)
        }
    }
}

// Expands to:
//
//     fn links(__input: &mut Self::Input) -> &mut __v::Links { &mut __input.__links }
//     fn fill_defaults(__input: &mut Self::Input) {
//         __v::Option::get_or_insert_with(&mut __input.is_active, || true);
//     }
fn expand_defaults(model: &Model<'_>) -> TokenStream {
    let defaults: Vec<_> = model
        .settable()
        .filter_map(|(_, column)| {
            let (field, ident) = (&column.field, column.field.ident);
            let default = expand_default(field, field.default()?);
            Some(quote!(__v::Option::get_or_insert_with(&mut __input.#ident, #default);))
        })
        .collect();
    let nothing = defaults.is_empty().then(|| quote!(let _ = __input;));
    let from_context: Vec<_> = model
        .settable()
        .filter_map(|(_, column)| {
            let (path, ident) = (column.field.args.default_with.get()?, column.field.ident);
            Some(quote! {
                if __input.#ident.is_none() {
                    __input.#ident = __v::Some(#path(__ctx)?);
                }
            })
        })
        .collect();
    let from_context = (!from_context.is_empty()).then(|| {
        quote! {
            fn fill_from_context(
                __input: &mut Self::Input,
                __ctx: &__v::Context<'_>,
            ) -> __v::Result<(), __v::Error> {
                #(#from_context)*
                __v::Ok(())
            }
        }
    });
    quote! {
        fn links(__input: &mut Self::Input) -> &mut __v::Links {
            &mut __input.__links
        }

        fn fill_defaults(__input: &mut Self::Input) {
            #nothing
            #(#defaults)*
        }

        #from_context
    }
}

// Expands to:
//
//     async fn fetch_window(
//         __query: Self::Query,
//         __window: __v::Window,
//         __conn: &mut Self::Connection,
//     ) -> __v::diesel::QueryResult<__v::Fetched<__v::Vec<Self>>> {
//         let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
//         __v::LoadWindow::load_window(__conn, __query, __window, |__query| {
//             __v::diesel::QueryDsl::select(__query, <Self as …>::as_select())
//         }).await
//     }
//
// and `find` and `fetch_one` likewise.
fn expand_reads(complete: &Complete<'_, '_>) -> TokenStream {
    let (selection, row) = (expand_selection(complete), expand_row_of(complete));
    let select = quote! {
        let __query = __v::diesel::QueryDsl::select(__query, #selection);
    };
    quote! {
        async fn fetch_window(
            __query: Self::Query,
            __window: __v::Window,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Fetched<__v::Vec<Self>>> {
            let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
            __v::LoadWindow::load_window(__conn, __query, __window, |__query| {
                #select
                __query
            }).await
        }

        async fn find(
            __pk: Self::Pk,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            let __query = #row;
            #select
            let __row = __v::Load::get_result(__conn, __query).await;
            __v::diesel::OptionalExtension::optional(__row)
        }

        async fn fetch_one(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            #select
            let __row = __v::Load::get_result(__conn, __query).await;
            __v::diesel::OptionalExtension::optional(__row)
        }
    }
}

// Expands to:
//
//     __v::Selection::<__v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>>::new(|| …)
fn expand_selection(complete: &Complete<'_, '_>) -> TokenStream {
    let backend = complete.model.backend();
    let text = expand_once(&quote! {
        __v::sql_of::<#backend>(&<Self as __v::diesel::SelectableHelper<#backend>>::as_select())
    });
    quote!(__v::Selection::<__v::diesel::dsl::AsSelect<Self, #backend>>::new(#text))
}

// Expands to:
//
//     const SHOWS_AS_SENT: bool = false;
//     fn insert_statement(mut __input: Self::Input) -> __v::Write<…> {
//         <Self as __v::Model>::fill_defaults(&mut __input);
//         __v::Write::insert(<Self as __v::Model>::TABLE, …, true)
//             .set(…, __v::Option::map(__input.username, __v::bind::<String, …>))
//             …
//     }
//     async fn insert_unless(
//         __input: Self::Input,
//         __unless: __v::Vec<__v::Condition<…>>,
//         __via: __v::Via<'_, Self::Connection>,
//     ) -> __v::diesel::QueryResult<__v::Option<Self>> {
//         let __write = <Self as __v::Model>::insert_statement(__input).unless(__unless);
//         __v::Store::store(__via, __v::Returning::new(__write, __v::Selection…)).await
//     }
//
// and `update_statement`, `update_unless` (of the row with the primary key) and `delete_by` likewise.
fn expand_writes(complete: &Complete<'_, '_>) -> TokenStream {
    let key = complete.key.field.ident;
    let backend = complete.model.backend();
    let returning = expand_selection(complete);
    let bound_key = expand_bound_key(complete);
    let (insert, update) = (expand_insert(complete), expand_update(complete));
    let (sent, shown) = expand_sent(complete);
    let shows_as_sent = !sent.is_empty();
    let unless = quote!(__unless: __v::Vec<__v::Condition<#backend>>);
    quote! {
        const SHOWS_AS_SENT: bool = #shows_as_sent;

        fn insert_statement(mut __input: Self::Input) -> __v::Write<#backend> {
            <Self as __v::Model>::fill_defaults(&mut __input);
            #insert
        }

        fn update_statement(
            __pk: Self::Pk,
            __input: Self::Input,
        ) -> __v::Option<__v::Write<#backend>> {
            #update
        }

        async fn insert_unless(
            __input: Self::Input,
            #unless,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            #sent
            let __write = <Self as __v::Model>::insert_statement(__input).unless(__unless);
            __v::Store::store(__via, __v::Returning::new(__write, #returning)).await #shown
        }

        async fn update_unless(
            __pk: Self::Pk,
            __input: Self::Input,
            #unless,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            #sent
            let __v::Some(__write) = <Self as __v::Model>::update_statement(__pk, __input) else {
                return __v::Ok(__v::None);
            };
            let __write = __write.unless(__unless);
            __v::Store::store(__via, __v::Returning::new(__write, #returning)).await #shown
        }

        async fn delete_by(
            __pk: Self::Pk,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<usize> {
            __v::Delete::delete(__via, __v::DeleteByKey::<Self>::new(#bound_key)).await
        }

        fn into_pk(self) -> Self::Pk {
            self.#key
        }
    }
}

/// The row with a primary key, as a query.
fn expand_row_of(complete: &Complete<'_, '_>) -> TokenStream {
    let (table, name) = (complete.table, &complete.key.name);
    let condition = quote!(__v::diesel::ExpressionMethods::eq(#table::#name, __pk));
    quote!(__v::diesel::QueryDsl::filter(#table::table, #condition))
}

fn expand_insert(complete: &Complete<'_, '_>) -> TokenStream {
    let key = columns::expand_bare_name(complete, complete.key);
    let counted = complete.key.field.internal;
    let settable: Vec<_> = complete.model.settable().map(|(_, column)| column).collect();
    let sets = expand_sets(complete, &settable);
    let is_idle = settable.is_empty().then(|| quote!(let _ = __input;));
    quote! {
        #is_idle
        __v::Write::insert(<Self as __v::Model>::TABLE, #key, #counted) #sets
    }
}

// Expands to, for each column:
//
//     .set(…, __v::Option::map(__input.username, __v::bind::<String, …>))
fn expand_sets(complete: &Complete<'_, '_>, settable: &[&Column<'_>]) -> TokenStream {
    let (table, backend) = (complete.table, complete.model.backend());
    let sets = settable.iter().map(|column| {
        let (name, ident, ty) = (&column.name, column.field.ident, column.field.ty);
        let bare = columns::expand_bare_name(complete, column);
        quote! {
            .set(#bare, __v::Option::map(
                __input.#ident,
                __v::bind::<#ty, __v::SqlTypeOf<#table::#name>, #backend>,
            ))
        }
    });
    quote!(#(#sets)*)
}

/// The primary key finds the row and stays as it is.
fn expand_update(complete: &Complete<'_, '_>) -> TokenStream {
    let changed = changeable(complete);
    if changed.is_empty() {
        return quote! {
            let _ = (__pk, __input);
            __v::None
        };
    }
    let sets = expand_sets(complete, &changed);
    let key = columns::expand_bare_name(complete, complete.key);
    let bound_key = expand_bound_key(complete);
    quote! {
        let __pk = #bound_key;
        __v::Some(__v::Write::update(<Self as __v::Model>::TABLE, #key, __pk) #sets)
    }
}

/// `__pk` as a value that is bound.
fn expand_bound_key(complete: &Complete<'_, '_>) -> TokenStream {
    let (table, name, ty) = (complete.table, &complete.key.name, complete.key.field.ty);
    let backend = complete.model.backend();
    quote!(__v::bind_key::<#ty, __v::SqlTypeOf<#table::#name>, #backend>(__pk))
}

// Expands to:
//
//     fn is_empty(__input: &Self::Input) -> bool {
//         __input.username.is_none() && …
//     }
fn expand_is_empty(complete: &Complete<'_, '_>) -> TokenStream {
    let columns = changeable(complete);
    let names = columns.iter().map(|column| column.field.ident);
    let nothing = columns.is_empty().then(|| quote!(let _ = __input; true));
    quote! {
        fn is_empty(__input: &Self::Input) -> bool {
            #nothing
            #(__input.#names.is_none())&&*
        }
    }
}

/// The columns of a row that can be changed.
fn changeable<'m, 'a>(complete: &Complete<'m, 'a>) -> Vec<&'m Column<'a>> {
    let columns = complete.model.settable().map(|(_, column)| column);
    columns.filter(|column| column.name != complete.key.name).collect()
}

// Expands to, before and after the statement:
//
//     let __sent = (__input.rating,);
//     .map(|__row| __row.map(|mut __row: Self| { if let __v::Some(__value) = __sent.0 { … } __row }))
//
// A database may have another zero than `-0.0`; what is shown is what was sent, as in DRF.
fn expand_sent(complete: &Complete<'_, '_>) -> (TokenStream, TokenStream) {
    let is_number = |column: &&Column<'_>| column.field.family == Family::Float;
    let numbers = complete.model.settable().map(|(_, column)| column).filter(is_number);
    let numbers: Vec<_> = numbers.map(|column| column.field.ident).collect();
    if numbers.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    let places = (0..numbers.len()).map(Literal::usize_unsuffixed);
    let sent = quote!(let __sent = (#(__input.#numbers,)*););
    let shown = quote! {
        .map(|__row| __row.map(|mut __row: Self| {
            #(if let __v::Some(__value) = __sent.#places { __row.#numbers = __value; })*
            __row
        }))
    };
    (sent, shown)
}
