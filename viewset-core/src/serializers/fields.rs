//! What one field is and accepts, in DRF's words: each family of Rust types in a file of its own.
//! That a field can be absent or null is the [`Reader`](super::Reader)'s business.

use std::borrow::Cow;
use std::fmt;

use super::Value;
use crate::error::Message;

mod boolean;
mod datetime;
mod iso8601;
mod number;
mod python;
mod text;

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
    /// The fewest characters (code points) of a text.
    pub min_length: Option<usize>,
    /// The most characters (code points) of a text.
    pub max_length: Option<usize>,
    /// The least number.
    pub min_value: Option<Bound>,
    /// The greatest number.
    pub max_value: Option<Bound>,
    /// The least and the greatest value that the type can hold, for an integer.
    pub range: Option<(Bound, Bound)>,
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
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            range: T::RANGE,
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

/// The family of a field's type, as OPTIONS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    String,
    /// An integer of up to 32 bits.
    Integer,
    /// An integer of 64 bits, which has a message of its own.
    BigInteger,
    /// A floating-point number.
    Float,
    /// True or false.
    Boolean,
    /// A date with a time.
    DateTime,
    /// A date.
    Date,
    /// A time of day.
    Time,
}

impl Kind {
    /// The `type` in the answer to OPTIONS.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer | Self::BigInteger => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Date => "date",
            Self::Time => "time",
        }
    }
}

/// The limit of a number, shown in the message as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// An integer.
    Int(i64),
    /// A finite float.
    Float(f64),
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => {
                f.write_str(&crate::renderers::json::float_repr(*value, &mut ryu::Buffer::new()))
            }
        }
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
            NaiveDate, NaiveTime, and an Option of these",
    note = "a field of a model that no client may see or set: `#[serde(skip)]`"
)]
pub trait FieldValue: Sized {
    /// The family of the type.
    const KIND: Kind;

    /// Whether `null` is a value of the type.
    const NULLABLE: bool = false;

    /// The least and the greatest value, for an integer.
    const RANGE: Option<(Bound, Bound)> = None;

    /// Whether a nullable field of this type takes `value` for null.
    fn is_null(value: &Value) -> bool {
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
    /// Every message that DRF has for the value, in its order.
    fn from_value(value: &Value, field: &Field) -> Result<Self, Vec<Message>>;

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

    fn is_null(value: &Value) -> bool {
        T::is_null(value)
    }

    /// Null, where the type itself would have a value.
    fn unchecked() -> Option<Self> {
        T::unchecked().map(|_| None)
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, Vec<Message>> {
        match field.allow_null && T::is_null(value) {
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

/// One message as the whole error of a field.
fn refuse<T>(text: impl Into<Cow<'static, str>>, code: &'static str) -> Result<T, Vec<Message>> {
    Err(vec![Message { text: text.into(), code }])
}

#[cfg(test)]
mod tests;
