//! The rules of a model.

use proc_macro2::Ident;
use quote::quote;

use super::model::{Column, Model};
use crate::diagnostics::Sink;
use crate::selectors::FieldPath;
use crate::{field, words};

/// All rules.
pub(super) fn check(model: &Model<'_>, sink: &Sink<'_>) {
    if model.named {
        check_table(model, sink);
        check_primary_key(model, sink);
        check_named_fields(model, sink);
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

/// What `#[viewset]` names are fields that a client may see or set.
fn check_named_fields(model: &Model<'_>, sink: &Sink<'_>) {
    let args = &model.args;
    let own = |path: &FieldPath| path.first.clone();
    let searched = args.search_fields.get().into_iter().flatten().map(|field| own(&field.path));
    let filtered = args.filterset_fields.get().into_iter().flatten().map(|field| own(&field.path));
    let sorted = args.ordering_fields.get().into_iter().flatten().map(own);
    let unique = args.unique_together.get().into_iter().flatten().flat_map(|set| set.0.clone());
    let visible: Vec<_> = model.visible().map(|column| column.field.ident).collect();
    for name in searched.chain(filtered).chain(sorted).chain(unique) {
        if !visible.contains(&&name) {
            no_field(model, &name, &visible, sink);
        }
    }
    let all: Vec<_> = model.columns.iter().map(|column| column.field.ident).collect();
    for term in args.ordering.get().into_iter().flatten() {
        if !all.contains(&&term.path.first) {
            no_field(model, &term.path.first, &all, sink);
        }
    }
}

fn no_field(model: &Model<'_>, name: &Ident, known: &[&Ident], sink: &Sink<'_>) {
    let known: Vec<_> = known.iter().map(ToString::to_string).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let list = words::expected_one_of(&name.to_string(), &known);
    let message = format!("model `{}` has no field `{name}`", model.input.ident);
    sink.error(name, message).help(list);
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
