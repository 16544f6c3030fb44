//! A body in `application/x-www-form-urlencoded`, read as Django's `QueryDict` reads it (DRF row
//! L11). Which request has one, and how long it may be, is decided elsewhere.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::charset::Charset;
use super::form_error::FormError;
use crate::data::FormData;

/// The fields of a whole body.
///
/// `+` is a blank, `;` separates nothing, `a` without `=` is empty, and an empty name is a name. What
/// an escape brings that is not in `charset` becomes U+FFFD; a body that is itself not in `charset`
/// is read as Latin-1, for some clients escape nothing.
///
/// # Errors
///
/// [`FormError::TooManyFields`] with more than `max_fields` pairs; empty ones count.
pub fn decode(body: &[u8], charset: Charset, max_fields: usize) -> Result<FormData, FormError> {
    let text = charset.decode(body).or_else(|_| Charset::LATIN_1.decode(body)).unwrap_or_default();
    let mut form = FormData::new();
    if text.is_empty() {
        return Ok(form);
    }
    if 1 + memchr::memchr_iter(b'&', text.as_bytes()).count() > max_fields {
        return Err(FormError::TooManyFields { limit: max_fields });
    }
    for field in text.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let decoded = |text: &str| unquoted(&spaced(text), charset);
        form.push(decoded(name), decoded(value));
    }
    Ok(form)
}

fn spaced(text: &str) -> Cow<'_, str> {
    if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) }
}

/// Python's `urllib.parse.unquote`: with an escape in it, each run of ASCII is unescaped and then
/// decoded, and what is not ASCII stays.
pub(super) fn unquoted(text: &str, charset: Charset) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (ascii, more) = split_at_char(rest, |char| !char.is_ascii());
        let (other, more) = split_at_char(more, |char| char.is_ascii());
        let bytes: Cow<'_, [u8]> = percent_decode_str(ascii).into();
        decoded.push_str(&charset.decode_lossy(&bytes));
        decoded.push_str(other);
        rest = more;
    }
    decoded
}

/// What stands before the first character that `is` so, and the rest.
fn split_at_char(text: &str, is: fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests;
