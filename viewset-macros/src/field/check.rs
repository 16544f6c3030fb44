//! The rules of `#[field(…)]` that hold for models and serializers alike.

use proc_macro2::Ident;
use syn::Type;

use super::Field;
use super::args::{ChoiceValue, FieldArgs, Number};
use super::types::{self, Family};
use crate::diagnostics::Sink;

/// All rules.
pub(crate) fn check(field: &Field<'_>, sink: &Sink<'_>) {
    check_exclusive(field, sink);
    check_value(&Checked::of(field), sink);
    check_child(field, sink);
    check_flatten(field, sink);
}

/// What a value is checked for: that of a field, or an item of its list.
struct Checked<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    args: &'a FieldArgs,
    family: Family,
    optional: bool,
}

impl<'a> Checked<'a> {
    fn of(field: &'a Field<'_>) -> Self {
        let Field { ident, ty, args, family, optional, .. } = field;
        Checked { ident, ty, args, family: *family, optional: *optional }
    }

    fn item(ident: &'a Ident, ty: &'a Type, args: &'a FieldArgs) -> Self {
        let inner = types::option_of(ty);
        let family = types::family(inner.unwrap_or(ty));
        Checked { ident, ty, args, family, optional: inner.is_some() }
    }
}

/// The rules of a value.
fn check_value(field: &Checked<'_>, sink: &Sink<'_>) {
    check_length_of_text(field, sink);
    check_blank_text(field, sink);
    check_kind_of_text(field, sink);
    check_empty(field, sink);
    check_integer(field, sink);
    check_related_key(field, sink);
    check_rules_of_key(field, sink);
    check_one_kind(field, sink);
    check_some_choice(field, sink);
    check_bounds_of_numbers(field, sink);
    check_bounds_of_integers(field, sink);
    check_order_of_lengths(field, sink);
    check_order_of_bounds(field, sink);
    check_null_option(field, sink);
}

/// What only the server sets is not written or required of the client; what is required has no default.
fn check_exclusive(field: &Field<'_>, sink: &Sink<'_>) {
    let args = &field.args;
    let read_only = args.read_only.key().filter(|_| args.read_only.get() == Some(&true));
    let write_only = args.write_only.key().filter(|_| args.write_only.get() == Some(&true));
    let required = args.required.key().filter(|_| args.required.get() == Some(&true));
    let default = args.default.key();
    let pairs = [(read_only, write_only), (read_only, required), (required, default)];
    for (first, second) in pairs {
        if let (Some(first), Some(second)) = (first, second) {
            let name = field.ident;
            let message = format!("field `{name}` may not set both `{first}` and `{second}`");
            sink.error(second, message);
        }
    }
}

/// Only text and lists have a length.
fn check_length_of_text(field: &Checked<'_>, sink: &Sink<'_>) {
    if matches!(field.family, Family::Text | Family::List | Family::File | Family::Unknown) {
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
fn check_blank_text(field: &Checked<'_>, sink: &Sink<'_>) {
    let known = !matches!(field.family, Family::Text | Family::Unknown);
    if let Some(key) = field.args.allow_blank.key().filter(|_| known) {
        sink.error(key, format_args!("field `{}` is no text and is never blank", field.ident));
    }
}

/// Only text is an address, a slug, or one of several texts.
fn check_kind_of_text(field: &Checked<'_>, sink: &Sink<'_>) {
    if matches!(field.family, Family::Text | Family::Unknown) {
        return;
    }
    let args = field.args;
    let keys = [
        args.trim_whitespace.key(),
        args.email.key(),
        args.url.key(),
        args.slug.key(),
        args.regex.key(),
        args.choices.key().filter(|_| !has_choices(field)),
    ];
    for key in keys.into_iter().flatten() {
        sink.error(key, format_args!("field `{}` is no text and has no `{key}`", field.ident));
    }
}

/// One of several integers, or some of several texts.
fn has_choices(field: &Checked<'_>) -> bool {
    let all = |is: fn(&ChoiceValue) -> bool| {
        field.args.choices.get().into_iter().flatten().all(|choice| is(&choice.value))
    };
    match field.family {
        Family::Integer => all(|value| matches!(value, ChoiceValue::Int(_))),
        Family::List => true,
        _ => false,
    }
}

/// Only lists, objects and files are empty.
fn check_empty(field: &Checked<'_>, sink: &Sink<'_>) {
    let can = [Family::List, Family::Dict, Family::File, Family::Unknown].contains(&field.family);
    if let Some(key) = field.args.allow_empty.key().filter(|_| !can) {
        sink.error(key, format_args!("field `{}` is never empty", field.ident))
            .help("a text has `allow_blank`");
    }
}

/// Only an `i64` is an integer with another message.
fn check_integer(field: &Checked<'_>, sink: &Sink<'_>) {
    let can = matches!(field.family, Family::Integer | Family::Unknown);
    if let Some(key) = field.args.integer.key().filter(|_| !can) {
        sink.error(key, format_args!("field `{}` is no `i64`", field.ident));
    }
}

/// Only an integer, a UUID or a text is the key of another row.
fn check_related_key(field: &Checked<'_>, sink: &Sink<'_>) {
    let can =
        [Family::Integer, Family::Uuid, Family::Text, Family::Unknown].contains(&field.family);
    if let Some(key) = field.args.related.key().filter(|_| !can) {
        let name = field.ident;
        let message = format!("field `{name}` is no integer, UUID or text and cannot be `related`");
        sink.error(key, message);
    }
}

/// What a key may be, the other model says.
fn check_rules_of_key(field: &Checked<'_>, sink: &Sink<'_>) {
    if field.args.related.key().is_none() || field.family != Family::Text {
        return;
    }
    let args = field.args;
    let keys = [
        args.min_length.key(),
        args.max_length.key(),
        args.allow_blank.key(),
        args.trim_whitespace.key(),
    ];
    for key in keys.into_iter().flatten() {
        let message =
            format!("field `{}` is the key of another row and has no `{key}`", field.ident);
        sink.error(key, message).help("the field that it refers to has one");
    }
}

/// A field is of one kind.
fn check_one_kind(field: &Checked<'_>, sink: &Sink<'_>) {
    let args = field.args;
    let keys = [
        args.email.key(),
        args.url.key(),
        args.slug.key(),
        args.regex.key(),
        args.integer.key(),
        args.choices.key(),
        args.related.key(),
    ];
    if let [first, second, ..] = *keys.into_iter().flatten().collect::<Vec<_>>() {
        let name = field.ident;
        let message = format!("field `{name}` may not set both `{first}` and `{second}`");
        sink.error(second, message);
    }
}

/// There is something to choose from.
fn check_some_choice(field: &Checked<'_>, sink: &Sink<'_>) {
    let none = field.args.choices.get().is_some_and(Vec::is_empty);
    if let Some(key) = field.args.choices.key().filter(|_| none) {
        sink.error(key, format_args!("field `{}` has no choices", field.ident));
    }
}

/// Only a list has items, and of an item there is nothing to say but what it is like.
fn check_child(field: &Field<'_>, sink: &Sink<'_>) {
    let (Some(key), Some(child)) = (field.args.child.key(), field.args.child.get()) else { return };
    let name = field.ident;
    if !matches!(field.family, Family::List | Family::Dict | Family::Unknown) {
        sink.error(key, format_args!("field `{name}` is no list and has no `child`"));
    }
    let keys = [
        child.read_only.key(),
        child.write_only.key(),
        child.required.key(),
        child.default.key(),
        child.label.key(),
        child.help_text.key(),
    ];
    for key in keys.into_iter().flatten() {
        sink.error(key, format_args!("`{key}` says nothing about an item of field `{name}`"));
    }
    let inner = types::option_of(field.ty).unwrap_or(field.ty);
    if let Some(item) = types::item_of(inner) {
        check_value(&Checked::item(name, item, child), sink);
    }
}

/// Only numbers have bounds.
fn check_bounds_of_numbers(field: &Checked<'_>, sink: &Sink<'_>) {
    if matches!(field.family, Family::Integer | Family::Float | Family::Unknown) {
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
fn check_bounds_of_integers(field: &Checked<'_>, sink: &Sink<'_>) {
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
fn check_order_of_lengths(field: &Checked<'_>, sink: &Sink<'_>) {
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
fn check_order_of_bounds(field: &Checked<'_>, sink: &Sink<'_>) {
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
fn check_null_option(field: &Checked<'_>, sink: &Sink<'_>) {
    let known = field.family != Family::Unknown && !field.optional;
    if let Some(key) = field.args.allow_null.key().filter(|_| known)
        && field.args.allow_null.get() == Some(&true)
    {
        let ty = field.ty;
        let ty = quote::quote!(#ty).to_string().replace(' ', "");
        let message = format!("field `{}` cannot hold null", field.ident);
        sink.error(key, message).help(format_args!("`Option<{ty}>`"));
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
