//! Writing rows as JSON while they are read, for serializers that show columns and nothing else.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Field;
use super::expand::expand_once;

/// A column that is shown.
pub(crate) struct ShownColumn<'a> {
    pub(crate) field: &'a Field<'a>,
    /// The type of the field.
    pub(crate) ty: TokenStream,
    /// The type of the column in diesel.
    pub(crate) column: TokenStream,
}

impl ShownColumn<'_> {
    /// Whether it can be written so: it is there in each row, under a name that needs no escapes.
    fn is_plain(&self) -> bool {
        let is_plain =
            |c: char| !c.is_control() && !matches!(c, '"' | '\\' | '\u{2028}' | '\u{2029}');
        self.field.skip_serializing_if.is_none() && self.field.name.chars().all(is_plain)
    }

    // Expands to:
    //
    //     __v::show_column::<String, __v::SqlTypeOf<users::username>, …>(
    //         __row, 1, ",\"username\":", __out,
    //     )?;
    fn expand(&self, place: usize, backend: &TokenStream) -> TokenStream {
        let (ty, column) = (&self.ty, &self.column);
        let start = if place == 0 { '{' } else { ',' };
        let before = format!("{start}\"{}\":", self.field.name);
        let place = Literal::usize_unsuffixed(place);
        let types = quote!(::<#ty, __v::SqlTypeOf<#column>, #backend>);
        match &self.field.serialize_with {
            None => quote!(__v::show_column #types(__row, #place, #before, __out)?;),
            Some(path) => quote! {
                __v::show_column_with #types(__row, #place, #before, __out, |__value, __out| {
                    struct __With<'a>(&'a #ty);
                    impl __v::Serialize for __With<'_> {
                        fn serialize<__S: __v::Writer>(
                            &self,
                            __to: __S,
                        ) -> __v::Result<__S::Ok, __S::Error> {
                            #path(self.0, __to)
                        }
                    }
                    __v::write_json(&__With(__value), __out)
                })?;
            },
        }
    }
}

/// The code for serializers that show columns and nothing else.
pub(crate) struct Shown {
    /// `fetch_represented`, `find_represented` and `store_represented`.
    pub(crate) fetch: TokenStream,
    /// An impl beside that of the serializer.
    pub(crate) show_row: TokenStream,
}

/// diesel reads no more without further features.
const MOST_COLUMNS: usize = 32;

// Expands to, in the serializer's own impl and beside it:
//
//     const SHOWS_COLUMNS: bool = true;
//     async fn fetch_represented(
//         __query: <Note as __v::Model>::Query,
//         __window: __v::Window,
//         __req: &__v::Request,
//     ) -> __v::Result<__v::Represented, __v::Error> {
//         let mut __conn = __v::connection_of::<Note>(__req).await?;
//         let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
//         let __select = |__query| __v::diesel::QueryDsl::select(__query, __v::Selection…);
//         let __fetched: __v::Fetched<__v::ShownList<PublicNote>> =
//             __v::LoadWindow::load_window(&mut *__conn, __query, __window, __select).await?;
//         __v::Ok(__v::list_of(__fetched))
//     }
//     async fn find_represented(
//         __key: __v::OperandOf<Note>,
//         __req: &__v::Request,
//     ) -> __v::Result<__v::Option<__v::RawJson>, __v::Error> {
//         let __find = __v::Find::<Note, (notes::slug, …)>::new(…, __key);
//         let __row: __v::Option<__v::ShownRow<PublicNote>> =
//             <<Note as __v::Model>::Connection as __v::FindRow<_, _>>::find_row(__req, __find)
//                 .await?;
//         __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
//     }
//     async fn store_represented(
//         __write: __v::WriteOf<Note>,
//         __via: __v::Via<'_, <Note as __v::Model>::Connection>,
//     ) -> __v::diesel::QueryResult<__v::Option<__v::RawJson>> {
//         let __write = __v::Returning::new(__write, __v::Selection…);
//         let __row: __v::Option<__v::ShownRow<PublicNote>> =
//             __v::Store::store(__via, __write).await?;
//         __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
//     }
//
//     impl __v::ShowRow<(__v::SqlTypeOf<notes::slug>, …), …> for PublicNote {
//         fn show_row<'a>(
//             __row: &impl __v::diesel::row::Row<'a, …>,
//             __out: &mut __v::Vec<u8>,
//         ) -> __v::diesel::deserialize::Result<()> {
//             …
//             __v::Vec::push(__out, b'}');
//             __v::Ok(())
//         }
//     }
//
/// `None` where they have to be written otherwise.
pub(crate) fn expand(
    serializer: &Ident,
    model: &TokenStream,
    shown: &[ShownColumn<'_>],
) -> Option<Shown> {
    let is_plain = (1..=MOST_COLUMNS).contains(&shown.len());
    if !is_plain || !shown.iter().all(ShownColumn::is_plain) {
        return None;
    }
    let backend = quote!(__v::BackendOf<<#model as __v::Model>::Connection>);
    let columns: Vec<_> = shown.iter().map(|shown| &shown.column).collect();
    let fields = shown.iter().enumerate().map(|(place, shown)| shown.expand(place, &backend));
    let text = expand_once(&quote! {
        __v::sql_of::<#backend>(&(#(<#columns as __v::Default>::default(),)*))
    });
    let selection = quote!(__v::Selection::<(#(#columns,)*)>::new(#text));
    let find = expand_once(&quote! {
        __v::find_sql::<#model>(&(#(<#columns as __v::Default>::default(),)*))
    });
    let fetch = quote! {
        const SHOWS_COLUMNS: bool = true;

        async fn fetch_represented(
            __query: <Self::Model as __v::Model>::Query,
            __window: __v::Window,
            __req: &__v::Request,
        ) -> __v::Result<__v::Represented, __v::Error> {
            let mut __conn = __v::connection_of::<#model>(__req).await?;
            let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
            let __select = |__query| __v::diesel::QueryDsl::select(__query, #selection);
            let __fetched: __v::Fetched<__v::ShownList<#serializer>> =
                __v::LoadWindow::load_window(&mut *__conn, __query, __window, __select).await?;
            __v::Ok(__v::list_of(__fetched))
        }

        async fn find_represented(
            __key: __v::OperandOf<#model>,
            __req: &__v::Request,
        ) -> __v::Result<__v::Option<__v::RawJson>, __v::Error> {
            let __find = __v::Find::<#model, (#(#columns,)*)>::new(#find, __key);
            let __row: __v::Option<__v::ShownRow<#serializer>> =
                <<#model as __v::Model>::Connection as __v::FindRow<_, _>>::find_row(__req, __find)
                    .await?;
            __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
        }

        async fn store_represented(
            __write: __v::WriteOf<#model>,
            __via: __v::Via<'_, <#model as __v::Model>::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<__v::RawJson>> {
            let __write = __v::Returning::new(__write, #selection);
            let __row: __v::Option<__v::ShownRow<#serializer>> =
                __v::Store::store(__via, __write).await?;
            __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
        }
    };
    let show_row = quote! {
        #[automatically_derived]
        impl __v::ShowRow<(#(__v::SqlTypeOf<#columns>,)*), #backend> for #serializer {
            fn show_row<'a>(
                __row: &impl __v::diesel::row::Row<'a, #backend>,
                __out: &mut __v::Vec<u8>,
            ) -> __v::diesel::deserialize::Result<()> {
                #(#fields)*
                __v::Vec::push(__out, b'}');
                __v::Ok(())
            }
        }
    };
    Some(Shown { fetch, show_row })
}
