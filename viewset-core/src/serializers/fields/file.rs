//! Files of a form: DRF's `FileField`.

use serde::Serializer;

use super::{Field, FieldValue, Kind, LookupError, refuse};
use crate::data::UploadedFile;
use crate::error::ErrorDetail;
use crate::serializers::Value;

impl FieldValue for UploadedFile {
    const KIND: Kind = Kind::File;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        let Value::File(file) = value else {
            let text = "The submitted data was not a file. Check the encoding type on the form.";
            return refuse(text, "invalid");
        };
        let length = file.name().chars().count();
        match field.max_length {
            _ if file.name().is_empty() => refuse("No filename could be determined.", "no_name"),
            _ if file.size() == 0 && field.allow_empty != Some(true) => {
                refuse("The submitted file is empty.", "empty")
            }
            Some(max) if length > max => {
                let text =
                    format!("Ensure this filename has at most {max} characters (it has {length}).");
                refuse(text, "max_length")
            }
            _ => Ok(file.clone()),
        }
    }

    /// A URL names no file.
    fn from_lookup(_: &str) -> Result<Self, LookupError> {
        Err(LookupError::Invalid)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
