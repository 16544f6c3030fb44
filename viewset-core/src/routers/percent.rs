//! What path did the client mean? Undoes the percent-encoding of a request's path the way Django
//! fills `path_info`, so that URL patterns see the same text in both.
//!
//! Splitting the query off and taking the leading slash away are left to the caller.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// Percent-decodes a whole path as Django does for `path_info`.
///
/// - Everything that is valid UTF-8 once decoded is decoded, `%2F` and `%00` included.
/// - Bytes that are not valid UTF-8 stay percent-encoded, in upper case (`%ff` becomes `%FF`), as
///   Django's `repercent_broken_unicode` leaves them.
/// - Malformed escapes (`%zz`, a `%` at the end) stay as they are.
///
/// Nothing is decoded twice: `%2541` is `%41`. A path without escapes is borrowed.
pub fn decode_path(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    match Cow::from(percent_decode_str(raw)) {
        Cow::Borrowed(_) => Cow::Borrowed(raw),
        Cow::Owned(bytes) => {
            Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| repercent(error.as_bytes())))
        }
    }
}

/// Bytes to text, with `%XX` for those that are not UTF-8.
fn repercent(bytes: &[u8]) -> String {
    let mut path = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        path.push_str(chunk.valid());
        path.extend(percent_encode(chunk.invalid(), NON_ALPHANUMERIC));
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_decoded_as_django_fills_path_info() {
        // Expected values from CPython's `unquote_to_bytes` and Django's `repercent_broken_unicode`.
        for (raw, path) in [
            ("", ""),
            ("users/1/", "users/1/"),
            ("a%2Fb%2fc", "a/b/c"),
            ("%C3%A9t%c3%a9", "été"),
            ("a+b%20c", "a+b c"),
            ("%00", "\0"),
            ("%2541", "%41"),
            ("%25FF", "%FF"),
            ("%ff", "%FF"),
            ("%C3/%A9", "%C3/%A9"),
            ("%e2%82A", "%E2%82A"),
            ("%e2%82%ac%e2%82", "€%E2%82"),
            ("%ed%a0%80", "%ED%A0%80"),
            ("%c0%af", "%C0%AF"),
            ("%f0%9f%98%80%80", "😀%80"),
            ("%zz%4", "%zz%4"),
            ("100%", "100%"),
            ("%%41", "%A"),
            ("é%ff", "é%FF"),
            ("%zz%ff", "%zz%FF"),
        ] {
            assert_eq!(decode_path(raw), path, "{raw}");
        }
    }

    #[test]
    fn a_path_without_escapes_is_borrowed() {
        assert!(matches!(decode_path("users/é/%zz"), Cow::Borrowed("users/é/%zz")));
    }

    proptest! {
        #[test]
        fn whatever_was_encoded_comes_back(path in "\\PC*") {
            let raw = percent_encode(path.as_bytes(), NON_ALPHANUMERIC).to_string();
            prop_assert_eq!(decode_path(&raw), path);
        }

        #[test]
        fn undecodable_bytes_are_only_ever_spelt_differently(
            // A literal `%` would read as an escape the second time.
            bytes in prop::collection::vec(any::<u8>().prop_filter("%", |b| *b != b'%'), 0..64),
        ) {
            let raw = percent_encode(&bytes, NON_ALPHANUMERIC).to_string();
            let again: Vec<u8> = percent_decode_str(&decode_path(&raw)).collect();
            prop_assert_eq!(again, bytes);
        }
    }
}
