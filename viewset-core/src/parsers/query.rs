//! Reading a query string as Django reads it.

use std::borrow::Cow;

use memchr::{memchr, memchr2};
use percent_encoding::percent_decode_str;

use crate::data::FormData;
use crate::request::RequestHead;

/// The pairs of a query string in their order, decoded: `+` is a blank, and what is not UTF-8 becomes
/// U+FFFD.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    encoded(query).map(|(name, value)| (decode(name), decode(value)))
}

/// The pairs as they were sent.
fn encoded(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| match memchr(b'=', pair.as_bytes()) {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, ""),
    })
}

fn decode(text: &str) -> Cow<'_, str> {
    if memchr2(b'+', b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// Whether a query may have a parameter, whose name has nothing that has to be escaped: less work than to read it.
pub(crate) fn may_have(query: &str, name: &str) -> bool {
    !query.is_empty() && (query.contains(name) || memchr(b'%', query.as_bytes()).is_some())
}

impl RequestHead {
    /// The query parameters (DRF's `request.query_params`), every value of every name, in the order in which
    /// the names come first.
    pub fn query_params(&self) -> FormData {
        let mut params = FormData::new();
        pairs(self.query_string()).for_each(|(name, value)| params.push(name, value));
        params
    }

    /// The last value of a query parameter, decoded as a form is (`+` is a blank).
    pub fn query_param(&self, name: &str) -> Option<Cow<'_, str>> {
        let named = encoded(self.query_string()).filter(|(other, _)| decode(other) == name);
        named.last().map(|(_, value)| decode(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_is_a_blank_and_broken_utf8_is_replaced() {
        let all: Vec<_> = pairs("a=b+c&a=%C3%A9&x&=1&&bad=%FF").collect();
        let expected = [("a", "b c"), ("a", "é"), ("x", ""), ("", "1"), ("bad", "\u{fffd}")];
        assert_eq!(all, expected.map(|(name, value)| (name.into(), value.into())));
    }

    #[test]
    fn a_name_may_be_escaped() {
        for (query, may) in
            [("", false), ("a=b+c", false), ("a&format=x", true), ("%66ormat", true)]
        {
            assert_eq!(may_have(query, "format"), may, "{query}");
        }
    }
}
