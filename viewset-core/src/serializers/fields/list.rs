//! Lists: DRF's `ListField` with a field for its items.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, Shown, choice, refuse, run_validation};
use crate::error::{ErrorDetail, MOST_ERRORS, Message};
use crate::serializers::{Value, numbered};

/// A list that a column holds as JSON text. A serializer that is a plain struct has no use for it: there
/// a `Vec` does as well.
///
/// `max_length` and `min_length` count the items; `#[field(child(max_length = 20))]` is about each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<T> Deref for List<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T: FieldValue> FieldValue for List<T> {
    const KIND: Kind = Kind::List;
    const CHILD: Option<&'static Field> = Vec::<T>::CHILD;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        Vec::from_value(value, field).map(Self)
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        Vec::from_lookup(text).map(Self)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Shown))
    }
}

impl<T: FieldValue> FieldValue for Vec<T> {
    const KIND: Kind = Kind::List;
    const CHILD: Option<&'static Field> = Some(const { &Field::new::<T>("", "") });

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let child = field.child.map_or_else(Field::child_of::<Self>, |child| *child);
        // A list of objects is a serializer of many, which has its own mistakes beside those of its items.
        let of_list = |errors: ErrorDetail| match child.kind {
            Kind::Nested => ErrorDetail::Map(vec![("non_field_errors".into(), errors)]),
            _ => errors,
        };
        let refuse = |text, code| refuse(text, code).map_err(of_list);
        let items = match value {
            Value::List(items) if field.kind == Kind::MultipleChoice => {
                return chosen(items, field);
            }
            Value::List(items) => items,
            // An item of another list in a form.
            Value::Form(form) if field.kind != Kind::MultipleChoice => &numbered(form, ""),
            Value::Form(form) => {
                let keys: Vec<_> = form.last_values().map(|(key, _)| Value::from(key)).collect();
                return chosen(&keys, field);
            }
            // Python iterates over a dictionary's keys.
            Value::Map(members) if field.kind == Kind::MultipleChoice => {
                let keys: Vec<_> = members.iter().map(|(key, _)| Value::Str(key.clone())).collect();
                return chosen(&keys, field);
            }
            other => {
                let name = other.type_name();
                let text = format!("Expected a list of items but got type \"{name}\".");
                return refuse(text, "not_a_list");
            }
        };
        if items.is_empty() && field.allow_empty == Some(false) {
            return refuse("This list may not be empty.".to_owned(), "empty");
        }
        let of_length = || match validate(items.len(), field) {
            errors if errors.is_empty() => Ok(()),
            errors => Err(of_list(errors.into())),
        };
        if child.kind == Kind::Nested {
            of_length()?;
        }
        let values = children(items, &child)?;
        of_length()?;
        Ok(values)
    }

    /// A URL names no list.
    fn from_lookup(_: &str) -> Result<Self, LookupError> {
        Err(LookupError::Invalid)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Shown))
    }
}

/// DRF's `MultipleChoiceField`: each choice once, in the order in which it was sent first.
fn chosen<T: FieldValue>(items: &[Value], field: &Field) -> Result<Vec<T>, ErrorDetail> {
    if items.is_empty() && field.allow_empty == Some(false) {
        return refuse("This selection may not be empty.", "empty");
    }
    let mut seen: Vec<String> = Vec::new();
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        let text = choice::from_value(item, field)?;
        if !seen.contains(&text) {
            values.push(run_validation(&Value::from(text.as_str()), &Field::child_of::<Vec<T>>())?);
            seen.push(text);
        }
    }
    Ok(values)
}

/// The items, or what is wrong with them by their places.
fn children<T: FieldValue>(items: &[Value], child: &Field) -> Result<Vec<T>, ErrorDetail> {
    let mut errors = Vec::new();
    let mut values = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        if errors.len() == MOST_ERRORS {
            break;
        }
        match run_validation(item, child) {
            Ok(value) => values.push(value),
            Err(error) => errors.push((place.to_string().into(), error)),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(ErrorDetail::Map(errors)) }
}

fn validate(length: usize, field: &Field) -> Vec<Message> {
    let mut errors = Vec::new();
    let mut error = |text: String, code| errors.push(Message { text: text.into(), code });
    if let Some(max) = field.max_length.filter(|max| length > *max) {
        error(format!("Ensure this field has no more than {max} elements."), "max_length");
    }
    if let Some(min) = field.min_length.filter(|min| length < *min) {
        error(format!("Ensure this field has at least {min} elements."), "min_length");
    }
    errors
}
