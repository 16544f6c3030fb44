//! The rules that a field has because it is a field of an object: absent, null, required, default. A form
//! has no null and no unchecked boxes, so what is absent or empty there is read as DRF reads it.

use std::borrow::Cow;

use super::{Field, FieldValue, Value};
use crate::data::FormData;
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
        if self.is_unchecked(field)
            && let Some(unchecked) = T::unchecked()
        {
            return Some(unchecked);
        }
        match sent(self.data, field) {
            None if field.required && !self.partial => {
                self.fail(field, vec![message("This field is required.", "required")])
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
        match sent(self.data, field) {
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

    /// Whether this is a form that lacks the field altogether, and none of a partial update.
    fn is_unchecked(&self, field: &Field) -> bool {
        let lacks = |form: &FormData| !form.contains(field.name) && form.file(field.name).is_none();
        !self.partial && self.data.as_form().is_some_and(lacks)
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

/// What was sent for a field. Of a form an empty text is null, or as if it were absent, where the field
/// allows that and no empty text; and a file hides the texts of its name.
fn sent<'a>(data: &'a Value, field: &Field) -> Option<Cow<'a, Value>> {
    let Some(form) = data.as_form() else {
        return data.get(field.name).map(Cow::Borrowed);
    };
    if let Some(file) = form.file(field.name) {
        return Some(Cow::Owned(Value::File(file.clone())));
    }
    match form.value(field.name)? {
        value if field.allow_blank || value.as_str() != Some("") => Some(Cow::Borrowed(value)),
        _ if field.allow_null => Some(Cow::Owned(Value::Null)),
        value => field.required.then_some(Cow::Borrowed(value)),
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
    use crate::data::UploadedFile;

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

    fn form(pairs: &[(&str, &str)]) -> Value {
        let mut form = FormData::new();
        pairs.iter().for_each(|(name, value)| form.push(*name, *value));
        Value::Form(form)
    }

    #[test]
    fn an_empty_text_of_a_form_is_null_or_absent_where_that_is_allowed() {
        let blank = r#"{"name":["This field may not be blank."]}"#;
        let data = form(&[("name", ""), ("age", ""), ("active", "")]);
        assert_eq!(read(&data, true), Err(blank.to_owned()));
        let data = form(&[("name", "Ann"), ("age", ""), ("active", "")]);
        assert_eq!(read(&data, false), Ok((Some("Ann".to_owned()), Some(None), Some(true))));
        const NICK: Field = Field::new::<String>("nick", "nick").required(false).allow_blank();
        let data = form(&[("nick", "")]);
        let nick = Reader::new(&data, false).ok().and_then(|mut reader| reader.read(&NICK));
        assert_eq!(nick, Some(String::new()));
    }

    #[test]
    fn a_box_that_a_form_lacks_is_not_checked() {
        const BOX: Field = Field::new::<bool>("box", "box");
        const MAYBE: Field = Field::new::<Option<bool>>("box", "box");
        let read = |data: &Value, partial| {
            let mut reader = Reader::new(data, partial).ok()?;
            let row = (reader.read::<bool>(&BOX), reader.read::<Option<bool>>(&MAYBE));
            reader.finish().ok().map(|()| row)
        };
        assert_eq!(read(&form(&[]), false), Some((Some(false), Some(None))));
        assert_eq!(read(&form(&[]), true), Some((None, None)));
        assert_eq!(read(&map([]), false), None);
    }

    #[test]
    fn a_file_is_no_text() {
        let mut data = FormData::new();
        data.push("name", "Ann");
        data.push_file("name", UploadedFile::from_bytes("a.txt", "text/plain", "Ann"));
        let expected = r#"{"name":["Not a valid string."]}"#.to_owned();
        assert_eq!(read(&Value::Form(data), true), Err(expected));
    }

    #[test]
    fn unknown_keys_and_keys_in_another_case_are_overlooked() {
        let data = map([("Name", Value::Int(1)), ("x", Value::Null)]);
        assert_eq!(read(&data, true), Ok((None, None, None)));
    }
}
