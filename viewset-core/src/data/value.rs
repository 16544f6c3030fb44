//! One value of what a client sent. Which values a field accepts is the serializers' business, how bytes
//! become values the parsers'.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{FormData, Text, UploadedFile};

/// A value as a client sent it, with as many types as Python's `json` module knows.
///
/// [`serde_json::Value`] does not fit: it refuses strings with lone surrogates, which JSON allows
/// and DRF answers with a message of the field, and it cannot hold integers of any size.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// The decimal digits, after a `-` if it is negative, of an integer outside [`i64`].
    BigInt(Box<str>),
    /// A number with a point or an exponent; `1e400` is infinite.
    Float(f64),
    /// A string.
    Str(Text),
    /// A string with UTF-16 surrogates that belong to no pair, which only an escape such as
    /// `"\ud83d"` can bring about.
    IllFormed {
        /// The string with U+FFFD for each of the surrogates.
        text: Text,
        /// The first of the surrogates.
        surrogate: u16,
    },
    /// An array.
    List(Vec<Value>),
    /// An object in the client's order. No key stands twice: the last value wins, at the first
    /// one's place.
    Map(Vec<(Text, Value)>),
    /// The fields and files of a form.
    Form(FormData),
    /// A file, where a serializer meets one in a form.
    File(UploadedFile),
}

/// Bodies are made of many, and each is moved several times.
const _: () = assert!(size_of::<Value>() <= 32);

impl Value {
    /// The name that Python has for the type: `dict`, `list`, `str`, `int`, `float`, `bool` or
    /// `NoneType`, as DRF's messages show it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) | Self::IllFormed { .. } => "str",
            Self::List(_) => "list",
            Self::Map(_) => "dict",
            Self::Form(_) => "QueryDict",
            Self::File(file) if file.path().is_some() => "TemporaryUploadedFile",
            Self::File(_) => "InMemoryUploadedFile",
        }
    }

    /// The value under `key` of a map, or the last one of a field of a form; `None` for any other value.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(pairs) => {
                pairs.iter().find(|(name, _)| *name == *key).map(|(_, value)| value)
            }
            Self::Form(form) => form.value(key),
            _ => None,
        }
    }

    /// The form, if it is one.
    #[must_use]
    pub const fn as_form(&self) -> Option<&FormData> {
        match self {
            Self::Form(form) => Some(form),
            _ => None,
        }
    }

    /// The text of a string, with U+FFFD in place of lone surrogates; `None` for any other value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) | Self::IllFormed { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// A string as it is, anything else as JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => f.write_str(text),
            None => f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

/// An integer beyond 128 bits is written as a string, because serde has no type for it; a form as a map
/// of its fields with all their values, and a file as its name.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::BigInt(digits) => match (digits.parse(), digits.parse()) {
                (Ok(signed), _) => serializer.serialize_i128(signed),
                (_, Ok(unsigned)) => serializer.serialize_u128(unsigned),
                _ => serializer.serialize_str(digits),
            },
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(text) | Self::IllFormed { text, .. } => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(pairs) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Form(form) => serializer.collect_map(form.iter()),
            Self::File(file) => serializer.serialize_str(file.name()),
        }
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Value {
    /// A map in the order of the pairs; of two with one key the later one wins, at the first one's place.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map: Vec<(Text, Value)> = Vec::new();
        for (key, value) in pairs {
            let (key, value) = (key.into(), value.into());
            match map.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = value,
                None => map.push((key, value)),
            }
        }
        Self::Map(map)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// `None` is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_names_of_python() {
        let table = [
            (Value::Null, "NoneType"),
            (Value::Bool(true), "bool"),
            (Value::Int(1), "int"),
            (Value::BigInt("99999999999999999999".into()), "int"),
            (Value::Float(1.0), "float"),
            (Value::from("s"), "str"),
            (Value::IllFormed { text: "\u{fffd}".into(), surrogate: 0xd83d }, "str"),
            (Value::List(vec![]), "list"),
            (Value::Map(vec![]), "dict"),
        ];
        for (value, name) in table {
            assert_eq!(value.type_name(), name);
        }
    }

    #[test]
    fn a_value_goes_out_as_it_came_in() {
        let big = "340282366920938463463374607431768211455";
        let value = Value::Map(vec![
            ("list".into(), Value::List(vec![Value::Null, Value::Int(-1), Value::Bool(false)])),
            ("big".into(), Value::BigInt(big.into())),
            ("text".into(), Value::from("ä")),
        ]);
        let expected = format!(r#"{{"list":[null,-1,false],"big":{big},"text":"ä"}}"#);
        assert_eq!(serde_json::to_string(&value).ok(), Some(expected));
    }

    #[test]
    fn only_a_map_has_keys() {
        let map = Value::Map(vec![("a".into(), Value::Int(1))]);
        assert_eq!(map.get("a"), Some(&Value::Int(1)));
        assert_eq!(map.get("A"), None);
        assert_eq!(Value::List(vec![map]).get("a"), None);
    }
}
