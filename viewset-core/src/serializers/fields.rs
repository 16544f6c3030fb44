//! What one field is and accepts, in DRF's words: each family of Rust types in a file of its own.
//! That a field can be absent or null is the [`Reader`](super::Reader)'s business.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::Value;
use crate::error::{ErrorDetail, Message};

mod boolean;
mod choice;
mod copied;
mod datetime;
mod decimal;
mod dict;
mod duration;
mod field;
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
mod spelled;
mod text;
mod utc;
mod uuid;

#[cfg(feature = "sqlite")]
pub(crate) use copied::pair;
pub use decimal::Decimal;
pub(crate) use decimal::plain as decimal_text;
pub use dict::{Dict, JsonValue};
pub use duration::Duration;
pub use field::Field;
pub use ip::Ip;
pub use kind::{Bound, Kind};
pub use list::List;
pub use pattern::Pattern;
pub(crate) use related::{looked_for, no_such_key, no_such_row, no_uuid};
pub use utc::UtcDateTime;
pub use uuid::Uuid;

/// A Rust type that can be a field: what it accepts from a body, and what from a URL.
///
/// # Compiler errors
///
/// `X cannot be a field`: use one of the types in the note. A field of a model that no client may
/// see or set needs no such type: mark it `#[serde(skip)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a serializer",
    label = "not a type of field",
    note = "fields are String, integers of up to 64 bits, f32, f64, bool, NaiveDateTime, DateTime<Utc>, \
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
    fn is_null(value: &Value, field: &Field) -> bool {
        matches!(value, Value::Null) || related::is_null(value, field)
    }

    /// What it means that a form lacks the field, unless the update is partial: a box that is not checked is
    /// false. Default: nothing, the field is absent.
    fn unchecked() -> Option<Self> {
        None
    }

    /// Whether it is worth a try to copy what is stored: [`copy_text`](Self::copy_text), [`copy_ascii`](Self::copy_ascii),
    /// [`copy_moment`](Self::copy_moment) and [`copy_number`](Self::copy_number).
    const COPIES: bool = false;

    /// Writes a stored text as the JSON that the value is shown as, where that takes no look at what it means; says
    /// whether it did. Default: it does not, and the value is read and represented.
    fn copy_text(_text: &str, _out: &mut Vec<u8>) -> bool {
        false
    }

    /// The same for the bytes of a text, where it is enough that each is a character of ASCII and shown as it is.
    fn copy_ascii(_bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        false
    }

    /// The same for a point in time that is stored as microseconds since the year 2000 began.
    fn copy_moment(_microseconds: i64, _out: &mut Vec<u8>) -> bool {
        false
    }

    /// The same for an integer, or a boolean that is stored as one.
    fn copy_number(_number: i64, _out: &mut Vec<u8>) -> bool {
        false
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

/// The type that a field of a serializer is declared with, without its `Option`: that of the model's field which it shows.
#[diagnostic::on_unimplemented(
    message = "a field of a serializer is a `{Self}`, and what it shows is a `{Column}`",
    label = "not the type of the model's field"
)]
pub trait ShownAs<Column> {}

impl<T> ShownAs<T> for T {}

impl<T> ShownAs<Option<T>> for T {}

/// Not public API. Used by generated code: a value that is declared as a `D`.
pub fn shown_as<D: ShownAs<T>, T>(value: &T) -> &T {
    value
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    const RANGE: Option<(Bound, Bound)> = T::RANGE;
    const DIGITS: Option<(u32, u32)> = T::DIGITS;
    const CHILD: Option<&'static Field> = T::CHILD;
    const CHILDREN: Option<&'static [Field]> = T::CHILDREN;
    const COPIES: bool = T::COPIES;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        T::copy_text(text, out)
    }

    fn copy_ascii(bytes: &[u8], out: &mut Vec<u8>) -> bool {
        T::copy_ascii(bytes, out)
    }

    fn copy_moment(microseconds: i64, out: &mut Vec<u8>) -> bool {
        T::copy_moment(microseconds, out)
    }

    fn copy_number(number: i64, out: &mut Vec<u8>) -> bool {
        T::copy_number(number, out)
    }

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
    let is_null = matches!(value, Value::Null) || related::is_null(value, field);
    match is_null && !field.allow_null {
        true => refuse("This field may not be null.", "null"),
        false => T::from_value(value, field),
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
