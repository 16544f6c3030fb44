//! Reading a query string as Django reads it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::data::FormData;
use crate::request::RequestHead;

/// The pairs of a query string in their order, decoded: `+` is a blank, and what is not UTF-8 becomes
/// U+FFFD.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
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
        pairs(self.query_string()).filter(|(key, _)| key == name).last().map(|p| p.1)
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
}
