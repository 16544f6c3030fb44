//! The URLs of neighbouring pages: the request's own, with one query parameter changed (DRF's
//! `utils/urls.py`, row J3).

use crate::parsers::query::pairs;
use crate::request::RequestHead;
use crate::reverse::{quote_plus, requoted};

/// The URL of a request, to be changed.
#[derive(Clone, Debug)]
pub struct RequestUrl {
    base: String,
    /// Sorted by name.
    query: Vec<(String, String)>,
}

impl RequestUrl {
    /// The URL of this request, absolute.
    #[must_use]
    pub fn of(req: &RequestHead) -> Self {
        let path = requoted(req.path().into());
        Self::new(format!("{}://{}{path}", req.scheme(), req.host()), req.query_string())
    }

    fn new(base: String, query: &str) -> Self {
        let pairs = pairs(query).map(|(name, value)| (name.into_owned(), value.into_owned()));
        let mut query: Vec<_> = pairs.collect();
        query.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self { base, query }
    }

    /// With this value, and no other, of a parameter.
    #[must_use]
    pub fn replace(mut self, name: &str, value: impl ToString) -> Self {
        self = self.remove(name);
        let place = self.query.partition_point(|(other, _)| other.as_str() < name);
        self.query.insert(place, (name.to_owned(), value.to_string()));
        self
    }

    /// Without a parameter.
    #[must_use]
    pub fn remove(mut self, name: &str) -> Self {
        self.query.retain(|(other, _)| other != name);
        self
    }
}

/// With its parameters sorted by name, encoded as Python's `urlencode` does it.
impl std::fmt::Display for RequestUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.base)?;
        let mut separator = "?";
        for (name, value) in &self.query {
            for part in [separator, &quote_plus(name), "=", &quote_plus(value)] {
                f.write_str(part)?;
            }
            separator = "&";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(query: &str) -> RequestUrl {
        RequestUrl::new("http://a/items/".to_owned(), query)
    }

    #[test]
    fn other_parameters_are_kept_sorted_and_encoded_again() {
        let changed = url("z=1&page=2&a=b+c&a=d&e=&x=%C3%A9%2B").replace("page", 3);
        let expected = "http://a/items/?a=b+c&a=d&e=&page=3&x=%C3%A9%2B&z=1";
        assert_eq!(changed.to_string(), expected);
    }

    #[test]
    fn a_parameter_that_is_removed_takes_the_question_mark_along() {
        assert_eq!(url("page=2&page=3").remove("page").to_string(), "http://a/items/");
        assert_eq!(url("a").remove("page").to_string(), "http://a/items/?a=");
    }
}
