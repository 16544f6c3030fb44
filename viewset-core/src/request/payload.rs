//! The body of a request: whole, or piece by piece, never waiting for a client without end.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, Sleep, sleep_until};

use super::RequestHead;
use crate::error::{Error, Result};

/// How many bytes of a body earn its client another second, once it is late.
const BYTES_A_SECOND: u64 = 500;

/// What is wrong when a body is asked for again that could not be read before.
const FAILED: &str = "The request body could not be read.";

/// A body that has not been read yet.
pub struct Payload<'a> {
    source: Source<'a>,
    /// What the request says of its length.
    declared: Option<u64>,
    /// What was read to see whether there is anything.
    peeked: Option<Bytes>,
}

impl RequestHead {
    /// The body, read whole at the first call.
    ///
    /// # Errors
    ///
    /// 413 if it is longer than the router's `body_limit`, 408 if it does not arrive in time, 400 if it
    /// breaks off.
    pub async fn body(&self) -> Result<&Bytes> {
        if let Some(body) = self.body.get() {
            return Ok(body);
        }
        self.payload().read().await
    }

    pub(crate) fn payload(&self) -> Payload<'_> {
        let declared = || self.header("content-length")?.trim().parse().ok();
        Payload {
            source: Source::new(self),
            declared: declared(),
            peeked: self.body.get().cloned(),
        }
    }
}

impl<'a> Payload<'a> {
    /// The length that the request declares, in bytes; `None` for a body in chunks or an odd header.
    pub fn declared_length(&self) -> Option<u64> {
        self.declared
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// As [`RequestHead::body`].
    pub async fn bytes(mut self) -> Result<Bytes> {
        self.read().await.cloned()
    }

    /// The same where the request keeps it.
    pub(crate) async fn read(&mut self) -> Result<&'a Bytes> {
        let head = self.source.head;
        if let Some(body) = head.body.get() {
            return Ok(body);
        }
        let limit = head.router().settings.body_limit;
        if self.declared_length().is_some_and(|length| length > limit as u64) {
            return Err(Error::body_too_large(limit));
        }
        // One piece is the usual case; it is passed on as it is.
        let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
        while let Some(chunk) = self.chunk().await? {
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
        let body = if joined.is_empty() { first } else { joined.freeze() };
        head.incoming.body_was_read(&body);
        Ok(head.body.get_or_init(|| body))
    }

    /// The next piece; `None` at the end. However long the body is, no more than a piece is held.
    ///
    /// # Errors
    ///
    /// 408 if it does not arrive in time, 400 if the body breaks off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        match self.peeked.take() {
            Some(chunk) => Ok(Some(chunk)),
            None => self.source.next().await,
        }
    }

    /// Whether there is no body at all, or one of no bytes (row L3).
    pub(crate) async fn is_empty(&mut self) -> Result<bool> {
        if let Some(body) = &self.peeked {
            return Ok(body.is_empty());
        }
        if let Some(length) = self.declared_length() {
            return Ok(length == 0);
        }
        while let Some(chunk) = self.source.next().await? {
            if !chunk.is_empty() {
                self.peeked = Some(chunk);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The pieces as they come from the client, and its clock.
struct Source<'a> {
    head: &'a RequestHead,
    received: u64,
    /// Made when the client is waited for, which most bodies do not need.
    clock: Option<Clock>,
    /// Whether something was asked for that was not there: a server hands over what came with the headers once it has
    /// called for the response, so it is asked twice before there is a clock.
    has_waited: bool,
}

struct Clock {
    start: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl<'a> Source<'a> {
    fn new(head: &'a RequestHead) -> Self {
        Self { head, received: 0, clock: None, has_waited: false }
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.head.body.get().is_some() {
            return Ok(None);
        }
        if self.received == 0 && self.head.body_begun.replace(true) {
            return Err(Error::parse(FAILED));
        }
        let chunk = poll_fn(|cx| self.poll(cx)).await?;
        // A piece of no bytes still says that reading has begun.
        self.received += chunk.as_ref().map_or(0, |chunk| (chunk.len() as u64).max(1));
        Ok(chunk)
    }

    /// The next piece, or 408 when the client has used up its time: the router's `body_timeout`, and a
    /// second more for every 500 bytes.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if let Poll::Ready(chunk) = self.head.incoming.poll_chunk(cx) {
            return Poll::Ready(chunk);
        }
        if !std::mem::replace(&mut self.has_waited, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let timeout = self.head.router().settings.body_timeout;
        let clock = self.clock.get_or_insert_with(|| {
            let start = Instant::now();
            Clock { start, sleep: Box::pin(sleep_until(start + timeout)) }
        });
        let deadline = clock.start + timeout + Duration::from_secs(self.received / BYTES_A_SECOND);
        if clock.sleep.deadline() != deadline {
            clock.sleep.as_mut().reset(deadline);
        }
        clock.sleep.as_mut().poll(cx).map(|()| Err(Error::request_timeout()))
    }
}
