//! The cookies of a request, as Django reads them.

use std::borrow::Cow;

use super::RequestHead;

impl RequestHead {
    /// The value of a cookie; of several with one name the last. Quotes around it are taken off, and what
    /// is not UTF-8 becomes U+FFFD.
    pub fn cookie(&self, name: &str) -> Option<Cow<'_, str>> {
        // Over HTTP/2 each cookie may come in a header of its own.
        let headers = self.incoming.header("cookie");
        let pairs = headers.iter().flat_map(|header| header.split(|byte| *byte == b';'));
        let values = pairs.filter_map(|pair| value_of(pair, name.as_bytes()));
        values.last().map(String::from_utf8_lossy)
    }
}

/// The value of `name=value`, if it has this name. A pair without `=` has a value and no name.
fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (key, value) = pair.split_at(memchr::memchr(b'=', pair)?);
    let value = value.get(1..)?.trim_ascii();
    let unquoted = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    (key.trim_ascii() == name).then_some(unquoted.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_a_value_if_it_has_the_name() {
        for (pair, value) in [
            ("a=1", Some("1")),
            (" a = 1 ", Some("1")),
            ("a==", Some("=")),
            ("a=\"1\"", Some("1")),
            ("a=\"", Some("\"")),
            ("a=", Some("")),
            ("a", None),
            ("A=1", None),
            ("aa=1", None),
            ("", None),
        ] {
            assert_eq!(value_of(pair.as_bytes(), b"a"), value.map(str::as_bytes), "{pair}");
        }
    }
}
