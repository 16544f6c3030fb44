//! The body of a request as a parser gets it: whole, or piece by piece.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

use super::RequestHead;
use crate::error::{Error, Result};

/// A body that has not been read yet.
pub struct Payload<'a> {
    head: &'a RequestHead,
    /// What was read to see whether there is anything, or before the parser came.
    peeked: RefCell<Peeked>,
}

enum Peeked {
    /// Nothing was read.
    Nothing,
    /// The first piece.
    First(Bytes),
    /// The first piece was handed out.
    Streaming,
}

impl RequestHead {
    pub(crate) fn payload(&self) -> Payload<'_> {
        let peeked = match self.body.get() {
            Some(body) => Peeked::First(body.clone()),
            None => Peeked::Nothing,
        };
        Payload { head: self, peeked: RefCell::new(peeked) }
    }
}

impl Payload<'_> {
    /// The length that the request declares, in bytes; `None` for a body in chunks or an odd header.
    pub fn declared_length(&self) -> Option<u64> {
        self.head.header("content-length")?.trim().parse().ok()
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// 413 if it is longer than the router's `body_limit`; 400 if it breaks off.
    pub async fn bytes(self) -> Result<Bytes> {
        if matches!(*self.peeked.borrow(), Peeked::Nothing) || self.head.body.get().is_some() {
            return self.head.body().await.cloned();
        }
        let limit = self.head.router().settings.body_limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > limit {
                return Err(Error::body_too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(self.head.body.get_or_init(|| body.freeze()).clone())
    }

    /// The next piece; `None` at the end. However long the body is, no more than a piece is held.
    ///
    /// # Errors
    ///
    /// 400 if the body breaks off.
    pub async fn chunk(&self) -> Result<Option<Bytes>> {
        match self.peeked.replace(Peeked::Streaming) {
            Peeked::First(chunk) => Ok(Some(chunk)),
            _ if self.head.body.get().is_some() => Ok(None),
            _ => self.head.incoming.next_chunk().await,
        }
    }

    /// Whether there is no body at all, or one of no bytes (row L3).
    pub(crate) async fn is_empty(&self) -> Result<bool> {
        if let Some(body) = self.head.body.get() {
            return Ok(body.is_empty());
        }
        if let Some(length) = self.declared_length() {
            return Ok(length == 0);
        }
        while let Some(chunk) = self.head.incoming.next_chunk().await? {
            if !chunk.is_empty() {
                self.peeked.replace(Peeked::First(chunk));
                return Ok(false);
            }
        }
        self.peeked.replace(Peeked::Streaming);
        Ok(true)
    }
}
