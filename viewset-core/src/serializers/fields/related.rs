//! The key of a row of another model: DRF's `PrimaryKeyRelatedField`, as far as it needs no database. What a client sent
//! is looked for as it is, by what Django's field of the key makes of it; only a boolean is none.

use super::{Field, Kind, Uuid, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// The empty string is null to a relation, whether it may be null or not.
pub(super) fn is_null(value: &Value, field: &Field) -> bool {
    field.kind == Kind::Related && matches!(value, Value::Str(text) if text.is_empty())
}

/// `int(value)`: `1.5` is one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number too great is the key of no row either"
)]
pub(super) fn integer_key(value: &Value) -> Result<i128, ErrorDetail> {
    let key = match value {
        Value::Int(number) => Some((*number).into()),
        Value::BigInt(digits) => Some(python::int(digits).unwrap_or(i128::MAX)),
        Value::Float(number) => Some(*number as i128),
        Value::Str(text) => python::int(text),
        _ => None,
    };
    key.map_or_else(|| wrong_type(value), Ok)
}

/// `str(value)`. A text that no column has is the key of no row.
pub(super) fn text_key(value: &Value) -> Result<String, ErrorDetail> {
    match value {
        Value::Bool(_) | Value::IllFormed { .. } => wrong_type(value),
        _ => match python::str(value) {
            text if text.contains('\0') => unknown(value),
            text => Ok(text),
        },
    }
}

/// `uuid.UUID(value)`, with the words of a model's field.
pub(super) fn uuid_key(value: &Value) -> Result<Uuid, ErrorDetail> {
    match (value, Uuid::of(value)) {
        (Value::Bool(_), _) => wrong_type(value),
        (_, Some(uuid)) => Ok(uuid),
        (_, None) => refuse(no_uuid(&python::str(value)), "invalid"),
    }
}

/// What Django's `UUIDField` says of a text that is none.
pub(crate) fn no_uuid(text: &str) -> String {
    format!("“{text}” is not a valid UUID.")
}

/// What Django looks for in a field of a kind where a client names a row by it (DRF's `SlugRelatedField`), as text.
///
/// # Errors
///
/// A value that such a field cannot have.
pub(crate) fn looked_for(value: &Value, kind: Kind) -> Result<String, ErrorDetail> {
    let invalid = || refuse("Invalid value.", "invalid");
    match (kind, value) {
        (Kind::Integer | Kind::BigInteger, Value::Bool(value)) => Ok(u8::from(*value).to_string()),
        (Kind::Integer | Kind::BigInteger, _) => {
            integer_key(value).map_or_else(|_| invalid(), |number| Ok(number.to_string()))
        }
        (Kind::Uuid, _) => match Uuid::of(value) {
            Some(uuid) => Ok(uuid.to_string()),
            None => refuse(no_uuid(&python::str(value)), "invalid"),
        },
        (_, Value::IllFormed { .. }) => invalid(),
        _ => Ok(python::str(value)),
    }
}

/// The answer to a text that no row has in a unique field.
pub(crate) fn no_such_row(source: &str, text: &str) -> ErrorDetail {
    let text = format!("Object with {source}={text} does not exist.");
    ErrorDetail::List(vec![ErrorDetail::message(text, "does_not_exist")])
}

fn wrong_type<T>(value: &Value) -> Result<T, ErrorDetail> {
    let received = value.type_name();
    refuse(format!("Incorrect type. Expected pk value, received {received}."), "incorrect_type")
}

/// The answer to a key that no row has.
pub(super) fn unknown<T>(value: &Value) -> Result<T, ErrorDetail> {
    Err(no_such_key(&python::str(value)))
}

/// The same, of the key as it was sent.
pub(crate) fn no_such_key(key: &str) -> ErrorDetail {
    let text = format!("Invalid pk \"{key}\" - object does not exist.");
    ErrorDetail::List(vec![ErrorDetail::message(text, "does_not_exist")])
}
