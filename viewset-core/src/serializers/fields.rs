//! What one field is and accepts, in DRF's words: each family of Rust types in a file of its own.
//! That a field can be absent or null is the [`Reader`](super::Reader)'s business.

use std::borrow::Cow;
use std::fmt;

use super::Value;
use crate::error::{ErrorDetail, Message};

mod boolean;
mod choice;
mod datetime;
mod decimal;
mod duration;
mod format;
mod iso8601;
mod kind;
mod list;
mod number;
mod python;
mod related;
mod text;
mod uuid;

pub use decimal::Decimal;
pub use duration::Duration;
pub use kind::{Bound, Kind};
pub use list::List;
pub use uuid::Uuid;

/// The description of a field, as `#[field(…)]` gave it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The key in the client's data.
    pub name: &'static str,
    /// The Rust field.
    pub source: &'static str,
    /// The column of a model's field, as the database names it.
    pub column: &'static str,
    /// The family of types.
    pub kind: Kind,
    /// Absent is an error, except in a partial update.
    pub required: bool,
    /// In the output only; what a client sends for it is ignored.
    pub read_only: bool,
    /// In the input only.
    pub write_only: bool,
    /// `null` is a value.
    pub allow_null: bool,
    /// The empty string is a value.
    pub allow_blank: bool,
    /// Whether blanks around a text are taken off.
    pub trim_whitespace: bool,
    /// The fewest characters (code points) of a text, or items of a list.
    pub min_length: Option<usize>,
    /// The most characters (code points) of a text, or items of a list.
    pub max_length: Option<usize>,
    /// The least number.
    pub min_value: Option<Bound>,
    /// The greatest number.
    pub max_value: Option<Bound>,
    /// The least and the greatest value that the type can hold, for an integer.
    pub range: Option<(Bound, Bound)>,
    /// The most digits of a decimal number, and how many of them stand behind the point.
    pub digits: Option<(u32, u32)>,
    /// The field of each item of a list.
    pub child: Option<&'static Field>,
    /// The values that there are, each with its name for people.
    pub choices: Option<&'static [(&'static str, &'static str)]>,
    /// The model of whose rows the value is a key.
    pub related: Option<&'static str>,
    /// The name for people.
    pub label: Option<&'static str>,
    /// A sentence on what the field is for.
    pub help_text: Option<&'static str>,
}

impl Field {
    /// A field of the type `T`: required, or nullable and not required if `T` is an `Option`.
    #[must_use]
    pub const fn new<T: FieldValue>(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            column: source,
            kind: T::KIND,
            required: !T::NULLABLE,
            read_only: false,
            write_only: false,
            allow_null: T::NULLABLE,
            allow_blank: false,
            trim_whitespace: true,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            range: T::RANGE,
            digits: T::DIGITS,
            child: T::CHILD,
            choices: None,
            related: None,
            label: None,
            help_text: None,
        }
    }

    /// The column, where it has another name than the Rust field.
    #[must_use]
    pub const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// Whether absent is an error.
    #[must_use]
    pub const fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// For the output only, and so never required.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self.required = false;
        self
    }

    /// For the input only.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Whether `null` is a value.
    #[must_use]
    pub const fn allow_null(mut self, allow_null: bool) -> Self {
        self.allow_null = allow_null;
        self
    }

    /// The empty string is a value.
    #[must_use]
    pub const fn allow_blank(mut self) -> Self {
        self.allow_blank = true;
        self
    }

    /// Whether blanks around a text are taken off; they are by default. Not those of a password.
    #[must_use]
    pub const fn trim_whitespace(mut self, trim: bool) -> Self {
        self.trim_whitespace = trim;
        self
    }

    /// The fewest characters of a text.
    #[must_use]
    pub const fn min_length(mut self, length: usize) -> Self {
        self.min_length = Some(length);
        self
    }

    /// The most characters of a text.
    #[must_use]
    pub const fn max_length(mut self, length: usize) -> Self {
        self.max_length = Some(length);
        self
    }

    /// The least number.
    #[must_use]
    pub const fn min_value(mut self, bound: Bound) -> Self {
        self.min_value = Some(bound);
        self
    }

    /// The greatest number.
    #[must_use]
    pub const fn max_value(mut self, bound: Bound) -> Self {
        self.max_value = Some(bound);
        self
    }

    /// A text that is an e-mail address, a URL or a slug.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// A text that is one of these, each with its name for people.
    #[must_use]
    pub const fn choices(mut self, choices: &'static [(&'static str, &'static str)]) -> Self {
        self.kind = Kind::Choice;
        self.choices = Some(choices);
        self
    }

    /// The key of a row of the model of this name. Whether there is the row is for the database's
    /// foreign key to tell.
    #[must_use]
    pub const fn related(mut self, model: &'static str) -> Self {
        self.kind = Kind::Related;
        self.related = Some(model);
        self.range = None;
        self
    }

    /// The field of each item of a list, where it has rules of its own.
    #[must_use]
    pub const fn child(mut self, child: &'static Field) -> Self {
        self.child = Some(child);
        self
    }

    /// The field of each item of the list `T`, to be given further rules.
    #[must_use]
    pub const fn child_of<T: FieldValue>() -> Self {
        match T::CHILD {
            Some(child) => *child,
            None => Self::new::<T>("", ""),
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(mut self, label: &'static str) -> Self {
        self.label = Some(label);
        self
    }

    /// A sentence on what the field is for.
    #[must_use]
    pub const fn help_text(mut self, text: &'static str) -> Self {
        self.help_text = Some(text);
        self
    }
}

/// A Rust type that can be a field: what it accepts from a body, and what from a URL.
///
/// # Compiler errors
///
/// `X cannot be a field`: use one of the types in the note. A field of a model that no client may
/// see or set needs no such type: mark it `#[serde(skip)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a serializer",
    label = "not a type of field",
    note = "fields are String, i16, i32, i64, f32, f64, bool, NaiveDateTime, DateTime<Utc>, \
            NaiveDate, NaiveTime, the Decimal, Duration, Uuid and List of viewset's \
            `serializers`, Vec, and an Option of these",
    note = "a field of a model that no client may see or set: `#[serde(skip)]`"
)]
pub trait FieldValue: Sized {
    /// The family of the type.
    const KIND: Kind;

    /// Whether `null` is a value of the type.
    const NULLABLE: bool = false;

    /// The least and the greatest value, for an integer.
    const RANGE: Option<(Bound, Bound)> = None;

    /// The most digits and the digits behind the point, for a decimal number.
    const DIGITS: Option<(u32, u32)> = None;

    /// The field of each item, for a list.
    const CHILD: Option<&'static Field> = None;

    /// Whether a nullable field of this type takes `value` for null.
    fn is_null(value: &Value, _field: &Field) -> bool {
        matches!(value, Value::Null)
    }

    /// What it means that a form lacks the field, unless the update is partial: a box that is not checked is
    /// false. Default: nothing, the field is absent.
    fn unchecked() -> Option<Self> {
        None
    }

    /// Converts and validates what a client sent. `null` comes here only if `field` allows it.
    ///
    /// # Errors
    ///
    /// What DRF has to say of the value: a list of messages in its order, or a map of what is inside.
    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail>;

    /// Converts a value of a URL, such as the `7` of `/users/7/`.
    ///
    /// # Errors
    ///
    /// If the text means no value of this type.
    fn from_lookup(text: &str) -> Result<Self, LookupError>;
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    const RANGE: Option<(Bound, Bound)> = T::RANGE;
    const DIGITS: Option<(u32, u32)> = T::DIGITS;
    const CHILD: Option<&'static Field> = T::CHILD;

    fn is_null(value: &Value, field: &Field) -> bool {
        T::is_null(value, field)
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        match field.allow_null && T::is_null(value, field) {
            true => Ok(None),
            false => T::from_value(value, field).map(Some),
        }
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        T::from_lookup(text).map(Some)
    }
}

/// Why a value of a URL finds no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupError {
    /// The text is of the wrong type: `/users/abc/`.
    Invalid,
    /// The type is right, but no column can hold the value: `/users/99999999999/`.
    OutOfRange,
    /// The model has no such field.
    UnknownField,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the value is of the wrong type",
            Self::OutOfRange => "the value is out of range",
            Self::UnknownField => "the model has no such field",
        })
    }
}

impl std::error::Error for LookupError {}

/// Converts and validates a value that was sent for `field`, be it null or not.
pub(super) fn run_validation<T: FieldValue>(
    value: &Value,
    field: &Field,
) -> Result<T, ErrorDetail> {
    match value {
        Value::Null if !field.allow_null => refuse("This field may not be null.", "null"),
        _ => T::from_value(value, field),
    }
}

/// One message as the whole error of a field.
fn refuse<T, E: From<Vec<Message>>>(
    text: impl Into<Cow<'static, str>>,
    code: &'static str,
) -> Result<T, E> {
    Err(vec![Message { text: text.into(), code }].into())
}

#[cfg(test)]
mod tests;
