//! A tolerant reader of `#[diesel(…)]`: it takes what it knows, and leaves the complaints to diesel.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Path, Token};

use crate::field::serde_attr::{literal, metas};

/// What diesel was told about a struct.
#[derive(Default)]
pub(crate) struct DieselStruct {
    /// `table_name = users`
    pub(crate) table: Option<Path>,
    /// `primary_key(id)`
    pub(crate) keys: Vec<Ident>,
}

/// What diesel was told about a field.
#[derive(Default)]
pub(crate) struct DieselField {
    /// `column_name = name`
    pub(crate) column: Option<Ident>,
    /// `embed` or `select_expression = …`: the word of what is no column.
    pub(crate) no_column: Option<Path>,
}

impl DieselStruct {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut diesel = Self::default();
        for meta in metas(attrs, "diesel") {
            match &meta {
                Meta::NameValue(pair) if pair.path.is_ident("table_name") => {
                    diesel.table = path_of(&pair.value);
                }
                Meta::List(list) if list.path.is_ident("primary_key") => {
                    let parser = Punctuated::<Ident, Token![,]>::parse_terminated;
                    diesel.keys.extend(list.parse_args_with(parser).into_iter().flatten());
                }
                _ => {}
            }
        }
        diesel
    }
}

impl DieselField {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut diesel = Self::default();
        for meta in metas(attrs, "diesel") {
            let path = meta.path();
            if path.is_ident("embed") || path.is_ident("select_expression") {
                diesel.no_column = Some(path.clone());
            }
            match &meta {
                Meta::NameValue(pair) if pair.path.is_ident("column_name") => {
                    diesel.column = path_of(&pair.value).and_then(|path| path.get_ident().cloned());
                }
                _ => {}
            }
        }
        diesel
    }
}

/// The path in `= users`, or in the older `= "users"`.
fn path_of(value: &Expr) -> Option<Path> {
    match value {
        Expr::Path(path) => Some(path.path.clone()),
        _ => syn::parse_str(&literal(value)?).ok(),
    }
}
