//! A file that a client sent: small ones in memory, others in a temporary file. How it came out of
//! the body is for the parsers.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tempfile::{NamedTempFile, TempPath};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::error::{Error, Result};

/// How much of a file is collected before it is written to the disk: 256 KiB.
const BLOCK: usize = 256 * 1024;

/// A file that a client sent (Django's `UploadedFile`).
///
/// A clone shares the content. A temporary file is deleted with the last clone; what shall stay is
/// saved with [`save_to`](Self::save_to).
#[derive(Clone, PartialEq)]
pub struct UploadedFile(Arc<Upload>);

/// What is known of a file, kept in one place: a value that may be a file has to be small if it is none.
#[derive(PartialEq)]
struct Upload {
    name: String,
    content_type: String,
    charset: Option<String>,
    size: u64,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Memory(Bytes),
    Disk(Arc<TemporaryFile>),
}

/// What lies on disk is equal to its clones alone: nothing is read to compare it.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Memory(one), Self::Memory(other)) => one == other,
            (Self::Disk(one), Self::Disk(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl UploadedFile {
    /// A file in memory (Django's `SimpleUploadedFile`), for tests and for parsers of your own. The
    /// name is taken as it is.
    pub fn from_bytes(
        name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        let content = content.into();
        Self(Arc::new(Upload {
            name: name.into(),
            content_type: content_type.into(),
            charset: None,
            size: content.len() as u64,
            content: Content::Memory(content),
        }))
    }

    /// The name that the client gave: never empty, without directories and control characters, and
    /// at most 255 characters. It is still the client's: do not use it as a path unseen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The media type that the client gave, in small letters and without parameters; empty if it
    /// gave none. It may be wrong.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.0.content_type
    }

    /// The `charset` of the content type, as the client gave it.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        self.0.charset.as_deref()
    }

    /// How many bytes the content has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Where the content lies, if it is in a temporary file and not in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0.content {
            Content::Memory(_) => None,
            Content::Disk(file) => file.path(),
        }
    }

    /// The whole content; for a file on disk it is read anew each time, and [`size`](Self::size)
    /// tells how much memory that takes.
    ///
    /// # Errors
    ///
    /// 500 if the temporary file cannot be read.
    pub async fn bytes(&self) -> Result<Bytes> {
        let file = match &self.0.content {
            Content::Memory(content) => return Ok(content.clone()),
            Content::Disk(file) => Arc::clone(file),
        };
        let read = move || std::fs::read(file.path().unwrap_or(Path::new("")));
        blocking(read).await.map(Bytes::from).map_err(Error::internal)
    }

    /// Copies the content to `path`, over what is there. The new file has the permissions of any
    /// other file that the process makes, which a temporary file has not.
    ///
    /// # Errors
    ///
    /// 500 if the file cannot be written.
    pub async fn save_to(&self, path: impl Into<PathBuf>) -> Result<()> {
        let (content, path) = (self.0.content.clone(), path.into());
        let save = move || match content {
            Content::Memory(content) => std::fs::write(path, content),
            Content::Disk(file) => {
                let mut from = std::fs::File::open(file.path().unwrap_or(Path::new("")))?;
                io::copy(&mut from, &mut std::fs::File::create(path)?).map(drop)
            }
        };
        blocking(save).await.map_err(Error::internal)
    }
}

impl fmt::Debug for UploadedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("name", &self.0.name)
            .field("content_type", &self.0.content_type)
            .field("charset", &self.0.charset)
            .field("size", &self.0.size)
            .field("path", &self.path())
            .finish()
    }
}

/// Work on files, off the event loop.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// A file that is deleted when it is dropped, off the event loop where there is one.
struct TemporaryFile(Option<TempPath>);

impl TemporaryFile {
    fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if let (Some(path), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            drop(runtime.spawn_blocking(|| drop(path)));
        }
    }
}

/// What the client said of a file.
#[derive(Debug, Default)]
pub(crate) struct FileHead {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) charset: Option<String>,
}

/// An [`UploadedFile`] that is still coming in.
pub(crate) struct UploadWriter {
    head: FileHead,
    size: u64,
    /// What is not on disk.
    pending: BytesMut,
    file: Option<NamedTempFile>,
    memory_limit: usize,
    directory: Option<PathBuf>,
}

impl UploadWriter {
    /// A file that stays in memory up to `memory_limit` bytes, and goes to a temporary file in
    /// `directory` (by default the system's) beyond them.
    pub(crate) fn new(head: FileHead, memory_limit: usize, directory: Option<PathBuf>) -> Self {
        Self { head, size: 0, pending: BytesMut::new(), file: None, memory_limit, directory }
    }

    /// Adds a piece. It holds no more than the memory limit or a block, and one piece.
    pub(crate) async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.size += piece.len() as u64;
        self.pending.extend_from_slice(piece);
        let limit = if self.file.is_some() { BLOCK } else { self.memory_limit };
        if self.pending.len() > limit { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> io::Result<()> {
        let (file, mut pending) = (self.file.take(), std::mem::take(&mut self.pending));
        let directory = self.directory.clone();
        let write = move || {
            let mut file = match (file, directory) {
                (Some(file), _) => file,
                (None, Some(directory)) => NamedTempFile::new_in(directory)?,
                (None, None) => NamedTempFile::new()?,
            };
            file.write_all(&pending)?;
            pending.clear();
            Ok((file, pending))
        };
        let (file, pending) = blocking(write).await?;
        // What grew to the memory limit shrinks to a block.
        self.pending = if pending.capacity() > 2 * BLOCK { BytesMut::new() } else { pending };
        self.file = Some(file);
        Ok(())
    }

    /// The file, now that all pieces are there.
    pub(crate) async fn finish(mut self) -> io::Result<UploadedFile> {
        if self.file.is_some() && !self.pending.is_empty() {
            self.flush().await?;
        }
        let content = match self.file {
            None => Content::Memory(self.pending.freeze()),
            Some(file) => Content::Disk(Arc::new(TemporaryFile(Some(file.into_temp_path())))),
        };
        let FileHead { name, content_type, charset } = self.head;
        Ok(UploadedFile(Arc::new(Upload { name, content_type, charset, size: self.size, content })))
    }
}

#[cfg(test)]
mod tests;
