//! Objects with any keys: DRF's `DictField` with a field for its values, and `JSONField`.

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, Shown, refuse, run_validation};
use crate::data::{FormData, Text};
use crate::error::{ErrorDetail, MOST_ERRORS};
use crate::serializers::Value;

/// An object with any keys, in their order, which a column holds as JSON text.
/// `#[field(child(max_length = 20))]` is about each value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dict<T>(pub Vec<(String, T)>);

impl<T> Dict<T> {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for Dict<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Dict<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Dict<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dict<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Dict(entries))
            }
        }
        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

impl<T: FieldValue> FieldValue for Dict<T> {
    const KIND: Kind = Kind::Dict;
    const CHILD: Option<&'static Field> = Some(const { &Field::new::<T>("", "") });

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let entries = match value {
            Value::Map(entries) => entries,
            // An item of a list in a form.
            Value::Form(form) => &members_of(form),
            other => {
                let name = other.type_name();
                let text = format!("Expected a dictionary of items but got type \"{name}\".");
                return refuse(text, "not_a_dict");
            }
        };
        if entries.is_empty() && field.allow_empty == Some(false) {
            return refuse("This dictionary may not be empty.", "empty");
        }
        let child = field.child.map_or_else(Field::child_of::<Self>, |child| *child);
        let (mut values, mut errors) = (Vec::with_capacity(entries.len()), Vec::new());
        for (key, value) in entries {
            if errors.len() == MOST_ERRORS {
                break;
            }
            match run_validation(value, &child) {
                Ok(value) => values.push((key.to_string(), value)),
                Err(error) => errors.push((key.to_string().into(), error)),
            }
        }
        if errors.is_empty() { Ok(Self(values)) } else { Err(ErrorDetail::Map(errors)) }
    }

    /// A URL names no object.
    fn from_lookup(_: &str) -> Result<Self, LookupError> {
        Err(LookupError::Invalid)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, &Shown(value))?;
        }
        map.end()
    }
}

/// Any JSON, which a column holds as text: DRF's `JSONField`.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonValue(pub Value);

impl Serialize for JsonValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl FieldValue for JsonValue {
    const KIND: Kind = Kind::Json;

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        let value = match value {
            // An item of a list in a form.
            Value::Form(form) => Value::Map(members_of(form)),
            other => other.clone(),
        };
        match is_json(&value) {
            true => Ok(Self(value)),
            false => refuse("Value must be valid JSON.", "invalid"),
        }
    }

    /// A URL names no JSON.
    fn from_lookup(_: &str) -> Result<Self, LookupError> {
        Err(LookupError::Invalid)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Each name with its last value.
fn members_of(form: &FormData) -> Vec<(Text, Value)> {
    form.last_values().map(|(name, value)| (name.into(), value)).collect()
}

/// Files are no JSON, and neither are infinite numbers and texts that are none.
fn is_json(value: &Value) -> bool {
    match value {
        Value::File(_) | Value::Form(_) | Value::IllFormed { .. } => false,
        Value::Float(number) => number.is_finite(),
        Value::List(items) => items.iter().all(is_json),
        Value::Map(entries) => entries.iter().all(|(_, value)| is_json(value)),
        _ => true,
    }
}
