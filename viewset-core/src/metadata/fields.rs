//! What OPTIONS says of a field (rows O3 to O6).

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::serializers::{Bound, Field};

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
        map.serialize_entry("type", field.kind.as_str())?;
        map.serialize_entry("required", &field.required)?;
        map.serialize_entry("read_only", &field.read_only)?;
        optional(&mut map, "label", label(field))?;
        optional(&mut map, "help_text", field.help_text.filter(|text| !text.is_empty()))?;
        optional(&mut map, "min_length", field.min_length)?;
        optional(&mut map, "max_length", field.max_length)?;
        let range = field.range.filter(|_| !field.read_only);
        optional(&mut map, "min_value", field.min_value.or(range.map(|range| range.0)))?;
        optional(&mut map, "max_value", field.max_value.or(range.map(|range| range.1)))?;
        optional(&mut map, "max_digits", field.digits.map(|digits| digits.0))?;
        optional(&mut map, "decimal_places", field.digits.map(|digits| digits.1))?;
        optional(&mut map, "child", field.child.map(FieldInfo))?;
        optional(&mut map, "children", field.children.map(FieldInfos))?;
        optional(&mut map, "choices", field.choices.filter(|_| !field.read_only).map(choices))?;
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
    value: &'static str,
    display_name: &'static str,
}

fn choices(choices: &[(&'static str, &'static str)]) -> Vec<Choice> {
    choices.iter().map(|(value, display_name)| Choice { value, display_name }).collect()
}

/// The label, else the name as words: `first_name` is `First name`, and `id` is `ID`, as Django has it.
/// The items of a list have neither.
fn label(field: &Field) -> Option<String> {
    match (field.label, field.name) {
        (Some(label), _) => Some(label.to_owned()),
        (None, "") => None,
        (None, "id") => Some("ID".to_owned()),
        (None, name) => Some(crate::label::label(name)),
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
        }
    }
}
