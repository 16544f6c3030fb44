//! Text: DRF's `CharField`, which trims and counts code points. What addresses and slugs look like is
//! answered by [`format`], a text that is one of several by [`choice`], and one that is the key of another row by [`related`].

use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, choice, format, python, refuse, related};
use crate::error::{ErrorDetail, Message};
use crate::renderers::json::{write_ascii, write_text};
use crate::serializers::Value;

impl FieldValue for String {
    const KIND: Kind = Kind::String;
    const COPIES: bool = true;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        write_text(text, out);
        true
    }

    fn copy_ascii(bytes: &[u8], out: &mut Vec<u8>) -> bool {
        write_ascii(bytes, out)
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        match field.kind {
            Kind::Choice => return choice::from_value(value, field),
            Kind::Related => return related::text_key(value),
            _ => {}
        }
        let text = match value {
            Value::Str(text) | Value::IllFormed { text, .. } => match strip(text, field) {
                "" if field.allow_blank => return Ok(Self::new()),
                "" => return refuse("This field may not be blank.", "blank"),
                text => text.to_owned(),
            },
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => python::str(value),
            _ => return refuse(format::invalid(field.kind), "invalid"),
        };
        let surrogate = match value {
            Value::IllFormed { surrogate, .. } => Some(*surrogate),
            _ => None,
        };
        match validate(&text, surrogate, field) {
            errors if errors.is_empty() => Ok(text),
            errors => Err(errors.into()),
        }
    }

    /// Text with a null character is out of range: no field would have let it in.
    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        match text.contains('\0') {
            true => Err(LookupError::OutOfRange),
            false => Ok(text.to_owned()),
        }
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(self.clone())
    }
}

/// The text without the blanks around it, where they do not count.
fn strip<'a>(text: &'a str, field: &Field) -> &'a str {
    if field.trim_whitespace { python::strip(text) } else { text }
}

/// Whether a text has more characters than these; mostly its bytes tell, of which a character has four at most.
fn is_longer(text: &str, than: usize) -> bool {
    text.len() > than && (text.len() / 4 > than || text.chars().count() > than)
}

fn validate(text: &str, surrogate: Option<u16>, field: &Field) -> Vec<Message> {
    let mut errors = Vec::new();
    let mut error = |text: String, code| errors.push(Message { text: text.into(), code });
    if let Some(max) = field.max_length.filter(|max| is_longer(text, *max)) {
        error(format!("Ensure this field has no more than {max} characters."), "max_length");
    }
    if let Some(min) = field.min_length.filter(|min| *min > 0 && !is_longer(text, *min - 1)) {
        error(format!("Ensure this field has at least {min} characters."), "min_length");
    }
    if text.contains('\0') {
        error("Null characters are not allowed.".to_owned(), "null_characters_not_allowed");
    }
    if let Some(code) = surrogate {
        let text = format!("Surrogate characters are not allowed: U+{code:X}.");
        error(text, "surrogate_characters_not_allowed");
    }
    if field.regex.is_some_and(|pattern| !pattern.is_match(text)) {
        error("This value does not match the required pattern.".to_owned(), "invalid");
    }
    if let Some(text) = format::mistake(text, field.kind) {
        error(text.to_owned(), "invalid");
    }
    errors
}
