//! The columns of a model, as filters, paginators, validators and other serializers need them.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::model::{Column, Complete, Model};
use crate::field::expand::{expand_once, expand_row, expand_validators};
use crate::selectors::Of;

/// The row of a field, with the name of its column where that is another.
pub(super) fn expand_field(model: &Model<'_>, column: &Column<'_>) -> TokenStream {
    let field = &column.field;
    let asked_for = model.is_in_set(column)
        && !field.read_only()
        && field.args.required.is_missing()
        && field.default().is_none()
        && !field.optional;
    let row = expand_row(field, field.required() || asked_for);
    let unique = model.is_given_key(column).then(|| quote!(.unique()));
    let row = quote!(#row #unique);
    let name = column.name.unraw().to_string();
    match name == field.source() {
        true => row,
        false => quote!(#row.column(#name)),
    }
}

// Expands to:
//
//     const COLUMNS: &'static [__v::Column<Self>] = &[…];
//     const KEY: __v::Key<Self> = __v::Key { field: …, column: … };
//     const TABLE: &'static __v::Fixed = …;
//     const UNIQUE_TOGETHER: &'static [&'static [usize]] = &[&[1, 2]];
//     const OPTIONS: __v::Options = __v::Options::new().search_fields(…);
pub(super) fn expand_consts(complete: &Complete<'_, '_>) -> TokenStream {
    let (model, table, backend) = (complete.model, complete.table, complete.model.backend());
    let columns = model.visible().map(|column| expand_column(complete, column));
    let key_field = expand_field(model, complete.key);
    let key = expand_column(complete, complete.key);
    let sets = model.unique_places().map(|places| {
        let places = places.into_iter().map(Literal::usize_unsuffixed);
        quote!(&[#(#places),*])
    });
    let options = expand_options(complete);
    let table_name = expand_fixed(&quote!(__v::sql_of::<#backend>(&#table::table)));
    quote! {
        const COLUMNS: &'static [__v::Column<Self>] = &[#(#columns),*];
        const KEY: __v::Key<Self> = __v::Key { field: #key_field, column: #key };
        const TABLE: &'static __v::Fixed = #table_name;
        const UNIQUE_TOGETHER: &'static [&'static [usize]] = &[#(#sets),*];
        const OPTIONS: __v::Options = __v::Options::new() #options;
    }
}

// Expands to:
//
//     &__v::Fixed(|| {
//         static __TEXT: __v::OnceText = __v::OnceText::new();
//         __TEXT.get_or_write(|| __v::sql_of::<__v::DefaultBackend>(&users::username))
//     })
//
// What is always the same is written once.
fn expand_fixed(text: &TokenStream) -> TokenStream {
    let text = expand_once(text);
    quote!(&__v::Fixed(#text))
}

/// The name of a column, with its table.
pub(super) fn expand_name(complete: &Complete<'_, '_>, column: &Column<'_>) -> TokenStream {
    let (table, name, backend) = (complete.table, &column.name, complete.model.backend());
    expand_fixed(&quote!(__v::sql_of::<#backend>(&#table::#name)))
}

/// The name of a column alone.
pub(super) fn expand_bare_name(complete: &Complete<'_, '_>, column: &Column<'_>) -> TokenStream {
    let (table, name, backend) = (complete.table, &column.name, complete.model.backend());
    expand_fixed(&quote! {
        __v::quoted::<#backend>(<#table::#name as __v::diesel::Column>::NAME)
    })
}

// Expands to:
//
//     __v::Column {
//         sql: …,                                 (its name)
//         operand: |__text| <String as __v::FieldValue>::from_lookup(__text)
//             .map(__v::bind::<String, __v::SqlTypeOf<users::username>, __v::DefaultBackend>),
//         text: |__row| __v::FieldValue::to_position(&__row.username),
//         given: |__input| __v::Given::of(__input.username.as_ref()),
//         related: __v::None,
//     }
fn expand_column(complete: &Complete<'_, '_>, column: &Column<'_>) -> TokenStream {
    let (model, table, backend) = (complete.model, complete.table, complete.model.backend());
    let (field, name) = (&column.field, &column.name);
    let (ident, ty) = (field.ident, field.ty);
    let read = quote_spanned!(ty.span()=> <#ty as __v::FieldValue>::from_lookup(__text));
    let sql = expand_name(complete, column);
    let bind = quote!(__v::bind::<#ty, __v::SqlTypeOf<#table::#name>, #backend>);
    let is_settable = model.settable().any(|(_, settable)| settable.name == *name);
    let given = match is_settable {
        true => quote!(|__input| __v::Given::of(__input.#ident.as_ref())),
        false => quote!(|_| __v::Given::Absent),
    };
    let related = match field.args.related.get() {
        Some(other) => quote! {
            __v::Some(|__req, __key| __v::Box::pin(__v::key_exists::<#other>(__req, __key)))
        },
        None => quote!(__v::None),
    };
    quote! {
        __v::Column {
            sql: #sql,
            operand: |__text| __v::Result::map(#read, #bind),
            text: |__row| __v::FieldValue::to_position(&__row.#ident),
            given: #given,
            related: #related,
        }
    }
}

// Expands to:
//
//     const _: () = {
//         __v::held_by::<String, __v::SqlTypeOf<users::username>, __v::DefaultBackend>();
//         __v::assert_key::<String, Country>("…");                 (for the key of another model)
//     };
//
// diesel says the same at its derives, and names no field.
pub(super) fn expand_fits(complete: &Complete<'_, '_>) -> TokenStream {
    let (table, backend) = (complete.table, complete.model.backend());
    let fits = complete.model.columns.iter().map(|column| {
        let (field, ty, name) = (column.field.ident, column.field.ty, &column.name);
        let key = column.field.args.related.get().map(|other| {
            let model = quote!(#other).to_string().replace(' ', "");
            let message = format!("field `{field}` has another type than the key of `{model}`");
            quote_spanned!(ty.span()=> __v::assert_key::<#ty, #other>(#message);)
        });
        quote_spanned! {ty.span()=>
            __v::held_by::<#ty, __v::SqlTypeOf<#table::#name>, #backend>();
            #key
        }
    });
    quote!(const _: () = { #(#fits)* };)
}

fn expand_options(complete: &Complete<'_, '_>) -> TokenStream {
    let (args, ident) = (&complete.model.args, &complete.model.input.ident);
    let of = Of { model: &quote!(#ident), name: &ident.to_string() };
    let search = args.search_fields.get().map(|fields| of.search_fields(fields)).into_iter();
    let filters = args.filterset_fields.get().map(|fields| of.filterset_fields(fields)).into_iter();
    let ordering = args.ordering_fields.get().map(|fields| of.ordering_fields(fields)).into_iter();
    quote! {
        #(.search_fields(#search))*
        #(.filterset_fields(#filters))*
        #(.ordering_fields(#ordering))*
    }
}

// Expands to, for each field:
//
//     impl __v::FieldAt<1> for User {
//         type Value = String;
//         type Column = users::username;
//         fn get(&self) -> &String { &self.username }
//         fn check(__value: &String) -> … { … }      (if it has validators)
//         fn set(__input: &mut UserInput, __value: __v::Option<String>) { __input.username = __value; }
//     }
//     impl __v::RelationAt<2> for Note { type Target = User; }     (for the key of another model)
pub(super) fn expand_places(complete: &Complete<'_, '_>) -> TokenStream {
    let (model, table) = (complete.model, complete.table);
    let model_ident = &model.input.ident;
    let places = model.visible().enumerate().map(|(place, column)| {
        let (place, name) = (Literal::usize_unsuffixed(place), &column.name);
        let (ident, ty) = (column.field.ident, column.field.ty);
        let is_settable = model.settable().any(|(_, settable)| settable.name == *name);
        let set = is_settable.then(|| quote!(__input.#ident = __value;));
        let set = set.unwrap_or_else(|| quote!(let _ = (__input, __value);));
        let relation = column.field.args.related.get().map(|target| {
            quote!(impl __v::RelationAt<#place> for #model_ident { type Target = #target; })
        });
        let check = expand_validators(&column.field).map(|told| {
            quote! {
                fn check(__value: &#ty) -> __v::Vec<__v::Result<(), __v::ErrorDetail>> { #told }
            }
        });
        quote! {
            impl __v::FieldAt<#place> for #model_ident {
                type Value = #ty;
                type Column = #table::#name;
                fn get(&self) -> &#ty { &self.#ident }
                #check
                fn set(
                    __input: &mut <Self as __v::Model>::Input,
                    __value: __v::Option<#ty>,
                ) { #set }
            }
            #relation
        }
    });
    quote!(#(#places)*)
}
