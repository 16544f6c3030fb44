//! The rules of a serializer that is a plain struct.

use super::Serializer;
use crate::diagnostics::Sink;
use crate::field::{self, Field, types};

/// All rules.
pub(super) fn check(serializer: &Serializer<'_>, sink: &Sink<'_>) {
    for field in &serializer.fields {
        let sink = sink.child();
        field::check::check(field, &sink);
        if !sink.failed() {
            check_through(field, &sink);
        }
        if !sink.failed() && serializer.args.model.is_missing() {
            check_of_model(field, &sink);
            check_read_only(field, &sink);
            check_absent(field, &sink);
        }
    }
}

/// What is found in a row needs a model.
fn check_of_model(field: &Field<'_>, sink: &Sink<'_>) {
    let args = &field.args;
    let keys = [
        args.source.key(),
        args.slug_related.key(),
        args.method.key(),
        args.nested.key(),
        args.hyperlink.key(),
        args.through.key(),
        args.unique.key(),
    ];
    for key in keys.into_iter().flatten() {
        let message = format!("`{key}` of field `{}` needs a model", field.ident);
        sink.error(key, message).help("`#[serializer(model = …)]` on the struct");
    }
}

/// Rows in between are found by the field that refers to this model, and are shown themselves or by their other key.
fn check_through(field: &Field<'_>, sink: &Sink<'_>) {
    let (args, name) = (&field.args, field.ident);
    let Some(key) = args.through.key() else { return };
    let nested = args.nested.get() == Some(&true);
    let help = match nested {
        true => "`#[field(nested, through = Loan, source = book)]` for the loans of a book",
        false => "`#[field(through = BookTag, source = book.tag)]` for the tags of a book",
    };
    let fits = args.source.get().is_some_and(|source| source.second.is_some() != nested);
    if !fits {
        sink.error(
            key,
            format_args!("field `{name}` does not say how the rows refer to the model"),
        )
        .help(help);
    } else if types::item_of(field.ty).is_none() {
        sink.error(key, format_args!("field `{name}` shows several rows and is no `Vec`"));
    }
}

/// A struct of input has no output.
fn check_read_only(field: &Field<'_>, sink: &Sink<'_>) {
    if let Some(key) = field.args.read_only.key().filter(|_| field.read_only()) {
        let message =
            format!("field `{}` of a serializer is input and not `read_only`", field.ident);
        sink.error(key, message);
    }
}

/// A struct has a value for each of its fields.
fn check_absent(field: &Field<'_>, sink: &Sink<'_>) {
    let has_value =
        field.optional || field.default().is_some() || field.args.default_with.get().is_some();
    if let Some(key) = field.args.required.key().filter(|_| !field.required() && !has_value) {
        let message = format!("field `{}` has no value when it is absent", field.ident);
        let reported = sink.error(key, message);
        reported.help(format_args!("`#[field(default)]`, or make it an `Option`"));
    }
}
