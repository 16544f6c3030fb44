//! The key of a row of another model: DRF's `PrimaryKeyRelatedField`, as far as it needs no database.

use super::{Field, Kind, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// The empty string is null to a relation, whether it may be null or not.
pub(super) fn is_null(value: &Value, field: &Field) -> bool {
    field.kind == Kind::Related && matches!(value, Value::Str(text) if text.is_empty())
}

/// `int(value)` of all that is no boolean: `1.5` is one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number too great is the key of no row either"
)]
pub(super) fn key(value: &Value) -> Result<i128, ErrorDetail> {
    let key = match value {
        Value::Int(number) => Some((*number).into()),
        Value::BigInt(digits) => Some(python::int(digits).unwrap_or(i128::MAX)),
        Value::Float(number) => Some(*number as i128),
        Value::Str(text) if text.is_empty() => {
            return refuse("This field may not be null.", "null");
        }
        Value::Str(text) => python::int(text),
        _ => None,
    };
    match key {
        Some(key) => Ok(key),
        None => {
            let received = value.type_name();
            let text = format!("Incorrect type. Expected pk value, received {received}.");
            refuse(text, "incorrect_type")
        }
    }
}

/// The answer to a key that no row has.
pub(super) fn unknown<T>(value: &Value) -> Result<T, ErrorDetail> {
    let key = python::str(value);
    refuse(format!("Invalid pk \"{key}\" - object does not exist."), "does_not_exist")
}
