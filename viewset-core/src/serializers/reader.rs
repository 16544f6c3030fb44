//! The rules that a field has because it is a field of an object: absent, null, required, default. A form
//! has no null and no unchecked boxes, so what is absent or empty there is read as DRF reads it.

pub(crate) mod form;

use std::borrow::Cow;

use super::fields::{python, run_validation};
use super::{Field, FieldValue, Kind, Value};
use crate::error::{Error, ErrorDetail};

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
                let required = match field.kind {
                    Kind::File => ErrorDetail::message("No file was submitted.", "required"),
                    _ => ErrorDetail::message("This field is required.", "required"),
                };
                self.refuse(field, ErrorDetail::List(vec![required]))
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

    /// As [`read`](Self::read), for a field that may be `read_only`: then nothing is read.
    pub fn read_writable<T: FieldValue>(&mut self, field: &Field) -> Option<T> {
        (!field.read_only).then(|| self.read(field)).flatten()
    }

    /// As [`read_or`](Self::read_or), for a field that may be `read_only`: then nothing is read.
    pub fn read_writable_or<T: FieldValue>(
        &mut self,
        field: &Field,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        (!field.read_only).then(|| self.read_or(field, default)).flatten()
    }

    /// The text that names a row of another model (row U26): `Some(None)` for null, where that is a value.
    pub fn slug(&mut self, field: &Field) -> Option<Option<String>> {
        self.name_of_row(field, |value| match value {
            Value::List(_) | Value::Map(_) | Value::File(_) => Err("Invalid value.".to_owned()),
            value => Ok(python::str(value)),
        })
    }

    /// The URL of a row of another model (row U27), likewise.
    pub(super) fn link(&mut self, field: &Field) -> Option<Option<String>> {
        self.name_of_row(field, |value| match value {
            Value::Str(text) => Ok(text.to_string()),
            value => {
                let received = value.type_name();
                Err(format!("Incorrect type. Expected URL string, received {received}."))
            }
        })
    }

    /// The empty string is null to a relation.
    fn name_of_row(
        &mut self,
        field: &Field,
        read: impl FnOnce(&Value) -> Result<String, String>,
    ) -> Option<Option<String>> {
        let is_null = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
        let (text, code) = match self.sent(field).as_deref() {
            None if field.required && !self.partial => {
                ("This field is required.".into(), "required")
            }
            None => return None,
            Some(value) if is_null(value) && field.allow_null => return Some(None),
            Some(value) if is_null(value) => ("This field may not be null.".into(), "null"),
            Some(value) => match read(value) {
                Ok(name) => return Some(Some(name)),
                Err(text) => (text, "invalid"),
            },
        };
        self.fail(field, ErrorDetail::List(vec![ErrorDetail::message(text, code)]));
        None
    }

    /// The keys of other rows that were sent (row U25); a dictionary is a list of its keys.
    pub(super) fn many(&mut self, field: &Field) -> Option<Vec<Value>> {
        if field.read_only {
            return None;
        }
        let items = match self.sent(field).as_deref() {
            None if field.required && !self.partial => Err(("This field is required.", "required")),
            None => return None,
            Some(Value::Null) => Err(("This field may not be null.", "null")),
            Some(Value::List(items)) => Ok(items.clone()),
            Some(Value::Map(members)) => {
                Ok(members.iter().map(|(key, _)| Value::Str(key.clone())).collect())
            }
            Some(other) => {
                let name = other.type_name();
                let text = format!("Expected a list of items but got type \"{name}\".");
                self.fail(field, ErrorDetail::List(vec![ErrorDetail::message(text, "not_a_list")]));
                return None;
            }
        };
        let items =
            items.and_then(|items| match items.is_empty() && field.allow_empty == Some(false) {
                true => Err(("This list may not be empty.", "empty")),
                false => Ok(items),
            });
        let refuse = |(text, code)| ErrorDetail::List(vec![ErrorDetail::message(text, code)]);
        items.map_err(|error| self.fail(field, refuse(error))).ok()
    }

    /// Keeps what validators of the user's own have to say of a value; with an error it is none.
    pub fn validated<T>(
        &mut self,
        field: &Field,
        value: Option<T>,
        validate: impl FnOnce(&T) -> Vec<Result<(), ErrorDetail>>,
    ) -> Option<T> {
        let value = value?;
        let errors: Vec<_> = validate(&value).into_iter().filter_map(Result::err).collect();
        if errors.is_empty() {
            return Some(value);
        }
        for error in errors {
            self.fail(
                field,
                match error {
                    message @ ErrorDetail::Message(_) => ErrorDetail::List(vec![message]),
                    other => other,
                },
            );
        }
        None
    }

    /// Keeps an error of a field that was read.
    pub fn fail(&mut self, field: &Field, error: ErrorDetail) {
        match self.errors.iter_mut().find(|(name, _)| name == field.name) {
            Some((_, ErrorDetail::List(known))) if matches!(error, ErrorDetail::List(_)) => {
                if let ErrorDetail::List(more) = error {
                    known.extend(more);
                }
            }
            _ => self.errors.push((field.name.into(), error)),
        }
    }

    /// Keeps the error of a hook, if it is one that the client is to be told.
    ///
    /// # Errors
    ///
    /// Any other error of the hook.
    pub fn fail_with(&mut self, field: &Field, error: Error) -> Result<(), Error> {
        self.fail(field, error.into_validation()?);
        Ok(())
    }

    /// Whether a field was found wrong.
    #[must_use]
    pub fn has_failed(&self, field: &Field) -> bool {
        self.errors.iter().any(|(name, _)| name == field.name)
    }

    /// Keeps the error that no row has the key that was sent.
    pub fn refuse_key(&mut self, field: &Field, key: &str) {
        let sent = self.sent(field).map(|value| python::str(&value));
        let key = sent.as_deref().unwrap_or(key);
        let text = format!("Invalid pk \"{key}\" - object does not exist.");
        self.fail(field, ErrorDetail::List(vec![ErrorDetail::message(text, "does_not_exist")]));
    }

    /// # Errors
    ///
    /// The errors of all fields that were read, if there are any, in the order of `fields`.
    pub fn finish_in_order(mut self, fields: &[Field]) -> Result<(), ErrorDetail> {
        let place = |name: &str| fields.iter().position(|field| field.name == name);
        self.errors.sort_by_key(|(name, _)| place(name));
        self.finish()
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
            Value::Form(form) => form::sent(form, field, self.partial),
            data => data.get(field.name).map(Cow::Borrowed),
        }
    }

    /// A check box that is not ticked is not in the form at all; one that is empty says nothing.
    fn unchecked(&self, field: &Field) -> Option<Cow<'a, Value>> {
        let Value::Form(form) = self.data else { return None };
        let is_box = field.kind == Kind::Boolean && !form.contains(field.name);
        let unchecked = if field.allow_null { Value::Null } else { Value::Bool(false) };
        (is_box && !self.partial).then_some(Cow::Owned(unchecked))
    }

    fn convert<T: FieldValue>(&mut self, value: &Value, field: &Field) -> Option<T> {
        run_validation(value, field).map_or_else(|error| self.refuse(field, error), Some)
    }

    fn refuse<T>(&mut self, field: &Field, error: ErrorDetail) -> Option<T> {
        self.errors.push((field.name.into(), error));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FormData, UploadedFile};
    use crate::serializers::{Dict, JsonValue};

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
        pairs.into_iter().collect()
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
        for (name, value) in pairs {
            form.push(*name, *value);
        }
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
    fn a_box_that_is_not_ticked_is_false_unless_there_is_a_default() {
        let (data, empty) = (form(&[("name", "Ann")]), Value::Map(vec![]));
        let blank = form(&[("active", "")]);
        let whole =
            |data| Reader::new(data, false).ok().map(|mut reader| reader.read::<bool>(&ACTIVE));
        let part =
            |data| Reader::new(data, true).ok().map(|mut reader| reader.read::<bool>(&ACTIVE));
        assert_eq!((whole(&data), part(&data)), (Some(Some(false)), Some(None)));
        assert_eq!(
            (whole(&empty), whole(&blank), part(&blank)),
            (Some(None), Some(None), Some(None))
        );
        let mut reader = Reader::new(&data, false).ok();
        let default = reader.as_mut().map(|reader| reader.read_or(&ACTIVE, || true));
        assert_eq!(default, Some(Some(true)));
    }

    #[test]
    fn a_list_in_a_form_is_several_values_or_numbered_ones() {
        const TAGS: Field = Field::new::<Vec<String>>("tags", "tags").required(false);
        let table: [(&[_], Option<&[_]>); 5] = [
            (&[("tags", "a"), ("tags", "b"), ("tags[0]", "c")], Some(&["a", "b"])),
            (&[("tags[10]", "b"), ("tags[2]", "a"), ("tags[2]", "c")], Some(&["c", "b"])),
            (
                &[("tags[99999999999999999999]", "b"), ("tags[099]", "a"), ("tags[100]", "x")],
                Some(&["a", "x", "b"]),
            ),
            (&[("tags[x]", "a"), ("tags[]", "b"), ("tag[0]", "c")], None),
            (&[], None),
        ];
        for (pairs, expected) in table {
            let data = form(pairs);
            let read = Reader::new(&data, false).ok().map(|mut reader| reader.read(&TAGS));
            let expected =
                expected.map(|items: &[&str]| items.iter().map(|item| (*item).to_owned()));
            assert_eq!(read, Some(expected.map(Iterator::collect::<Vec<_>>)), "{pairs:?}");
        }
        let mut data = FormData::new();
        data.push("tags[1]", "b");
        data.push_file("tags[0]", UploadedFile::from_bytes("a.txt", "text/plain", "a"));
        let data = Value::Form(data);
        let mut reader =
            Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
        assert_eq!(reader.read::<Vec<String>>(&TAGS), None);
        let data = form(&[("tags[0]x", "a"), ("tags[0]y", "b")]);
        let mut reader =
            Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
        assert_eq!(reader.read::<Vec<String>>(&TAGS), None);
        let expected = r#"{"tags":{"0":["Not a valid string."]}}"#;
        let told =
            reader.finish().map_err(|error| serde_json::to_string(&error).unwrap_or_default());
        assert_eq!(told, Err(expected.to_owned()));
    }

    /// U22.
    #[test]
    fn an_object_in_a_form_is_several_keys_and_json_is_text() {
        const SIZE: Field = Field::new::<Dict<i32>>("f", "f");
        const JSON: Field = Field::new::<JsonValue>("f", "f");
        fn told<T: FieldValue + serde::Serialize>(data: &Value, field: &Field) -> String {
            let mut reader =
                Reader::new(data, false).unwrap_or_else(|_| unreachable!("a form is an object"));
            let text = match (reader.read::<T>(field), reader.finish()) {
                (Some(value), _) => serde_json::to_string(&value),
                (None, errors) => serde_json::to_string(&errors.err()),
            };
            text.unwrap_or_default()
        }
        let required = r#"{"f":["This field is required."]}"#;
        let objects: [(&[_], &str); 7] = [
            (&[("f.a", "1"), ("f.b", "2")], r#"{"a":1,"b":2}"#),
            (&[("f.a", "1"), ("f.a", "2")], r#"{"a":2}"#),
            (&[("f.a.b", "1")], r#"{"a.b":1}"#),
            (&[("f", "1")], "{}"),
            (&[("f.a", "x")], r#"{"f":{"a":["A valid integer is required."]}}"#),
            (&[("f[a]", "1"), ("f.", "1")], required),
            (&[], required),
        ];
        for (pairs, expected) in objects {
            assert_eq!(told::<Dict<i32>>(&form(pairs), &SIZE), expected, "{pairs:?}");
        }
        let invalid = r#"{"f":["Value must be valid JSON."]}"#;
        let texts: [(&[_], &str); 5] = [
            (&[("f", r#"{"a":1}"#)], r#"{"a":1}"#),
            (&[("f", "5")], "5"),
            (&[("f", "x")], invalid),
            (&[("f", "")], invalid),
            (&[("f.a", "1")], required),
        ];
        for (pairs, expected) in texts {
            assert_eq!(told::<JsonValue>(&form(pairs), &JSON), expected, "{pairs:?}");
        }
    }

    /// As DRF reads lists of these fields.
    #[test]
    fn an_item_of_a_list_in_a_form_is_a_form() {
        fn read<T: FieldValue + serde::Serialize>(pairs: &[(&str, &str)]) -> String {
            let field = Field::new::<T>("f", "f");
            let data = form(pairs);
            let mut reader =
                Reader::new(&data, false).unwrap_or_else(|_| unreachable!("a form is an object"));
            let text = match (reader.read::<T>(&field), reader.finish()) {
                (Some(value), _) => serde_json::to_string(&value),
                (None, errors) => serde_json::to_string(&errors.err()),
            };
            text.unwrap_or_default()
        }
        let lists: [(&[_], &str); 4] = [
            (&[("f[0][1]", "b"), ("f[0][0]", "a"), ("f[1][0]", "c")], r#"[["a","b"],["c"]]"#),
            (&[("f[0]x", "1")], "[[]]"),
            (&[("f[0]", "a")], r#"{"f":{"0":["Expected a list of items but got type \"str\"."]}}"#),
            (&[("f[0][0]", "")], r#"{"f":{"0":{"0":["This field may not be blank."]}}}"#),
        ];
        for (pairs, expected) in lists {
            assert_eq!(read::<Vec<Vec<String>>>(pairs), expected, "{pairs:?}");
        }
        let objects: [(&[_], &str); 4] = [
            (&[("f[0].a", "1"), ("f[0].b", "2"), ("f[3].c", "3")], r#"[{".a":1,".b":2},{".c":3}]"#),
            (&[("f[0]a", "1")], r#"[{"a":1}]"#),
            (&[("f[0].a", "x")], r#"{"f":{"0":{".a":["A valid integer is required."]}}}"#),
            (
                &[("f[0]", "1")],
                r#"{"f":{"0":["Expected a dictionary of items but got type \"str\"."]}}"#,
            ),
        ];
        for (pairs, expected) in objects {
            assert_eq!(read::<Vec<Dict<i32>>>(pairs), expected, "{pairs:?}");
        }
        assert_eq!(
            read::<Vec<JsonValue>>(&[("f[0]a", "1"), ("f[0]b", "2")]),
            r#"[{"a":"1","b":"2"}]"#
        );
    }

    /// A list of boxes says nothing by numbers, and a file is no JSON.
    #[test]
    fn some_fields_of_a_form_are_read_under_their_name_alone() {
        const KEYS: Field = Field::many_related("tags").required(false);
        const JSON: Field = Field::new::<JsonValue>("f", "f");
        let many = |pairs: &[_], partial| {
            let data = form(pairs);
            Reader::new(&data, partial).ok().and_then(|mut reader| reader.many(&KEYS))
        };
        assert_eq!(many(&[("tags[0]", "1")], true), None);
        assert_eq!(many(&[("tags[0]", "1")], false), Some(vec![]));
        assert_eq!(many(&[("tags", "1"), ("tags", "2")], true), Some(vec!["1".into(), "2".into()]));
        let mut data = FormData::new();
        data.push_file("f", UploadedFile::from_bytes("a.json", "application/json", "{}"));
        let data = Value::Form(data);
        let mut reader =
            Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
        assert_eq!(reader.read::<JsonValue>(&JSON), None);
        let told = reader.finish().map_err(|error| serde_json::to_string(&error).ok());
        assert_eq!(told, Err(Some(r#"{"f":["Value must be valid JSON."]}"#.to_owned())));
    }

    #[test]
    fn unknown_keys_and_keys_in_another_case_are_overlooked() {
        let data = map([("Name", Value::Int(1)), ("x", Value::Null)]);
        assert_eq!(read(&data, true), Ok((None, None, None)));
    }
}
