//! An actix-web request as the core sees it. Nothing is copied; the payload waits for its reader.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_core::future::LocalBoxFuture;
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
    /// Nobody has asked for it.
    Unread(Payload),
    /// The core reads it piece by piece.
    Begun(Payload),
    /// The core has read it; extractors get it again.
    Read(Bytes),
    /// An extractor has it.
    Extracted,
    /// It broke off, or was too long.
    Failed,
}

impl ActixIncoming {
    pub(crate) fn new(http: HttpRequest, payload: Payload, mount: usize) -> Self {
        Self { http, payload: RefCell::new(Body::Unread(payload)), mount }
    }

    pub(crate) fn http(&self) -> &HttpRequest {
        &self.http
    }

    /// The payload for an extractor, which may take it or leave it: give back what it leaves.
    pub(crate) fn take_payload(&self) -> Payload {
        match self.payload.replace(Body::Extracted) {
            Body::Unread(payload) => payload,
            Body::Read(bytes) => {
                self.payload.replace(Body::Read(bytes.clone()));
                Payload::from(bytes)
            }
            gone @ (Body::Begun(_) | Body::Extracted | Body::Failed) => {
                self.payload.replace(gone);
                Payload::None
            }
        }
    }

    pub(crate) fn put_payload(&self, payload: Payload) {
        let mut body = self.payload.borrow_mut();
        // Nothing is left of a request without a body, too, and to read that again is no mistake.
        let has_body = self.header("transfer-encoding").first().is_some()
            || self.header("content-length").first().is_some_and(|length| length != b"0");
        if matches!(*body, Body::Extracted) && !(has_body && matches!(payload, Payload::None)) {
            *body = Body::Unread(payload);
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
            "content-type" => headers.get_all(header::CONTENT_TYPE),
            "content-length" => headers.get_all(header::CONTENT_LENGTH),
            other => headers.get_all(other),
        };
        values.map(|value| value.as_bytes()).collect()
    }

    fn remote_addr(&self) -> Option<IpAddr> {
        self.http.peer_addr().map(|address| address.ip())
    }

    fn scheme(&self) -> Cow<'_, str> {
        Cow::Borrowed(if self.http.app_config().secure() { "https" } else { "http" })
    }

    fn host(&self) -> Cow<'_, str> {
        match self.header("host").first().map(String::from_utf8_lossy) {
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

    fn read_body(&self, limit: usize) -> LocalBoxFuture<'_, Result<Bytes>> {
        let payload = match self.payload.replace(Body::Extracted) {
            Body::Unread(payload) => payload,
            Body::Read(bytes) => {
                self.payload.replace(Body::Read(bytes.clone()));
                return Box::pin(async move { Ok(bytes) });
            }
            Body::Extracted => return Box::pin(async { Err(Error::internal(EXTRACTED)) }),
            Body::Begun(_) | Body::Failed => {
                self.payload.replace(Body::Failed);
                return Box::pin(async { Err(Error::parse(FAILED)) });
            }
        };
        self.payload.replace(Body::Failed);
        Box::pin(async move {
            let declared =
                self.header("content-length").first().and_then(|v| std::str::from_utf8(v).ok());
            let declared = declared.and_then(|length| length.parse::<u64>().ok());
            if declared.is_some_and(|length| length > limit as u64) {
                return Err(Error::body_too_large(limit));
            }
            let bytes = read(payload, limit).await?;
            self.payload.replace(Body::Read(bytes.clone()));
            Ok(bytes)
        })
    }

    fn next_chunk(&self) -> LocalBoxFuture<'_, Result<Option<Bytes>>> {
        Box::pin(async move {
            let mut payload = match self.payload.replace(Body::Extracted) {
                Body::Unread(payload) | Body::Begun(payload) => payload,
                Body::Extracted => return Err(Error::internal(EXTRACTED)),
                Body::Read(_) | Body::Failed => return Err(Error::parse(FAILED)),
            };
            self.payload.replace(Body::Failed);
            let chunk = poll_fn(|cx| Pin::new(&mut payload).poll_next(cx)).await.transpose();
            let chunk = chunk.map_err(broken)?;
            self.payload.replace(Body::Begun(payload));
            Ok(chunk)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What is wrong when a body is asked for again that could not be read before.
const FAILED: &str = "The request body could not be read.";

/// What is wrong when an action reads a body twice.
const EXTRACTED: &str = "the request body was already taken by an extractor of actix-web; \
                         take it once, or read it by `req.body()` first";

async fn read(mut payload: Payload, limit: usize) -> Result<Bytes> {
    // One chunk is the usual case; it is passed on as it is.
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(chunk) = poll_fn(|cx| Pin::new(&mut payload).poll_next(cx)).await {
        let chunk = chunk.map_err(broken)?;
        if first.len().max(joined.len()) + chunk.len() > limit {
            return Err(Error::body_too_large(limit));
        }
        if first.is_empty() && joined.is_empty() {
            first = chunk;
            continue;
        }
        joined.extend_from_slice(&std::mem::take(&mut first));
        joined.extend_from_slice(&chunk);
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

/// A body that broke off or was badly framed is the client's fault.
fn broken(error: PayloadError) -> Error {
    Error::parse(format!("The request body could not be read: {error}"))
}
