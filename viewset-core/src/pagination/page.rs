//! A page of a list, and the body that it becomes.

use http::StatusCode;

use crate::error::Result;
use crate::renderers::json::write_text;
use crate::renderers::{RawJson, buffers};
use crate::request::Request;
use crate::response::Response;

/// A page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page {
    /// How many rows there are on all pages; `None` where nobody counts.
    pub count: Option<u64>,
    /// The URL of the next page.
    pub next: Option<String>,
    /// The URL of the page before.
    pub previous: Option<String>,
    /// The rows, represented.
    pub results: RawJson,
    /// Whether it is a page at all, and not the whole list of a viewset without pages.
    pub is_paginated: bool,
}

impl Page {
    /// A whole list.
    #[must_use]
    pub fn bare(results: RawJson) -> Self {
        Self { count: None, next: None, previous: None, results, is_paginated: false }
    }

    /// A page with its neighbours.
    #[must_use]
    pub fn new(count: Option<u64>, links: Links, results: RawJson) -> Self {
        let Links { next, previous } = links;
        Self { count, next, previous, results, is_paginated: true }
    }

    /// DRF's body of a page: `count`, if there is one, `next`, `previous` and `results`.
    ///
    /// # Errors
    ///
    /// Data that the client's format cannot express.
    pub fn into_envelope(self, req: &Request) -> Result<Response> {
        let results = self.results.as_bytes();
        let urls = [("next", &self.next), ("previous", &self.previous)];
        let length = urls.iter().map(|(_, url)| url.as_ref().map_or(0, String::len)).sum::<usize>();
        let mut body = Vec::with_capacity(results.len() + length + 80);
        body.push(b'{');
        if let Some(count) = self.count {
            body.extend_from_slice(b"\"count\":");
            body.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
            body.push(b',');
        }
        for (key, url) in urls {
            body.push(b'"');
            body.extend_from_slice(key.as_bytes());
            body.extend_from_slice(b"\":");
            match url {
                Some(url) => write_text(url, &mut body),
                None => body.extend_from_slice(b"null"),
            }
            body.push(b',');
        }
        body.extend_from_slice(b"\"results\":");
        body.extend_from_slice(results);
        body.push(b'}');
        buffers::give_back_list(self.results.into_bytes());
        Response::raw(req, StatusCode::OK, RawJson::from_bytes(body))
    }

    /// The response that the `pagination_class` of the request makes of it; the bare list without one.
    ///
    /// # Errors
    ///
    /// Those of the `pagination_class`.
    pub(crate) fn into_response_of(self, req: &Request) -> Result<Response> {
        match req.options().pagination_class.flatten().filter(|_| self.is_paginated) {
            Some(pagination) => pagination.get_paginated_response(req, self),
            None => Response::raw(req, StatusCode::OK, self.results),
        }
    }
}

/// The URLs of the pages beside one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The next page.
    pub next: Option<String>,
    /// The page before.
    pub previous: Option<String>,
}
