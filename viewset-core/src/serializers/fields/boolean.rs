//! Booleans: DRF's `BooleanField` with its words.

use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

const TRUE: [&str; 6] = ["t", "y", "yes", "true", "on", "1"];
const FALSE: [&str; 6] = ["f", "n", "no", "false", "off", "0"];

impl FieldValue for bool {
    const KIND: Kind = Kind::Boolean;
    const COPIES: bool = true;

    fn copy_number(number: i64, out: &mut Vec<u8>) -> bool {
        let word: &[u8] = if number == 0 { b"false" } else { b"true" };
        out.extend_from_slice(word);
        true
    }

    /// Null, the empty string and the word `null`.
    fn is_null(value: &Value, _field: &Field) -> bool {
        match value {
            Value::Null => true,
            Value::Str(text) => text.is_empty() || text.eq_ignore_ascii_case("null"),
            _ => false,
        }
    }

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        let is_one_of =
            |text: &str, words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Int(1) => Ok(true),
            Value::Int(0) => Ok(false),
            Value::Float(1.0) => Ok(true),
            Value::Float(0.0) => Ok(false),
            Value::Str(text) if is_one_of(text, TRUE) => Ok(true),
            Value::Str(text) if is_one_of(text, FALSE) => Ok(false),
            _ => refuse("Must be a valid boolean.", "invalid"),
        }
    }

    /// The words of Django's model field, which knows their case.
    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        match text {
            "t" | "True" | "1" => Ok(true),
            "f" | "False" | "0" => Ok(false),
            _ => Err(LookupError::Invalid),
        }
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(if *self { "True" } else { "False" }.to_owned())
    }
}
