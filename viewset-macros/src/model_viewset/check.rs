//! The rules of a model.

use quote::quote;

use super::model::{Column, Model};
use crate::diagnostics::Sink;
use crate::field;

/// All rules.
pub(super) fn check(model: &Model<'_>, sink: &Sink<'_>) {
    if model.named {
        check_table(model, sink);
        check_primary_key(model, sink);
    }
    for column in &model.columns {
        let sink = sink.child();
        field::check::check(&column.field, &sink);
        if !sink.failed() {
            check_column(column, &sink);
        }
    }
}

/// A model has a table.
fn check_table(model: &Model<'_>, sink: &Sink<'_>) {
    if model.table.is_none() {
        let name = &model.input.ident;
        let reported = sink.error(name, format_args!("model `{name}` has no `table_name`"));
        reported.help(format_args!("`#[diesel(table_name = {}s)]`", snake(&name.to_string())));
    }
}

/// A model has one primary key, and it is one of the fields.
fn check_primary_key(model: &Model<'_>, sink: &Sink<'_>) {
    let name = &model.input.ident;
    match model.keys.as_slice() {
        [key] if model.key().is_none() => {
            let message = format!("model `{name}` has no field for its primary key `{key}`");
            let reported = sink.error(name, message);
            reported.help("`#[diesel(primary_key(…))]` names another column");
        }
        [_, second, ..] => {
            let message = format!("model `{name}` has a composite primary key");
            let reported = sink.error(second, message);
            reported.note(
                "a primary key of several columns is not supported by this version of viewset",
            );
        }
        _ => {}
    }
}

/// A field of a model is a column.
fn check_column(column: &Column<'_>, sink: &Sink<'_>) {
    if let Some(word) = &column.no_column {
        let word = quote!(#word);
        let name = column.field.ident;
        let message =
            format!("`{word}` of field `{name}` is not supported by this version of viewset");
        sink.error(word, message);
    }
}

/// `OrderLine` as `order_line`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, char) in name.char_indices() {
        if char.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}
