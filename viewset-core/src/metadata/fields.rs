//! What OPTIONS says of a field (rows O3 to O6).

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::serializers::{Bound, Field, Kind};

/// The fields of a serializer, by name.
pub(super) struct FieldInfos(pub(super) &'static [Field]);

impl Serialize for FieldInfos {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for field in self.0 {
            map.serialize_entry(field.name, &FieldInfo(field))?;
        }
        map.end()
    }
}

struct FieldInfo(&'static Field);

impl Serialize for FieldInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.0;
        let mut map = serializer.serialize_map(None)?;
        // DRF has no word of its own for a serializer of many.
        let kind = if field.is_of_objects() { "field" } else { field.kind.as_str() };
        map.serialize_entry("type", kind)?;
        map.serialize_entry("required", &field.required)?;
        map.serialize_entry("read_only", &field.read_only)?;
        optional(&mut map, "label", label(field))?;
        optional(&mut map, "help_text", field.help_text.filter(|text| !text.is_empty()))?;
        // What is not read has no bounds.
        if !field.read_only {
            optional(&mut map, "min_length", field.min_length)?;
            optional(&mut map, "max_length", field.max_length)?;
            let range = field.range.filter(|_| field.kind != Kind::Choice);
            optional(&mut map, "min_value", field.min_value.or(range.map(|range| range.0)))?;
            optional(&mut map, "max_value", field.max_value.or(range.map(|range| range.1)))?;
        }
        optional(&mut map, "max_digits", field.digits.map(|digits| digits.0))?;
        optional(&mut map, "decimal_places", field.digits.map(|digits| digits.1))?;
        let child = field.child.filter(|_| field.kind != Kind::MultipleChoice);
        optional(&mut map, "child", child.map(FieldInfo))?;
        optional(&mut map, "children", field.children.map(FieldInfos))?;
        let choices = field.choices.filter(|_| !field.read_only);
        optional(&mut map, "choices", choices.map(|all| self::choices(field, all)))?;
        map.end()
    }
}

fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: Option<T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, &value))
}

#[derive(Serialize)]
struct Choice {
    value: ChoiceValue,
    display_name: &'static str,
}

/// An integer is shown as one.
#[derive(Serialize)]
#[serde(untagged)]
enum ChoiceValue {
    Text(&'static str),
    Int(i64),
}

fn choices(field: &Field, choices: &[(&'static str, &'static str)]) -> Vec<Choice> {
    let range = field.range.or(field.child.and_then(|child| child.range));
    let value = |text: &'static str| match text.parse() {
        Ok(number) if range.is_some() => ChoiceValue::Int(number),
        _ => ChoiceValue::Text(text),
    };
    choices
        .iter()
        .map(|&(text, display_name)| Choice { value: value(text), display_name })
        .collect()
}

/// The label, else the name as words: `first_name` is `First name`, and a number `id` is `ID`, as Django calls those that it counts.
/// The items of a list have neither.
fn label(field: &Field) -> Option<String> {
    match (field.label, field.name) {
        (Some(label), _) => Some(label.to_owned()),
        (None, "") => None,
        (None, "id") if matches!(field.kind, Kind::Integer | Kind::BigInteger) => {
            Some("ID".to_owned())
        }
        (None, name) => Some(crate::label::label(name)),
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
        }
    }
}
