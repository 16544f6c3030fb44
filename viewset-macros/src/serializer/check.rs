//! The rules of a serializer that is a plain struct.

use super::Serializer;
use crate::attr::Attr;
use crate::diagnostics::Sink;
use crate::field::args::SourcePath;
use crate::field::{self, Field, types};

/// All rules.
pub(super) fn check(serializer: &Serializer<'_>, sink: &Sink<'_>) {
    for field in &serializer.fields {
        let sink = sink.child();
        field::check::check(field, &sink);
        if !sink.failed() {
            check_one_way(field, &sink);
        }
        if !sink.failed() {
            check_one_step(field, &sink);
            check_through(field, &sink);
            check_words_of_values(field, &sink);
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

/// A field is shown in one way.
fn check_one_way(field: &Field<'_>, sink: &Sink<'_>) {
    let args = &field.args;
    let ways =
        [args.method.key(), args.hyperlink.key(), args.slug_related.key(), args.nested.key()];
    let of_rows = [args.method.key(), args.through.key()];
    let pairs = [&ways[..], &of_rows].map(|keys| keys.iter().flatten().collect::<Vec<_>>());
    if let Some([first, second, ..]) = pairs.iter().map(Vec::as_slice).find(|keys| keys.len() > 1) {
        let name = field.ident;
        let message = format!("field `{name}` may not set both `{first}` and `{second}`");
        sink.error(second, message);
    }
}

/// The URL of a row is that of the row that a key refers to, and not that of one of its fields; only rows in between lead
/// further.
fn check_one_step(field: &Field<'_>, sink: &Sink<'_>) {
    let Some(source) = field.args.source.get().filter(|_| field.args.through.get().is_none())
    else {
        return;
    };
    if let Some(third) = &source.third {
        let message = "a field is one relation away at most: `author.name`";
        sink.error(third, message).help("`through` names the rows in between: `book.tag.name`");
    }
    if let (Some(_), Some(second)) = (field.args.hyperlink.get(), &source.second) {
        let message = format!("the URL of field `{}` is that of a row", field.ident);
        sink.error(second, message).help(format_args!("`source = {}`", source.first));
    }
}

/// What is found in a row has no value of its own, so nothing is said about its value.
fn check_words_of_values(field: &Field<'_>, sink: &Sink<'_>) {
    let args = &field.args;
    let is_found = [args.method.key(), args.hyperlink.key(), args.nested.key(), args.through.key()];
    let is_dotted = args.source.get().is_some_and(|source| source.second.is_some());
    if !is_dotted && is_found.iter().all(Option::is_none) {
        return;
    }
    let keys = [
        args.default.key(),
        args.default_with.key(),
        args.validators.key(),
        args.validate.key(),
        args.unique.key(),
        args.related.key(),
        args.choices.key(),
        args.regex.key(),
        args.child.key(),
        args.min_length.key(),
        args.max_length.key(),
        args.min_value.key(),
        args.max_value.key(),
    ];
    for key in keys.into_iter().flatten() {
        let name = field.ident;
        sink.error(
            key,
            format_args!("`{key}` says nothing about field `{name}`, which is found in a row"),
        )
        .help("a hook of the whole, `#[serializer(validate = …)]`, can check it");
    }
}

/// Rows in between are found by the field that refers to this model; they are shown themselves, by their other key, or by
/// the row that it refers to.
fn check_through(field: &Field<'_>, sink: &Sink<'_>) {
    let (args, name) = (&field.args, field.ident);
    let Some(key) = args.through.key() else { return };
    if args.source.get().is_none() && !args.source.is_missing() {
        return;
    }
    let steps = args.source.get().map_or(0, SourcePath::steps);
    let is = |flag: &Attr<bool>| flag.get() == Some(&true);
    let (fits, help) = if is(&args.nested) {
        let help = "`#[field(nested, through = Loan, source = book)]` for the loans of a book, \
                    `source = book.tag` for its tags";
        ((1..=2).contains(&steps), help)
    } else if is(&args.slug_related) {
        let help = "`#[field(slug_related, through = BookTag, source = book.tag.name)]` for the \
                    names of a book's tags";
        (steps == 3, help)
    } else if args.hyperlink.get().is_some() {
        let help = "`#[field(hyperlink, through = BookTag, source = book.tag)]` for the URLs of a \
                    book's tags";
        (steps == 2, help)
    } else {
        let help = "`#[field(through = BookTag, source = book.tag)]` for the tags of a book";
        ((2..=3).contains(&steps), help)
    };
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
