//! One of several texts: DRF's `ChoiceField`, which trims nothing and compares `str(value)`.

use super::{Field, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// The choice that `value` is.
pub(super) fn from_value(value: &Value, field: &Field) -> Result<String, ErrorDetail> {
    let text = python::str(value);
    let is_choice = field.choices.unwrap_or_default().iter().any(|(choice, _)| *choice == text);
    let is_blank = field.allow_blank && matches!(value, Value::Str(text) if text.is_empty());
    match is_choice || is_blank {
        true => Ok(text),
        false => refuse(format!("\"{text}\" is not a valid choice."), "invalid_choice"),
    }
}
