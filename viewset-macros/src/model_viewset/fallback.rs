//! The impls of a model that has a mistake: they do nothing, but whatever uses the model compiles, so
//! that one mistake gives one message.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Model;
use super::{input, representation};
use crate::serializer::in_const;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let ident = &model.input.ident;
    let name = ident.to_string();
    let (generics, arguments, bounds) = model.input.generics.split_for_impl();
    let connection = model.connection();
    let input_name = input::name(model);
    let input_struct = input::expand_struct(model);
    let input_serializer = input::expand_impl(model, &quote!(loop {}), None);
    let serializer = representation::expand_impl(model, &quote!(loop {}), &quote!(loop {}), None);
    let backend = model.backend();
    let query = match &model.table {
        Some(table) => {
            let backend = model.backend();
            quote!(#table::BoxedQuery<'static, #backend>)
        }
        None => quote!(()),
    };
    let bodies = expand_bodies(&backend);
    let items = quote! {
        #input_struct
        #input_serializer
        #serializer

        #[automatically_derived]
        impl #generics __v::Model for #ident #arguments #bounds {
            const NAME: &'static str = #name;
            const FIELDS: &'static [__v::Field] = &[];
            type Connection = #connection;
            type Query = #query;
            type Input = #input_name;
            type Pk = __v::String;
            #bodies
        }
    };
    // The bounds of an impl for a generic struct would be mistakes of their own.
    match model.input.generics.params.is_empty() {
        true => in_const(&model.runtime, &items),
        false => TokenStream::new(),
    }
}

fn expand_bodies(backend: &TokenStream) -> TokenStream {
    let conn = quote!(_: &mut Self::Connection);
    let result = |of: TokenStream| quote!(__v::diesel::QueryResult<#of>);
    let (rows, row) =
        (result(quote!(__v::Fetched<__v::Vec<Self>>)), result(quote!(__v::Option<Self>)));
    let via = quote!(_: __v::Via<'_, Self::Connection>);
    let unless = quote!(_: __v::Vec<__v::Condition<#backend>>);
    let deleted = result(quote!(usize));
    quote! {
        fn objects() -> Self::Query { loop {} }
        const COLUMNS: &'static [__v::Column<Self>] = &[];
        const KEY: __v::Key<Self> = __v::Key::missing();
        const TABLE: &'static __v::Fixed = &__v::Fixed(|| "");
        const UNIQUE_TOGETHER: &'static [&'static [usize]] = &[];
        const OPTIONS: __v::Options = __v::Options::new();
        fn filter_by(_: Self::Query, _: __v::Condition<#backend>) -> Self::Query { loop {} }
        fn order_by(_: Self::Query, _: __v::Ordering<#backend>) -> Self::Query { loop {} }
        fn links(_: &mut Self::Input) -> &mut __v::Links { loop {} }
        fn fill_defaults(_: &mut Self::Input) {}
        async fn fetch_window(_: Self::Query, _: __v::Window, #conn) -> #rows { loop {} }
        async fn find(_: Self::Pk, #conn) -> #row { loop {} }
        async fn fetch_one(_: Self::Query, #conn) -> #row { loop {} }
        const SHOWS_AS_SENT: bool = false;
        fn insert_statement(_: Self::Input) -> __v::Write<#backend> { loop {} }
        fn update_statement(_: Self::Pk, _: Self::Input) -> __v::Option<__v::Write<#backend>> { loop {} }
        async fn insert_unless(_: Self::Input, #unless, #via) -> #row { loop {} }
        async fn update_unless(_: Self::Pk, _: Self::Input, #unless, #via) -> #row { loop {} }
        async fn delete_by(_: Self::Pk, #via) -> #deleted { loop {} }
        fn is_empty(_: &Self::Input) -> bool { true }
        fn into_pk(self) -> Self::Pk { loop {} }
    }
}
