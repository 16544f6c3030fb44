//! An actix-web request as the core sees it. Nothing is copied; the payload waits for its reader.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_core::future::LocalBoxFuture;
use viewset_core::error::{Error, Result};
use viewset_core::request::Incoming;

/// A request and its payload.
pub(crate) struct ActixIncoming {
    http: HttpRequest,
    payload: RefCell<Payload>,
    /// How many bytes of the path belong to what stands around the router, the slash included.
    mount: usize,
}

impl ActixIncoming {
    pub(crate) fn new(http: HttpRequest, payload: Payload, mount: usize) -> Self {
        Self { http, payload: RefCell::new(payload), mount }
    }

    pub(crate) fn http(&self) -> &HttpRequest {
        &self.http
    }

    pub(crate) fn take_payload(&self) -> Payload {
        self.payload.replace(Payload::None)
    }

    pub(crate) fn put_payload(&self, payload: Payload) {
        self.payload.replace(payload);
    }
}

impl Incoming for ActixIncoming {
    fn path(&self) -> &str {
        self.http.uri().path()
    }

    fn query_string(&self) -> &str {
        self.http.query_string()
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        self.http.headers().get(name).map(|value| value.as_bytes())
    }

    fn scheme(&self) -> Cow<'_, str> {
        Cow::Borrowed(if self.http.app_config().secure() { "https" } else { "http" })
    }

    fn host(&self) -> Cow<'_, str> {
        match self.header("host").map(String::from_utf8_lossy) {
            Some(host) => host,
            None => self.http.uri().authority().map_or_else(
                || Cow::Owned(self.http.app_config().host().to_owned()),
                |authority| Cow::Borrowed(authority.as_str()),
            ),
        }
    }

    fn mount(&self) -> Cow<'_, str> {
        let path = self.http.match_info().as_str();
        let mount = path.get(..self.mount).unwrap_or("/");
        if mount.ends_with('/') { Cow::Borrowed(mount) } else { Cow::Owned(format!("{mount}/")) }
    }

    fn read_body(&self, limit: usize) -> LocalBoxFuture<'_, Result<Bytes>> {
        let declared = self.header("content-length").and_then(|v| std::str::from_utf8(v).ok());
        if declared.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > limit as u64)
        {
            return Box::pin(async move { Err(Error::body_too_large(limit)) });
        }
        let payload = self.take_payload();
        Box::pin(read(payload, limit))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

async fn read(mut payload: Payload, limit: usize) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = poll_fn(|cx| Pin::new(&mut payload).poll_next(cx)).await {
        let chunk = chunk.map_err(broken)?;
        if body.len() + chunk.len() > limit {
            return Err(Error::body_too_large(limit));
        }
        // One chunk is the usual case; it is passed on as it is.
        if body.is_empty() && matches!(payload, Payload::None) {
            return Ok(chunk);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// A body that broke off or was badly framed is the client's fault.
fn broken(error: PayloadError) -> Error {
    Error::parse(format!("The request body could not be read: {error}"))
}
