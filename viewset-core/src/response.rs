//! What an action answers, and how it becomes a response.

use std::any::Any;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

mod headers;

use crate::error::{Error, Result};
use crate::request::Request;

pub use headers::Headers;

/// The body of a response.
pub enum Body {
    /// Nothing; the response has no `Content-Type` then.
    Empty,
    /// Bytes that are there.
    Bytes(Bytes),
    /// A body of the web framework's own (a stream, a file), passed through untouched.
    Foreign(Box<dyn Any>),
}

/// A response: status, headers and body. `Allow` is added by dispatch.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// Headers beside `Content-Type`, `Content-Length` and `Allow`.
    pub headers: Headers,
    /// The media type of the body.
    pub content_type: Option<HeaderValue>,
    /// The body.
    pub body: Body,
    /// Whether the adapter adds the `Allow` of the route; set by dispatch.
    pub(crate) allow: bool,
}

impl Response {
    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Headers::new(),
            content_type: None,
            body: Body::Empty,
            allow: false,
        }
    }

    /// For adapters: headers, `Content-Type`, whether to add the `Allow` of the route, and body.
    pub fn into_parts(self) -> (Headers, Option<HeaderValue>, bool, Body) {
        (self.headers, self.content_type, self.allow, self.body)
    }

    /// Sets a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// A type that an action can return.
///
/// # Compiler errors
///
/// An action returns a [`Response`], `Data(…)`, a status, a pair of status and one of these, a `Result`
/// of one of these, or (with actix-web) any of its responders. A plain struct wants `Data(value)`.
#[diagnostic::on_unimplemented(
    message = "an action cannot return `{Self}`",
    note = "wrap what should be sent in `Data(…)`"
)]
pub trait IntoResponse {
    /// Makes the response, rendered as the client asked for.
    fn into_response(self, req: &Request) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self, _req: &Request) -> Result<Response> {
        Ok(self)
    }
}

impl IntoResponse for StatusCode {
    fn into_response(self, _req: &Request) -> Result<Response> {
        Ok(Response::empty(self))
    }
}

impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self, req: &Request) -> Result<Response> {
        let mut response = self.1.into_response(req)?;
        response.status = self.0;
        Ok(response)
    }
}

impl<T: IntoResponse, E: Into<Error>> IntoResponse for Result<T, E> {
    fn into_response(self, req: &Request) -> Result<Response> {
        self.map_err(Into::into)?.into_response(req)
    }
}
