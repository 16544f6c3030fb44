//! A body in `multipart/form-data`, read as Django's `MultiPartParser` reads it (DRF row L13), piece
//! by piece as it arrives. Which request has one is decided elsewhere.
//!
//! As lenient as Django: a closing boundary may be missing (the file before it is then dropped, a
//! field is kept), lines may end the boundary with LF or CR alone, parts without a name are skipped,
//! and what stands before the first boundary or behind the last is read like any part. At no time is
//! more held than the fields so far, the files that are in memory, a block on its way to the disk, and
//! two or three copies of one piece of the source.

use std::path::PathBuf;

use super::charset::Charset;
use super::form_error::FormError;
use super::parameters::Header;
use crate::data::{FormData, UploadWriter, UploadedFile};

mod entities;
mod file_name;
mod part;
mod segments;

use crate::base64::{self, Base64};
use part::{Kind, PartHead};
pub use segments::Chunks;
use segments::Segments;

/// How much a multipart body may bring.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MultipartLimits {
    /// The bytes of all fields together, their names among them and the files not: 2.5 MiB (Django's
    /// `DATA_UPLOAD_MAX_MEMORY_SIZE`).
    pub body_limit: usize,
    /// The bytes of the whole body: 50 MiB. Django has no such limit.
    pub upload_limit: u64,
    /// How many fields there may be: 1000 (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`). Parts without a
    /// name count, files do not.
    pub max_fields: usize,
    /// How many files there may be: 100 (Django's `DATA_UPLOAD_MAX_NUMBER_FILES`).
    pub max_files: usize,
    /// The bytes of all files together that stay in memory: 2.5 MiB (Django's
    /// `FILE_UPLOAD_MAX_MEMORY_SIZE`). A file for which there is no room left goes to disk.
    pub memory_limit: usize,
    /// Where temporary files lie, by default where the system has them (Django's
    /// `FILE_UPLOAD_TEMP_DIR`).
    pub directory: Option<PathBuf>,
}

impl Default for MultipartLimits {
    fn default() -> Self {
        Self {
            body_limit: 2_621_440,
            upload_limit: 52_428_800,
            max_fields: 1000,
            max_files: 100,
            memory_limit: 2_621_440,
            directory: None,
        }
    }
}

/// The fields and files of a body with this `Content-Type`, of which names and values are in
/// `charset`.
///
/// # Errors
///
/// What is malformed, in the words of Django (`Multipart form parse error - …`): a `Content-Type`
/// without a boundary of 1 to 201 characters, a part whose header is not over after 1024 bytes, base64
/// that is none; and what is beyond `limits`, as soon as it is.
pub async fn decode(
    content_type: &str,
    charset: Charset,
    chunks: impl Chunks,
    limits: &MultipartLimits,
) -> Result<FormData, FormError> {
    let boundary = boundary(content_type)?;
    let segments = Segments::new(chunks, &boundary, limits.upload_limit);
    Decoder {
        segments,
        limits,
        charset,
        form: FormData::new(),
        field_bytes: 0,
        parts: 0,
        files: 0,
        memory_left: limits.memory_limit,
    }
    .run()
    .await
}

fn boundary(content_type: &str) -> Result<String, FormError> {
    let wrong = |what, text| Err(FormError::multipart(format_args!("Invalid {what}: {text}")));
    if !content_type.starts_with("multipart/") {
        return wrong("Content-Type", content_type);
    }
    if !content_type.is_ascii() {
        return wrong("non-ASCII Content-Type in multipart", content_type);
    }
    let header = Header::parse(content_type).unwrap_or_default();
    match header.get("boundary") {
        None => wrong("boundary in multipart", "None"),
        Some(boundary) if is_boundary(boundary) => Ok(boundary.to_owned()),
        Some(boundary) => wrong("boundary in multipart", boundary),
    }
}

/// Django's `[ -~]{0,200}[!-~]`.
fn is_boundary(text: &str) -> bool {
    (1..=201).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.ends_with(' ')
}

struct Decoder<'a, C> {
    segments: Segments<C>,
    limits: &'a MultipartLimits,
    charset: Charset,
    form: FormData,
    /// Of the fields so far, with their names.
    field_bytes: usize,
    /// The parts that are not files.
    parts: usize,
    files: usize,
    memory_left: usize,
}

impl<C: Chunks> Decoder<'_, C> {
    async fn run(mut self) -> Result<FormData, FormError> {
        // A file is complete when something follows its boundary.
        let mut file: Option<(String, UploadedFile)> = None;
        while self.segments.next_segment().await? {
            let head = PartHead::parse(&self.segments.read_head().await?);
            if let Some((name, file)) = file.take() {
                self.form.push_file(name, file);
            }
            if head.kind != Kind::File {
                self.count_part()?;
            }
            let Some(name) = head.name() else { continue };
            let name = self.charset.decode_lossy(name.as_bytes()).into_owned();
            match head.kind {
                Kind::File => {
                    let content = self.read_file(head).await?;
                    // Django takes an empty name for none.
                    file = content.filter(|_| !name.is_empty()).map(|content| (name, content));
                }
                Kind::Field => self.read_field(name, head.is_base64).await?,
                Kind::Raw => {}
            }
        }
        Ok(self.form)
    }

    fn count_part(&mut self) -> Result<(), FormError> {
        // What stands before the first boundary and behind the last are parts too.
        self.parts += 1;
        let limit = self.limits.max_fields;
        if self.parts > limit.saturating_add(2) {
            return Err(FormError::TooManyFields { limit });
        }
        Ok(())
    }

    async fn read_field(&mut self, name: String, is_base64: bool) -> Result<(), FormError> {
        let limit = self.limits.body_limit;
        let mut data = Vec::new();
        while let Some(piece) = self.segments.piece().await? {
            if piece.len() > limit.saturating_sub(self.field_bytes + data.len()) {
                return Err(FormError::FieldsTooLarge { limit });
            }
            data.extend_from_slice(&piece);
        }
        // The name in characters, and two more for what would be `&=` in a urlencoded form.
        self.field_bytes += data.len() + name.chars().count() + 2;
        if self.field_bytes > limit {
            return Err(FormError::FieldsTooLarge { limit });
        }
        if let (true, Some(decoded)) = (is_base64, base64::decode(&data)) {
            data = decoded;
        }
        self.form.push(name, self.charset.decode_lossy(&data));
        Ok(())
    }

    /// The file of the part; `None` if nothing is left of its name.
    async fn read_file(&mut self, head: PartHead) -> Result<Option<UploadedFile>, FormError> {
        self.files += 1;
        let limit = self.limits.max_files;
        if self.files > limit {
            return Err(FormError::TooManyFiles { limit });
        }
        let mut base64 = head.is_base64.then(Base64::default);
        let Some(head) = head.into_file(self.charset) else { return Ok(None) };
        let mut writer = UploadWriter::new(head, self.memory_left, self.limits.directory.clone());
        while let Some(piece) = self.segments.piece().await? {
            match &mut base64 {
                Some(base64) => writer.write(&base64.decode(&piece)).await?,
                None => writer.write(&piece).await?,
            }
        }
        if base64.is_some_and(|base64| !base64.is_complete()) {
            return Err(FormError::multipart("Could not decode base64 data."));
        }
        let file = writer.finish().await?;
        if file.path().is_none() {
            let size = usize::try_from(file.size()).unwrap_or(usize::MAX);
            self.memory_left = self.memory_left.saturating_sub(size);
        }
        Ok(Some(file))
    }
}

#[cfg(test)]
pub(crate) mod tests;
