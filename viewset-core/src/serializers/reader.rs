//! The rules that a field has because it is a field of an object: absent, null, required, default.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Field, FieldValue, Kind, Value};
use crate::data::FormData;
use crate::error::ErrorDetail;

use super::fields::run_validation;

/// Reads the fields of an object one by one and keeps their errors.
#[derive(Debug)]
pub struct Reader<'a> {
    data: &'a Value,
    partial: bool,
    errors: Vec<(Cow<'static, str>, ErrorDetail)>,
}

impl<'a> Reader<'a> {
    /// # Errors
    ///
    /// If `data` is no map, in DRF's words.
    pub fn new(data: &'a Value, partial: bool) -> Result<Self, ErrorDetail> {
        let message = match data {
            Value::Map(_) | Value::Form(_) => {
                return Ok(Self { data, partial, errors: Vec::new() });
            }
            Value::Null => ErrorDetail::message("No data provided", "null"),
            other => ErrorDetail::message(
                format!("Invalid data. Expected a dictionary, but got {}.", other.type_name()),
                "invalid",
            ),
        };
        let errors = ErrorDetail::List(vec![message]);
        Err(ErrorDetail::Map(vec![("non_field_errors".into(), errors)]))
    }

    /// The value of a field; `None` if it is absent or wrong.
    pub fn read<T: FieldValue>(&mut self, field: &Field) -> Option<T> {
        match self.sent(field).or_else(|| self.unchecked(field)) {
            None if field.required && !self.partial => {
                let required = ErrorDetail::message("This field is required.", "required");
                self.fail(field, ErrorDetail::List(vec![required]))
            }
            None => None,
            Some(value) => self.convert(&value, field),
        }
    }

    /// The value of a field, or the default if it is absent and the update is not partial.
    pub fn read_or<T: FieldValue>(
        &mut self,
        field: &Field,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        match self.sent(field) {
            None => (!self.partial).then(default),
            Some(value) => self.convert(&value, field),
        }
    }

    /// # Errors
    ///
    /// The errors of all fields that were read, if there are any.
    pub fn finish(self) -> Result<(), ErrorDetail> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(ErrorDetail::Map(self.errors)),
        }
    }

    /// What the client sent for a field.
    fn sent(&self, field: &Field) -> Option<Cow<'a, Value>> {
        match self.data {
            Value::Form(form) if field.kind == Kind::List => list_of_form(form, field.name),
            Value::Form(form) => value_of_form(form, field),
            data => data.get(field.name).map(Cow::Borrowed),
        }
    }

    /// A check box that is not ticked is not in the form at all.
    fn unchecked(&self, field: &Field) -> Option<Cow<'a, Value>> {
        let is_box = matches!(self.data, Value::Form(_)) && field.kind == Kind::Boolean;
        let unchecked = if field.allow_null { Value::Null } else { Value::Bool(false) };
        (is_box && !self.partial).then_some(Cow::Owned(unchecked))
    }

    fn convert<T: FieldValue>(&mut self, value: &Value, field: &Field) -> Option<T> {
        run_validation(value, field).map_or_else(|error| self.fail(field, error), Some)
    }

    fn fail<T>(&mut self, field: &Field, error: ErrorDetail) -> Option<T> {
        self.errors.push((field.name.into(), error));
        None
    }
}

/// A form cannot say null, and sends the empty string for what was left blank (DRF's `get_value`).
fn value_of_form<'a>(form: &'a FormData, field: &Field) -> Option<Cow<'a, Value>> {
    let value = form.value(field.name)?;
    let is_blank = value.as_str() == Some("") && !field.allow_blank;
    match is_blank {
        true if field.allow_null => Some(Cow::Owned(Value::Null)),
        true if !field.required => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// `tags=a&tags=b`, or `tags[0]=a&tags[1]=b` with the last value of each (DRF's `parse_html_list`).
fn list_of_form<'a>(form: &'a FormData, name: &str) -> Option<Cow<'a, Value>> {
    if form.contains(name) {
        return Some(Cow::Owned(Value::List(form.get_list(name).to_vec())));
    }
    let item = |(key, values): (&str, &'a [Value])| {
        let index = key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
        let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some((index.parse::<u64>().ok()?, values.last()?))
    };
    let items: BTreeMap<_, _> = form.iter().filter_map(item).collect();
    let items: Vec<_> = items.into_values().cloned().collect();
    (!items.is_empty()).then(|| Cow::Owned(Value::List(items)))
}

/// A value of a reader that has finished without errors, and so is there.
///
/// # Errors
///
/// If it is absent all the same, for instance after a partial read.
pub fn given<T>(value: Option<T>) -> Result<T, ErrorDetail> {
    value.ok_or_else(|| {
        let errors = ErrorDetail::List(vec![ErrorDetail::message("No data provided", "null")]);
        ErrorDetail::Map(vec![("non_field_errors".into(), errors)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Field = Field::new::<String>("name", "name");
    const AGE: Field = Field::new::<Option<i32>>("age", "age").required(true);
    const ACTIVE: Field = Field::new::<bool>("active", "active").required(false);

    type Row = (Option<String>, Option<Option<i32>>, Option<bool>);

    fn read(data: &Value, partial: bool) -> Result<Row, String> {
        let text = |error: ErrorDetail| serde_json::to_string(&error).unwrap_or_default();
        let mut reader = Reader::new(data, partial).map_err(text)?;
        let row = (reader.read(&NAME), reader.read(&AGE), reader.read_or(&ACTIVE, || true));
        reader.finish().map_err(text)?;
        Ok(row)
    }

    fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
        Value::Map(pairs.map(|(key, value)| (key.to_owned(), value)).into())
    }

    #[test]
    fn only_a_map_is_an_object() {
        let table = [
            (Value::Null, "No data provided"),
            (Value::List(vec![]), "Invalid data. Expected a dictionary, but got list."),
            (Value::Int(5), "Invalid data. Expected a dictionary, but got int."),
            (Value::Bool(true), "Invalid data. Expected a dictionary, but got bool."),
        ];
        for (data, message) in table {
            let expected = format!(r#"{{"non_field_errors":["{message}"]}}"#);
            assert_eq!(read(&data, false), Err(expected));
        }
    }

    #[test]
    fn all_fields_are_asked_for_and_reported_in_their_order() {
        let expected = concat!(
            r#"{"name":["This field is required."],"age":["A valid integer is required."],"#,
            r#""active":["Must be a valid boolean."]}"#
        );
        let data = map([("active", Value::Int(2)), ("age", Value::from("x"))]);
        assert_eq!(read(&data, false), Err(expected.to_owned()));
    }

    #[test]
    fn null_and_absent_stay_apart() {
        let data = map([("age", Value::Null)]);
        assert_eq!(read(&data, true), Ok((None, Some(None), None)));
        let data = map([("name", Value::Null), ("active", Value::Null)]);
        let null = r#"["This field may not be null."]"#;
        assert_eq!(read(&data, true), Err(format!(r#"{{"name":{null},"active":{null}}}"#)));
    }

    #[test]
    fn a_default_is_used_unless_the_update_is_partial() {
        let data = map([("name", Value::from("Ann")), ("age", Value::Int(1))]);
        let ann = Some("Ann".to_owned());
        assert_eq!(read(&data, false), Ok((ann.clone(), Some(Some(1)), Some(true))));
        assert_eq!(read(&data, true), Ok((ann, Some(Some(1)), None)));
    }

    #[test]
    fn unknown_keys_and_keys_in_another_case_are_overlooked() {
        let data = map([("Name", Value::Int(1)), ("x", Value::Null)]);
        assert_eq!(read(&data, true), Ok((None, None, None)));
    }
}
