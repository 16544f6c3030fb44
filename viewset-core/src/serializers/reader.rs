//! The rules that a field has because it is a field of an object: absent, null, required, default.

use std::borrow::Cow;

use super::{Field, FieldValue, Value};
use crate::error::{ErrorDetail, Message};

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
        match self.data.get(field.name) {
            None if field.required && !self.partial => {
                self.fail(field, vec![message("This field is required.", "required")])
            }
            None => None,
            Some(value) => self.convert(value, field),
        }
    }

    /// The value of a field, or the default if it is absent and the update is not partial.
    pub fn read_or<T: FieldValue>(
        &mut self,
        field: &Field,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        match self.data.get(field.name) {
            None => (!self.partial).then(default),
            Some(value) => self.convert(value, field),
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

    fn convert<T: FieldValue>(&mut self, value: &Value, field: &Field) -> Option<T> {
        let result = match value {
            Value::Null if !field.allow_null => {
                Err(vec![message("This field may not be null.", "null")])
            }
            _ => T::from_value(value, field),
        };
        result.map_or_else(|messages| self.fail(field, messages), Some)
    }

    fn fail<T>(&mut self, field: &Field, messages: Vec<Message>) -> Option<T> {
        let messages = messages.into_iter().map(ErrorDetail::Message).collect();
        self.errors.push((field.name.into(), ErrorDetail::List(messages)));
        None
    }
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

const fn message(text: &'static str, code: &'static str) -> Message {
    Message { text: Cow::Borrowed(text), code }
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
