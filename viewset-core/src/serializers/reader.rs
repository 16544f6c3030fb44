//! The rules that a field has because it is a field of an object: absent, null, required, default. A form
//! has no null and no unchecked boxes, so what is absent or empty there is read as DRF reads it.

pub(crate) mod form;

use std::borrow::Cow;

use super::fields::{python, run_validation};
use super::{Field, FieldValue, Kind, Value, hyperlink, looked_for, no_such_key};
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

    /// What names a row of another model by a field of a kind (row U26), as it was sent and as it is looked for: `Some(None)` for
    /// null, where that is a value.
    pub(crate) fn slug(&mut self, field: &Field, kind: Kind) -> Option<Option<(String, String)>> {
        self.name_of_row(field, |value| Ok((python::str(value), looked_for(value, kind)?)))
    }

    /// The URL of a row of another model (row U27), likewise.
    pub(super) fn url(&mut self, field: &Field) -> Option<Option<String>> {
        self.name_of_row(field, hyperlink::text_of)
    }

    /// The empty string is null to a relation.
    fn name_of_row<T>(
        &mut self,
        field: &Field,
        read: impl FnOnce(&Value) -> Result<T, ErrorDetail>,
    ) -> Option<Option<T>> {
        let is_null = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
        let refused = |text, code| ErrorDetail::List(vec![ErrorDetail::message(text, code)]);
        let error = match self.sent(field).as_deref() {
            None if field.required && !self.partial => {
                refused("This field is required.", "required")
            }
            None => return None,
            Some(value) if is_null(value) && field.allow_null => return Some(None),
            Some(value) if is_null(value) => refused("This field may not be null.", "null"),
            Some(value) => match read(value) {
                Ok(name) => return Some(Some(name)),
                Err(error) => error,
            },
        };
        self.fail(field, error);
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
        self.fail(field, no_such_key(sent.as_deref().unwrap_or(key)));
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
mod tests;
