//! An actix-web request as the core sees it. Nothing is copied; the payload waits for its reader.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use bytes::Bytes;
use futures_core::Stream;
use viewset_core::error::{Error, Result};
use viewset_core::request::{HeaderValues, Incoming};

/// A request and its payload.
pub(crate) struct ActixIncoming {
    http: HttpRequest,
    payload: RefCell<Body>,
    /// How many bytes of the path belong to what stands around the router, its slash included.
    mount: usize,
}

/// Where the payload is.
enum Body {
    /// Here; the core may have begun to read it.
    Here { payload: Payload, begun: bool },
    /// An extractor has it.
    Extracted,
}

impl ActixIncoming {
    pub(crate) fn new(http: HttpRequest, payload: Payload, mount: usize) -> Self {
        Self { http, payload: RefCell::new(Body::Here { payload, begun: false }), mount }
    }

    pub(crate) fn http(&self) -> &HttpRequest {
        &self.http
    }

    /// The payload for an extractor, which may take it or leave it: give back what it leaves. What the core has `read` it
    /// gets again.
    pub(crate) fn take_payload(&self, read: Option<&Bytes>) -> Payload {
        if let Some(read) = read {
            return Payload::from(read.clone());
        }
        match self.payload.replace(Body::Extracted) {
            Body::Here { payload, begun: false } => payload,
            begun @ Body::Here { .. } => {
                self.payload.replace(begun);
                Payload::Stream { payload: Box::pin(Begun) }
            }
            gone @ Body::Extracted => {
                self.payload.replace(gone);
                Payload::None
            }
        }
    }

    pub(crate) fn put_payload(&self, payload: Payload) {
        let mut body = self.payload.borrow_mut();
        // Nothing is left of a request without a body, too, and to read that again is no mistake.
        let has_body = self.header_first("transfer-encoding").is_some()
            || self.header_first("content-length").is_some_and(|length| length != b"0");
        if matches!(*body, Body::Extracted) && !(has_body && matches!(payload, Payload::None)) {
            *body = Body::Here { payload, begun: false };
        }
    }
}

impl Incoming for ActixIncoming {
    fn path(&self) -> &str {
        self.http.uri().path()
    }

    fn query_string(&self) -> &str {
        self.http.query_string()
    }

    fn header<'a>(&'a self, name: &str) -> HeaderValues<'a> {
        let headers = self.http.headers();
        // A name that is known needs no look at its letters.
        let values = match name {
            "accept" => headers.get_all(header::ACCEPT),
            "authorization" => headers.get_all(header::AUTHORIZATION),
            other => headers.get_all(other),
        };
        values.map(|value| value.as_bytes()).collect()
    }

    fn header_first<'a>(&'a self, name: &str) -> Option<&'a [u8]> {
        let headers = self.http.headers();
        let value = match name {
            "content-length" => headers.get(header::CONTENT_LENGTH),
            "content-type" => headers.get(header::CONTENT_TYPE),
            "host" => headers.get(header::HOST),
            other => headers.get(other),
        };
        value.map(|value| value.as_bytes())
    }

    fn remote_addr(&self) -> Option<IpAddr> {
        self.http.peer_addr().map(|address| address.ip())
    }

    fn scheme(&self) -> Cow<'_, str> {
        Cow::Borrowed(if self.http.app_config().secure() { "https" } else { "http" })
    }

    fn host(&self) -> Cow<'_, str> {
        match self.header_first("host").map(String::from_utf8_lossy) {
            Some(host) => host,
            None => self.http.uri().authority().map_or_else(
                || Cow::Owned(self.http.app_config().host().to_owned()),
                |authority| Cow::Borrowed(authority.as_str()),
            ),
        }
    }

    fn mount(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.path().get(..self.mount).unwrap_or("/"))
    }

    fn poll_chunk(&self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        match &mut *self.payload.borrow_mut() {
            Body::Here { payload, begun } => {
                *begun = true;
                let chunk = Pin::new(payload).poll_next(cx);
                chunk.map(|chunk| chunk.transpose().map_err(broken))
            }
            Body::Extracted => Poll::Ready(Err(Error::internal(EXTRACTED))),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What is wrong when an action reads a body twice.
const EXTRACTED: &str = "the request body was already taken by an extractor of actix-web; \
                         take it once, or read it by `req.body()` first";

/// A body that broke off or was badly framed is the client's fault.
fn broken(error: PayloadError) -> Error {
    match error {
        PayloadError::Incomplete(_) => Error::parse("The request body is shorter than it says."),
        error => Error::parse(format!("The request body could not be read: {error}")),
    }
}

/// What an extractor gets of a body that a parser has read piece by piece: an error, and not nothing.
struct Begun;

impl Stream for Begun {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let error = std::io::Error::other("a parser has read the body already");
        Poll::Ready(Some(Err(PayloadError::Io(error))))
    }
}
