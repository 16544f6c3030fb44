//! What one field is and accepts, in DRF's words: each family of Rust types in a file of its own.
//! That a field can be absent or null is the [`Reader`](super::Reader)'s business.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::Value;
use crate::diesel::{Model, field_index, same};
use crate::error::{ErrorDetail, Message};

mod boolean;
mod choice;
mod datetime;
mod decimal;
mod dict;
mod duration;
mod file;
mod format;
mod ip;
mod iso8601;
mod kind;
mod list;
mod number;
mod pattern;
pub(crate) mod python;
mod related;
mod text;
mod uuid;

pub use decimal::Decimal;
pub(crate) use decimal::plain as decimal_text;
pub use dict::{Dict, JsonValue};
pub use duration::Duration;
pub use ip::Ip;
pub use kind::{Bound, Kind};
pub use list::List;
pub use pattern::Pattern;
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
    /// Whether the column holds NULL.
    pub nullable: bool,
    /// The empty string is a value.
    pub allow_blank: bool,
    /// Whether a list, an object or a file may be empty; `None` is the default of its kind: files may not.
    pub allow_empty: Option<bool>,
    /// The regex that a text has to match somewhere.
    pub regex: Option<Pattern>,
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
    /// The fields of a nested object.
    pub children: Option<&'static [Field]>,
    /// The values that there are, each with its name for people.
    pub choices: Option<&'static [(&'static str, &'static str)]>,
    /// The model of whose rows the value is a key.
    pub related: Option<&'static str>,
    /// Whether no other row may have the value.
    pub unique: bool,
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
            nullable: T::NULLABLE,
            allow_blank: false,
            allow_empty: None,
            regex: None,
            trim_whitespace: true,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            range: T::RANGE,
            digits: T::DIGITS,
            child: T::CHILD,
            children: T::CHILDREN,
            choices: None,
            related: None,
            unique: false,
            label: None,
            help_text: None,
        }
    }

    /// The field `source` of a model; `message` is the compiler error if there is none.
    ///
    /// # Panics
    ///
    /// Only in constants.
    #[must_use]
    pub const fn of<M: Model>(source: &str, message: &str) -> Self {
        let key = const { &M::KEY.field };
        if same(source, key.source) {
            return *key;
        }
        M::FIELDS[field_index::<M>(source, message)]
    }

    /// The row of another model, named by this unique field of it (DRF's `SlugRelatedField`).
    #[must_use]
    pub const fn slug_related(self, name: &'static str, null: bool) -> Self {
        let mut field = Self::new::<String>(name, name).required(!null).allow_null(null);
        field.kind = Kind::SlugRelated;
        field
    }

    /// A field of the output that is made of the row.
    #[must_use]
    pub const fn computed(name: &'static str) -> Self {
        let mut field = Self::new::<String>(name, name).read_only();
        field.kind = Kind::Computed;
        field
    }

    /// A row of another model, shown by a serializer with these fields.
    #[must_use]
    pub const fn nested(name: &'static str, fields: &'static [Self]) -> Self {
        let mut field = Self::new::<String>(name, name).read_only();
        field.kind = Kind::Nested;
        field.children = Some(fields);
        field
    }

    /// The keys of rows of another model, by the rows of a third in between.
    #[must_use]
    pub const fn many_related(name: &'static str) -> Self {
        let mut field = Self::new::<Vec<String>>(name, name);
        field.kind = Kind::ManyRelated;
        field.child = None;
        field
    }

    /// Rows of another model that belong to the row, each shown by a serializer.
    #[must_use]
    pub const fn many_nested(name: &'static str, child: &'static Self) -> Self {
        Self::many_related(name).read_only().child(child)
    }

    /// The name in the client's data.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
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

    /// Whether a list, an object or a file may be empty.
    #[must_use]
    pub const fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.allow_empty = Some(allow_empty);
        self
    }

    /// A text that matches a regex somewhere.
    #[must_use]
    pub const fn regex(mut self, pattern: Pattern) -> Self {
        self.kind = Kind::Regex;
        self.regex = Some(pattern);
        self
    }

    /// One of these, each with its name for people; for a list, some of these.
    #[must_use]
    pub const fn choices(mut self, choices: &'static [(&'static str, &'static str)]) -> Self {
        self.kind = match self.kind {
            Kind::List => Kind::MultipleChoice,
            _ => Kind::Choice,
        };
        self.choices = Some(choices);
        self
    }

    /// The key of a row of the model of this name.
    #[must_use]
    pub const fn related(mut self, model: &'static str) -> Self {
        self.kind = Kind::Related;
        self.related = Some(model);
        self.range = None;
        self
    }

    /// No other row may have the value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
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
            NaiveDate, NaiveTime, the Decimal, Dict, Duration, Ip, JsonValue, List and Uuid of \
            viewset's `serializers`, Vec, UploadedFile, the addresses of std::net, structs that \
            derive Serializer, and an Option of these",
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

    /// The fields, for a nested object.
    const CHILDREN: Option<&'static [Field]> = None;

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

    /// Writes the value as DRF represents it.
    ///
    /// # Errors
    ///
    /// The writer's.
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// The value as Python's `str()` spells it, which `from_lookup` reads as the same value: for cursors, and
    /// for validators that ask the database. `None` for null. Default: `None`, and neither works for such a
    /// field.
    fn to_position(&self) -> Option<String> {
        None
    }
}

/// A value on its way to a writer of serde's, as DRF represents it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a, T>(pub &'a T);

impl<T: FieldValue> Serialize for Shown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.represent(serializer)
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    const RANGE: Option<(Bound, Bound)> = T::RANGE;
    const DIGITS: Option<(u32, u32)> = T::DIGITS;
    const CHILD: Option<&'static Field> = T::CHILD;
    const CHILDREN: Option<&'static [Field]> = T::CHILDREN;

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

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.represent(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn to_position(&self) -> Option<String> {
        self.as_ref()?.to_position()
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
