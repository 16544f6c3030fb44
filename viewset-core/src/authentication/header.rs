//! What the `Authorization` header says (DRF rows H3 to H6), before anything is looked up.
//!
//! The first half of `authenticate` of DRF's `BasicAuthentication` and `TokenAuthentication`. Whether
//! the credentials are right is left to the authenticators.

use crate::base64;

/// The user name and the password of a header `Basic <base64>`.
///
/// `header` is the value of `Authorization`, empty where there is none. The answer is `None` where it is
/// of another scheme; the scheme is read without regard to case. The credentials are UTF-8, else
/// latin-1, and the first colon parts them: a password may have colons, and both may be empty.
///
/// # Errors
///
/// DRF's texts, for a 401: no credentials, spaces in them, not base64 or no colon. Base64 is read as
/// Python's `b64decode` reads it, which passes over whatever is not in its alphabet.
pub fn basic(header: &[u8]) -> Result<Option<(String, String)>, &'static str> {
    const NOTHING: &str = "Invalid basic header. No credentials provided.";
    const SPACES: &str = "Invalid basic header. Credentials string should not contain spaces.";
    const NOT_BASE64: &str = "Invalid basic header. Credentials not correctly base64 encoded.";
    let mut words = words(header);
    if !words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic")) {
        return Ok(None);
    }
    let credentials = words.next().ok_or(NOTHING)?;
    if words.next().is_some() {
        return Err(SPACES);
    }
    let credentials = base64::decode(credentials).ok_or(NOT_BASE64)?;
    let credentials =
        String::from_utf8(credentials).unwrap_or_else(|error| latin1(error.as_bytes()));
    let (name, password) = credentials.split_once(':').ok_or(NOT_BASE64)?;
    Ok(Some((name.to_owned(), password.to_owned())))
}

/// The key of a header `<keyword> <key>`; DRF's keyword is `Token`.
///
/// `header` is the value of `Authorization`, empty where there is none. The answer is `None` where it
/// starts with another keyword; the keyword is read without regard to case.
///
/// # Errors
///
/// DRF's texts, for a 401: no key, spaces in it, or a key that is not UTF-8.
pub fn token(header: &[u8], keyword: &str) -> Result<Option<String>, &'static str> {
    const NOTHING: &str = "Invalid token header. No credentials provided.";
    const SPACES: &str = "Invalid token header. Token string should not contain spaces.";
    const INVALID: &str =
        "Invalid token header. Token string should not contain invalid characters.";
    let mut words = words(header);
    let keyword = keyword.to_lowercase();
    // As in DRF, letters beyond ASCII are made lower case in the keyword only.
    if words.next().is_none_or(|word| word.to_ascii_lowercase() != keyword.as_bytes()) {
        return Ok(None);
    }
    let key = words.next().ok_or(NOTHING)?;
    if words.next().is_some() {
        return Err(SPACES);
    }
    String::from_utf8(key.to_vec()).map(Some).map_err(|_| INVALID)
}

/// The words of a header as Python's `bytes.split()` finds them.
fn words(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    // Rust's ASCII whitespace has no vertical tab.
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    header.split(is_space).filter(|word| !word.is_empty())
}

/// The text of bytes in latin-1, where any byte is a character.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests;
