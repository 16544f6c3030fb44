//! The body of a request: whole, or piece by piece, never waiting for a client without end.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
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

    /// The whole body if it has been read already, for an adapter whose framework wants it, too.
    pub fn body_read(&self) -> Option<&Bytes> {
        self.body.get()
    }

    pub(crate) fn payload(&self) -> Payload<'_> {
        let declared = self.incoming.header_first("content-length").and_then(length);
        Payload { source: Source::new(self), declared, peeked: self.body.get().cloned() }
    }
}

/// The length that a header declares.
fn length(header: &[u8]) -> Option<u64> {
    // Nearly all have no more than digits, and 18 of them fit in any case.
    if (1..=18).contains(&header.len()) && header.iter().all(u8::is_ascii_digit) {
        return Some(header.iter().fold(0, |length, digit| 10 * length + u64::from(digit - b'0')));
    }
    std::str::from_utf8(header).ok()?.trim().parse().ok()
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
        let mut pieces = Pieces { limit, first: Bytes::new(), joined: BytesMut::new() };
        if let Some(peeked) = self.peeked.take() {
            pieces.add(peeked)?;
        }
        poll_fn(|cx| self.source.poll_rest(&mut pieces, cx)).await?;
        let body = pieces.whole();
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
            None => poll_fn(|cx| self.source.poll_next(cx)).await,
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
        while let Some(chunk) = poll_fn(|cx| self.source.poll_next(cx)).await? {
            if !chunk.is_empty() {
                self.peeked = Some(chunk);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What there is of a body. One piece is the usual case; it is passed on as it is.
struct Pieces {
    limit: usize,
    first: Bytes,
    joined: BytesMut,
}

impl Pieces {
    fn add(&mut self, piece: Bytes) -> Result<()> {
        let Self { limit, first, joined } = self;
        if first.len().max(joined.len()) + piece.len() > *limit {
            return Err(Error::body_too_large(*limit));
        }
        if first.is_empty() && joined.is_empty() {
            *first = piece;
        } else {
            joined.extend_from_slice(&std::mem::take(first));
            joined.extend_from_slice(&piece);
        }
        Ok(())
    }

    fn whole(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}

/// How far reading has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    NotBegun,
    Reading,
    Ended,
    /// The body has broken off, or another has begun to read it.
    Failed,
}

/// The pieces as they come from the client, and its clock.
struct Source<'a> {
    head: &'a RequestHead,
    progress: Progress,
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
        let progress = Progress::NotBegun;
        Self { head, progress, received: 0, clock: None, has_waited: false }
    }

    /// Everything up to the end.
    fn poll_rest(&mut self, pieces: &mut Pieces, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while let Some(piece) = ready!(self.poll_next(cx))? {
            pieces.add(piece)?;
        }
        Poll::Ready(Ok(()))
    }

    /// The next piece. Who begins to read a body has it to himself.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if self.progress == Progress::NotBegun && self.head.body.get().is_none() {
            self.progress = match self.head.body_begun.replace(true) {
                false => Progress::Reading,
                true => Progress::Failed,
            };
        }
        match self.progress {
            Progress::Reading => {}
            Progress::NotBegun | Progress::Ended => return Poll::Ready(Ok(None)),
            Progress::Failed => return Poll::Ready(Err(Error::parse(FAILED))),
        }
        let piece = ready!(self.poll(cx));
        match &piece {
            Ok(Some(piece)) => self.received += piece.len() as u64,
            Ok(None) => self.progress = Progress::Ended,
            Err(_) => self.progress = Progress::Failed,
        }
        Poll::Ready(piece)
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
