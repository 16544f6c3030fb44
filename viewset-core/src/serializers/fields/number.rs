//! Numbers: DRF's `IntegerField`, `BigIntegerField` and `FloatField`. An integer that is the key of another
//! row is [`related`]'s business.
//!
//! A number that the Rust type cannot hold is answered as one beyond `max_value` or `min_value`,
//! as DRF does with the range of the database's column.

use serde::{Serialize, Serializer};

use super::{Bound, Field, FieldValue, Kind, LookupError, choice, python, refuse, related};
use crate::error::{ErrorDetail, Message};
use crate::renderers::json::float_repr;
use crate::serializers::Value;

/// The most characters of a text that is to be a number.
pub(super) const MAX_STRING_LENGTH: usize = 1000;

macro_rules! integer {
    ($($type:ty, $kind:ident, $bound:ident;)*) => {$(
        impl FieldValue for $type {
            const KIND: Kind = Kind::$kind;
            const RANGE: Option<(Bound, Bound)> =
                Some((Bound::Int(<$type>::MIN as i64), Bound::$bound(<$type>::MAX as _)));
            const COPIES: bool = true;

            fn copy_number(number: i64, out: &mut Vec<u8>) -> bool {
                let fits = <$type>::try_from(number).is_ok();
                if fits {
                    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
                }
                fits
            }

            fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
                if field.kind == Kind::Related {
                    let number = related::integer_key(value)?;
                    return <$type>::try_from(number).or_else(|_| related::unknown(value));
                }
                if field.kind == Kind::Choice {
                    let text = choice::from_value(value, field)?;
                    return text.parse().or_else(|_| refuse_integer(field));
                }
                check_length(value)?;
                let Some(number) = integer(value) else { return refuse_integer(field) };
                check_integer(number, field, <$type>::MIN.into(), <$type>::MAX.into())?;
                <$type>::try_from(number).or_else(|_| refuse_integer(field))
            }

            fn from_lookup(text: &str) -> Result<Self, LookupError> {
                let number = python::int(text).ok_or(LookupError::Invalid)?;
                <$type>::try_from(number).map_err(|_| LookupError::OutOfRange)
            }

            fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn to_position(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

integer! {
    i8, Integer, Int;
    i16, Integer, Int;
    i32, Integer, Int;
    i64, BigInteger, Int;
    u8, Integer, Int;
    u16, Integer, Int;
    u32, Integer, Int;
    u64, BigInteger, Unsigned;
}

fn refuse_integer<T>(field: &Field) -> Result<T, ErrorDetail> {
    match field.kind {
        Kind::BigInteger => refuse("A valid biginteger is required.", "invalid"),
        _ => refuse("A valid integer is required.", "invalid"),
    }
}

impl FieldValue for f64 {
    const KIND: Kind = Kind::Float;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let number = float(value)?;
        check_float(number, field, Self::MAX)?;
        Ok(number)
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        let number = python::float(text).ok_or(LookupError::Invalid)?;
        number.is_finite().then_some(number).ok_or(LookupError::OutOfRange)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(float_repr(*self, &mut ryu::Buffer::new()).into_owned())
    }
}

impl FieldValue for f32 {
    const KIND: Kind = Kind::Float;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let number = float(value)?;
        check_float(number, field, Self::MAX.into())?;
        Ok(nearest(number))
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        let number = nearest(f64::from_lookup(text)?);
        number.is_finite().then_some(number).ok_or(LookupError::OutOfRange)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        f64::from(*self).to_position()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the nearest f32 is what the column holds")]
const fn nearest(number: f64) -> f32 {
    number as f32
}

fn check_length(value: &Value) -> Result<(), Vec<Message>> {
    match value.as_str() {
        Some(text) if text.chars().nth(MAX_STRING_LENGTH).is_some() => {
            refuse("String value too large.", "max_string_length")
        }
        _ => Ok(()),
    }
}

/// `int(re.sub(r'\.0*\s*$', '', str(value)))`, as near to it as 128 bits come.
fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some((*number).into()),
        Value::BigInt(digits) => python::int(digits),
        Value::Float(number) => whole(*number),
        Value::Str(text) | Value::IllFormed { text, .. } => {
            let start = text.trim_end_matches(python::is_space).trim_end_matches('0');
            python::int(start.strip_suffix('.').unwrap_or(text))
        }
        _ => None,
    }
}

/// From 1e16 on Python writes a float with an exponent, which `int` does not read.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 1e16")]
fn whole(number: f64) -> Option<i128> {
    (number.fract() == 0.0 && number.abs() < 1e16).then_some(number as i128)
}

fn float(value: &Value) -> Result<f64, Vec<Message>> {
    check_length(value)?;
    let number = match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Int(number) => Some(nearest_float((*number).into())),
        Value::BigInt(digits) => match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => return refuse("Integer value too large to convert to float", "overflow"),
        },
        Value::Float(number) => Some(*number),
        Value::Str(text) | Value::IllFormed { text, .. } => python::float(text),
        _ => None,
    };
    match number {
        Some(number) if number.is_finite() => Ok(number),
        _ => refuse("A valid number is required.", "invalid"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Python's float() rounds too")]
const fn nearest_float(number: i128) -> f64 {
    number as f64
}

fn check_integer(number: i128, field: &Field, min: i128, max: i128) -> Result<(), Vec<Message>> {
    let bound = |bound: Option<Bound>| match bound {
        Some(Bound::Int(bound)) => Some(i128::from(bound)),
        Some(Bound::Unsigned(bound)) => Some(i128::from(bound)),
        Some(Bound::Float(_)) | None => None,
    };
    let max = bound(field.max_value).map_or(max, |bound| bound.min(max));
    let min = bound(field.min_value).map_or(min, |bound| bound.max(min));
    let mut errors = Vec::new();
    if number > max {
        errors.push(above(&max));
    }
    if number < min {
        errors.push(below(&min));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// `limit` is the greatest number of the type, of either sign.
fn check_float(number: f64, field: &Field, limit: f64) -> Result<(), Vec<Message>> {
    let size = |bound: &Bound| match *bound {
        Bound::Int(bound) => nearest_float(bound.into()),
        Bound::Unsigned(bound) => nearest_float(bound.into()),
        Bound::Float(bound) => bound,
    };
    let closer = |bound: Option<Bound>| bound.filter(|bound| size(bound).abs() < limit);
    let max = closer(field.max_value).unwrap_or(Bound::Float(limit));
    let min = closer(field.min_value).unwrap_or(Bound::Float(-limit));
    let mut errors = Vec::new();
    if number > size(&max) {
        errors.push(above(&max));
    }
    if number < size(&min) {
        errors.push(below(&min));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

pub(super) fn above(max: &dyn std::fmt::Display) -> Message {
    let text = format!("Ensure this value is less than or equal to {max}.");
    Message { text: text.into(), code: "max_value" }
}

pub(super) fn below(min: &dyn std::fmt::Display) -> Message {
    let text = format!("Ensure this value is greater than or equal to {min}.");
    Message { text: text.into(), code: "min_value" }
}
