//! What a form has for a field: it knows texts and files alone, and says null, lists and objects in its own way.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::data::{FormData, Text};
use crate::serializers::{Field, Kind, Value};

/// What was sent for a field.
pub(super) fn sent<'a>(form: &'a FormData, field: &Field, partial: bool) -> Option<Cow<'a, Value>> {
    match field.kind {
        Kind::List if field.is_of_objects() => non_empty(numbered(form, field.name)),
        Kind::List => match all_of(form, field.name) {
            values if values.is_empty() => non_empty(numbered(form, field.name)),
            values => non_empty(values),
        },
        Kind::MultipleChoice | Kind::ManyRelated => {
            let values = all_of(form, field.name);
            // Nothing that is chosen is not in the form at all.
            let is_sent = !values.is_empty() || !partial;
            is_sent.then_some(Cow::Owned(Value::List(values)))
        }
        Kind::Nested => object_of_form(form, field.name),
        Kind::Dict => dict_of_form(form, field.name),
        Kind::Json => json_of_form(form, field.name),
        _ => value_of_form(form, field),
    }
}

/// A form cannot say null, and sends the empty string for what was left blank (DRF's `get_value`).
fn value_of_form<'a>(form: &'a FormData, field: &Field) -> Option<Cow<'a, Value>> {
    // A file hides the texts of its name.
    if let Some(file) = form.file(field.name) {
        return Some(Cow::Owned(Value::File(file.clone())));
    }
    let value = form.value(field.name)?;
    let is_blank = value.as_str() == Some("") && !field.allow_blank;
    match is_blank {
        true if field.allow_null => Some(Cow::Owned(Value::Null)),
        true if !field.required => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// All values of a name: `tags=a&tags=b`.
fn all_of(form: &FormData, name: &str) -> Vec<Value> {
    let files = form.file_list(name).iter().cloned().map(Value::File);
    form.get_list(name).iter().cloned().chain(files).collect()
}

fn non_empty<'a>(items: Vec<Value>) -> Option<Cow<'a, Value>> {
    (!items.is_empty()).then(|| Cow::Owned(Value::List(items)))
}

/// `first.name=n&first.ok=on` is a form of its own (DRF's `parse_html_dict`).
fn object_of_form<'a>(form: &FormData, name: &str) -> Option<Cow<'a, Value>> {
    let mut members = FormData::new();
    for (key, values) in form.iter() {
        let Some(member) = member_of(key, name) else { continue };
        values.iter().for_each(|value| members.push_value(member, value.clone()));
    }
    for (key, files) in form.files() {
        let Some(member) = member_of(key, name) else { continue };
        files.iter().for_each(|file| members.push_file(member, file.clone()));
    }
    (!members.is_empty()).then(|| Cow::Owned(Value::Form(members)))
}

/// The items of a list, each under its number: `[0]=a`, or `[0]title=a&[0]venue=b`, which is a form of its own (DRF's
/// `parse_html_list`).
pub(crate) fn numbered(form: &FormData, name: &str) -> Vec<Value> {
    let mut items = BTreeMap::new();
    for (key, value) in form.last_values() {
        let Some((index, member)) = place_in_list(key, name) else { continue };
        if member.is_empty() {
            items.insert(index, value);
            continue;
        }
        match items.entry(index).or_insert(Value::Null) {
            Value::Form(members) => members.push_value(member, value),
            item => {
                let mut members = FormData::new();
                members.push_value(member, value);
                *item = Value::Form(members);
            }
        }
    }
    items.into_values().collect()
}

/// `size.width=3&size.height=4` with the last value of each (DRF's `parse_html_dict`); the name alone is an empty one.
fn dict_of_form<'a>(form: &'a FormData, name: &str) -> Option<Cow<'a, Value>> {
    let members = form.last_values();
    let members = members.filter_map(|(key, value)| Some((member_of(key, name)?.into(), value)));
    let members: Vec<(Text, Value)> = members.collect();
    let is_named = form.contains(name) || form.file(name).is_some();
    (!members.is_empty() || is_named).then(|| Cow::Owned(Value::Map(members)))
}

/// A text of a form is JSON text; what is none is a value that is no JSON.
fn json_of_form<'a>(form: &'a FormData, name: &str) -> Option<Cow<'a, Value>> {
    if let Some(file) = form.file(name) {
        return Some(Cow::Owned(Value::File(file.clone())));
    }
    let text = form.value(name)?.as_str().unwrap_or_default();
    let value = crate::parsers::json::parse(text.as_bytes());
    Some(Cow::Owned(value.unwrap_or(Value::Float(f64::NAN))))
}

/// The `width` of `size.width`.
fn member_of<'k>(key: &'k str, name: &str) -> Option<&'k str> {
    key.strip_prefix(name)?.strip_prefix('.').filter(|member| !member.is_empty())
}

/// The number in `tags[0]`, and what stands behind it: the name of a member, where the items are forms.
fn place_in_list<'k>(key: &'k str, name: &str) -> Option<((usize, &'k str), &'k str)> {
    let (index, member) = key.strip_prefix(name)?.strip_prefix('[')?.split_once(']')?;
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    // Of two numbers without zeros before them the longer one is greater.
    let digits = index.trim_start_matches('0');
    is_number.then_some(((digits.len(), digits), member))
}
