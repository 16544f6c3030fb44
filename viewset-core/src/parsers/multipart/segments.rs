//! What stands between the boundaries of a body, piece by piece. What a segment means is for the
//! decoder.

use std::future::Future;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::Finder;

use crate::error::Error;
use crate::parsers::form_error::FormError;

/// How far into a part its header may reach, with the empty line that ends it.
const MAX_HEAD: usize = 1024;

/// A body that arrives in pieces.
///
/// The futures need not be `Send`. The decoder asks for the next piece when it is done with the last,
/// so that a fast client waits for a slow disk.
pub trait Chunks {
    /// The next piece, of any length; `None` at the end. Not called again after the end or an error.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Error>>;
}

pub(super) struct Segments<C> {
    chunks: C,
    separator: Finder<'static>,
    /// How many bytes were taken from `chunks`, and how many may be.
    taken: u64,
    limit: u64,
    ended: bool,
    /// What was read and not yet given out, after `front`.
    buffer: BytesMut,
    front: Bytes,
    /// Whether the segment ends after `front`.
    over: bool,
}

impl<C: Chunks> Segments<C> {
    pub(super) fn new(chunks: C, boundary: &str, limit: u64) -> Self {
        Self {
            chunks,
            separator: Finder::new(format!("--{boundary}").as_bytes()).into_owned(),
            taken: 0,
            limit,
            ended: false,
            buffer: BytesMut::new(),
            front: Bytes::new(),
            over: true,
        }
    }

    /// Goes to the next segment, past what was not read of this one. `false` at the end of the body:
    /// there is no segment behind a boundary that ends it.
    pub(super) async fn next_segment(&mut self) -> Result<bool, FormError> {
        while self.piece().await?.is_some() {}
        while self.buffer.is_empty() && !self.ended {
            self.fill().await?;
        }
        self.over = false;
        Ok(!self.buffer.is_empty())
    }

    /// The next piece of the segment, which is not empty; `None` at its end.
    pub(super) async fn piece(&mut self) -> Result<Option<Bytes>, FormError> {
        loop {
            if !self.front.is_empty() {
                return Ok(Some(std::mem::take(&mut self.front)));
            }
            if self.over {
                return Ok(None);
            }
            self.front = self.cut();
            if self.front.is_empty() && !self.over {
                self.fill().await?;
            }
        }
    }

    /// As much of the buffer as surely belongs to the segment.
    fn cut(&mut self) -> Bytes {
        let separator = self.separator.needle().len();
        if let Some(at) = self.separator.find(&self.buffer) {
            self.over = true;
            let mut piece = self.buffer.split_to(at).freeze();
            self.buffer.advance(separator);
            // The line's end belongs to the boundary.
            for end in [b"\n", b"\r"] {
                if piece.ends_with(end) {
                    piece.truncate(piece.len() - 1);
                }
            }
            return piece;
        }
        if self.ended {
            self.over = true;
            return self.buffer.split().freeze();
        }
        // A line's end, and a boundary but for its last byte, may be the start of one.
        let held = separator + 1;
        self.buffer.split_to(self.buffer.len().saturating_sub(held)).freeze()
    }

    async fn fill(&mut self) -> Result<(), FormError> {
        let Some(piece) = self.chunks.next().await.map_err(FormError::Source)? else {
            self.ended = true;
            return Ok(());
        };
        self.taken = self.taken.saturating_add(piece.len() as u64);
        if self.taken > self.limit {
            return Err(FormError::BodyTooLarge { limit: self.limit });
        }
        self.buffer.extend_from_slice(&piece);
        Ok(())
    }

    /// The header of the segment without the empty line that ends it; empty if it has none, as what
    /// stands before the first boundary. Fails if more than [`MAX_HEAD`] bytes have none.
    pub(super) async fn read_head(&mut self) -> Result<Bytes, FormError> {
        let mut start = BytesMut::new();
        while start.len() < MAX_HEAD
            && let Some(piece) = self.piece().await?
        {
            start.extend_from_slice(&piece);
        }
        let scanned = start.get(..MAX_HEAD).unwrap_or(&start);
        match memchr::memmem::find(scanned, b"\r\n\r\n") {
            Some(end) => {
                self.front = start.split_off(end + 4).freeze();
                start.truncate(end);
                Ok(start.freeze())
            }
            None if scanned.len() == MAX_HEAD => {
                Err(FormError::multipart("Request max total header size exceeded."))
            }
            None => Ok(Bytes::new()),
        }
    }
}
