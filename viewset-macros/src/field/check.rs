//! The rules of `#[field(…)]` that hold for models and serializers alike.

use super::Field;
use super::args::Number;
use super::types::Family;
use crate::diagnostics::Sink;

/// All rules.
pub(crate) fn check(field: &Field<'_>, sink: &Sink<'_>) {
    check_exclusive(field, sink);
    check_length_of_text(field, sink);
    check_blank_text(field, sink);
    check_bounds_of_numbers(field, sink);
    check_bounds_of_integers(field, sink);
    check_order_of_lengths(field, sink);
    check_order_of_bounds(field, sink);
    check_null_option(field, sink);
    check_flatten(field, sink);
}

/// What only the server sets is not written, required, or given a default by the client; what is
/// required has no default.
fn check_exclusive(field: &Field<'_>, sink: &Sink<'_>) {
    let args = &field.args;
    let read_only = args.read_only.key().filter(|_| args.read_only.get() == Some(&true));
    let write_only = args.write_only.key().filter(|_| args.write_only.get() == Some(&true));
    let required = args.required.key().filter(|_| args.required.get() == Some(&true));
    let default = args.default.key();
    let pairs =
        [(read_only, write_only), (read_only, required), (read_only, default), (required, default)];
    for (first, second) in pairs {
        if let (Some(first), Some(second)) = (first, second) {
            let name = field.ident;
            let message = format!("field `{name}` may not set both `{first}` and `{second}`");
            sink.error(second, message);
        }
    }
}

/// Only text has a length.
fn check_length_of_text(field: &Field<'_>, sink: &Sink<'_>) {
    if matches!(field.family, Family::Text | Family::Unknown) {
        return;
    }
    let keys = [field.args.min_length.key(), field.args.max_length.key()];
    for key in keys.into_iter().flatten() {
        let message = format!("field `{}` is no text and has no `{key}`", field.ident);
        let reported = sink.error(key, message);
        if matches!(field.family, Family::Integer | Family::Float) {
            reported.help("a number has `min_value` and `max_value`");
        }
    }
}

/// Only text is blank.
fn check_blank_text(field: &Field<'_>, sink: &Sink<'_>) {
    let known = !matches!(field.family, Family::Text | Family::Unknown);
    if let Some(key) = field.args.allow_blank.key().filter(|_| known) {
        sink.error(key, format_args!("field `{}` is no text and is never blank", field.ident));
    }
}

/// Only numbers have bounds.
fn check_bounds_of_numbers(field: &Field<'_>, sink: &Sink<'_>) {
    if !matches!(field.family, Family::Text | Family::Other) {
        return;
    }
    let keys = [field.args.min_value.key(), field.args.max_value.key()];
    for key in keys.into_iter().flatten() {
        let message = format!("field `{}` is no number and has no `{key}`", field.ident);
        let reported = sink.error(key, message);
        if field.family == Family::Text {
            reported.help("a text has `min_length` and `max_length`");
        }
    }
}

/// The bounds of an integer are integers.
fn check_bounds_of_integers(field: &Field<'_>, sink: &Sink<'_>) {
    if field.family != Family::Integer {
        return;
    }
    for bound in [&field.args.min_value, &field.args.max_value] {
        if let (Some(key), Some(Number::Float(_))) = (bound.key(), bound.get()) {
            let message =
                format!("`{key}` of the integer field `{}` must be an integer", field.ident);
            sink.error(key, message);
        }
    }
}

/// A text can be long enough and short enough at once.
fn check_order_of_lengths(field: &Field<'_>, sink: &Sink<'_>) {
    let (min, max) = (&field.args.min_length, &field.args.max_length);
    if let (Some(low), Some(high), Some(key)) = (min.get(), max.get(), max.key())
        && low > high
    {
        let message =
            format!("`min_length` {low} of field `{}` is above `max_length` {high}", field.ident);
        sink.error(key, message);
    }
}

/// A number can be great enough and small enough at once.
fn check_order_of_bounds(field: &Field<'_>, sink: &Sink<'_>) {
    let (min, max) = (&field.args.min_value, &field.args.max_value);
    if let (Some(low), Some(high), Some(key)) = (min.get(), max.get(), max.key())
        && low.to_f64() > high.to_f64()
    {
        let message =
            format!("`min_value` {low} of field `{}` is above `max_value` {high}", field.ident);
        sink.error(key, message);
    }
}

/// Only an `Option` holds null.
fn check_null_option(field: &Field<'_>, sink: &Sink<'_>) {
    let known = field.family != Family::Unknown && !field.optional;
    if let Some(key) = field.args.allow_null.key().filter(|_| known)
        && field.args.allow_null.get() == Some(&true)
    {
        let ty = field.ty;
        let message = format!("field `{}` cannot hold null", field.ident);
        sink.error(key, message).help(format_args!("`Option<{}>`", quote::quote!(#ty)));
    }
}

/// A field is one key of the client's data.
fn check_flatten(field: &Field<'_>, sink: &Sink<'_>) {
    if let Some(flatten) = &field.flatten {
        let message = format!(
            "`flatten` of field `{}` is not supported by this version of viewset",
            field.ident
        );
        sink.error(flatten, message);
    }
}
