//! The URLs of neighbouring pages: the request's own, with one query parameter changed (DRF's
//! `utils/urls.py`, row J3).

use memchr::memchr;

use crate::parsers::query::pairs;
use crate::request::RequestHead;
use crate::reverse::{quote_plus, requoted};

/// The URL of a request, to be changed.
#[derive(Clone, Debug)]
pub struct RequestUrl {
    /// The URL, and behind it the query, as it was sent or as changes have left it.
    text: String,
    /// Where the query begins.
    query: usize,
}

impl RequestUrl {
    /// The URL of this request, absolute.
    #[must_use]
    pub fn of(req: &RequestHead) -> Self {
        let (scheme, host, path) = (req.scheme(), req.host(), requoted(req.path().into()));
        let query = scheme.len() + 3 + host.len() + path.len();
        let mut text = String::with_capacity(query + req.query_string().len());
        text.extend([&*scheme, "://", &*host, &*path, req.query_string()]);
        Self { text, query }
    }

    /// The URL without its query, and the query.
    fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.query).unwrap_or((&self.text, ""))
    }

    /// The same with another query.
    fn with_query(self, write: impl FnOnce(&str, &mut String)) -> Self {
        let (base, query) = self.parts();
        let mut text = base.to_owned();
        write(query, &mut text);
        Self { text, ..self }
    }

    /// With this value, and no other, of a parameter.
    #[must_use]
    pub fn replace(self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        self.with_query(|query, text| write_query(query, Some(name), Some(&value), "", text))
    }

    /// Without a parameter.
    #[must_use]
    pub fn remove(self, name: &str) -> Self {
        self.with_query(|query, text| write_query(query, Some(name), None, "", text))
    }

    /// The text with another value of a parameter, or without it.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> String {
        let (base, query) = self.parts();
        // Room for the name and the value, too, as they mostly are.
        let mut url = String::with_capacity(self.text.len() + name.len() + 24);
        url.push_str(base);
        write_query(query, Some(name), value, "?", &mut url);
        url
    }
}

/// With its parameters sorted by name, encoded as Python's `urlencode` does it.
impl std::fmt::Display for RequestUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (base, query) = self.parts();
        let mut url = base.to_owned();
        write_query(query, None, None, "?", &mut url);
        f.write_str(&url)
    }
}

/// Writes a query with its parameters sorted by name, of which one is left out, or has another value. `before` stands
/// in front of the first.
fn write_query(
    query: &str,
    changed: Option<&str>,
    value: Option<&str>,
    before: &str,
    out: &mut String,
) {
    // The usual case, for little.
    if let Some(changed) = changed.filter(|changed| names_only(query, changed)) {
        if let Some(value) = value {
            out.extend([before, changed, "=", &quote_plus(value)]);
        }
        return;
    }
    let others = pairs(query).filter(|(name, _)| changed != Some(name));
    let mut others: Vec<_> = others.collect();
    others.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut separator = before;
    let mut write = |name: &str, value: &str| {
        out.extend([separator, &quote_plus(name), "=", &quote_plus(value)]);
        separator = "&";
    };
    let mut changed = changed.zip(value);
    for (name, value) in &others {
        if let Some((changed, value)) = changed.take_if(|(changed, _)| **changed <= **name) {
            write(changed, value);
        }
        write(name, value);
    }
    if let Some((name, value)) = changed {
        write(name, value);
    }
}

/// Whether a query is empty, or names this parameter once and no other, and the name has nothing that has to be escaped;
/// `false` where it takes a closer look to tell.
fn names_only(query: &str, name: &str) -> bool {
    let is_plain = || name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_one = |rest: &str| rest.starts_with('=') && memchr(b'&', rest.as_bytes()).is_none();
    (query.is_empty() || query.strip_prefix(name).is_some_and(is_one)) && is_plain()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(query: &str) -> RequestUrl {
        let base = "http://a/items/";
        RequestUrl { text: [base, query].concat(), query: base.len() }
    }

    #[test]
    fn other_parameters_are_kept_sorted_and_encoded_again() {
        let changed = url("z=1&page=2&a=b+c&a=d&e=&x=%C3%A9%2B").replace("page", 3);
        let expected = "http://a/items/?a=b+c&a=d&e=&page=3&x=%C3%A9%2B&z=1";
        assert_eq!(changed.to_string(), expected);
        let changed = url("z=1&page=2&a=b+c&a=d&e=&x=%C3%A9%2B").with("page", Some("3"));
        assert_eq!(changed, expected);
        assert_eq!(url("b=%62&a").to_string(), "http://a/items/?a=&b=b");
        assert_eq!(url("b=+&+=%20+").to_string(), "http://a/items/?+=++&b=+");
    }

    #[test]
    fn the_only_parameter_is_changed_as_it_would_be_among_others() {
        for query in ["", "page=2", "page=", "page", "page=2=3", "page=2&", "%70age=2", "pages=2"] {
            let others = url(&format!("{query}&z=1"));
            for value in [None, Some("3"), Some("a b&c")] {
                let alone = url(query).with("page", value);
                let expected = others.with("page", value).replace("&z=1", "").replace("?z=1", "");
                assert_eq!(alone, expected, "{query} {value:?}");
            }
        }
        assert_eq!(url("a+b=1").with("a+b", Some("2")), "http://a/items/?a+b=1&a%2Bb=2");
        assert_eq!(url("").with("a b", Some("2")), "http://a/items/?a+b=2");
    }

    #[test]
    fn a_parameter_that_is_removed_takes_the_question_mark_along() {
        assert_eq!(url("page=2&page=3").remove("page").to_string(), "http://a/items/");
        assert_eq!(url("page=2&page=3").with("page", None), "http://a/items/");
        assert_eq!(url("a").remove("page").to_string(), "http://a/items/?a=");
    }
}
