//! The header of a part: whether it is a field or a file, and what it says of itself.

use super::file_name;
use crate::data::FileHead;
use crate::parsers::charset::Charset;
use crate::parsers::parameters::{Header, strip};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without a `Content-Disposition`.
    #[default]
    Raw,
    /// With one that has no file name, or an empty one.
    Field,
    File,
}

#[derive(Debug, Default)]
pub(super) struct PartHead {
    pub(super) kind: Kind,
    /// Whether the content is to be decoded; no other transfer encoding is.
    pub(super) is_base64: bool,
    disposition: Header,
    content_type: Header,
}

impl PartHead {
    /// The last of several headers with one name counts. A line that is no header is skipped, and so
    /// is one that goes on from the line before.
    pub(super) fn parse(head: &[u8]) -> Self {
        let mut part = Self::default();
        for line in split_lines(head) {
            let header = std::str::from_utf8(line).ok().and_then(Header::parse);
            let Some(mut header) = header else { continue };
            let Some((name, value)) = header.value.split_once(':') else { continue };
            match name {
                "content-disposition" => part.dispose(header),
                "content-transfer-encoding" => part.is_base64 = strip(value) == "base64",
                "content-type" => {
                    header.value = strip(value).to_owned();
                    part.content_type = header;
                }
                _ => {}
            }
        }
        part
    }

    fn dispose(&mut self, disposition: Header) {
        let has_file = disposition.get("filename").is_some_and(|name| !name.is_empty());
        self.kind = if has_file { Kind::File } else { Kind::Field };
        self.disposition = disposition;
    }

    /// The field's name without white space around it.
    pub(super) fn name(&self) -> Option<&str> {
        let is_blank = |char| matches!(char, ' ' | '\t'..='\r');
        self.disposition.get("name").map(|name| name.trim_matches(is_blank))
    }

    /// What the part says of its file; `None` if nothing is left of its name.
    pub(super) fn into_file(self, charset: Charset) -> Option<FileHead> {
        let name = self.disposition.get("filename").unwrap_or_default();
        let name = file_name::sanitized(&charset.decode_lossy(name.as_bytes()))?;
        let charset = self.content_type.get("charset").map(str::to_owned);
        Some(FileHead { name, content_type: self.content_type.value, charset })
    }
}

/// At each CRLF; LF alone is part of a line.
fn split_lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(head);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let Some(end) = memchr::memmem::find(bytes, b"\r\n") else { return rest.take() };
        rest = bytes.get(end + 2..);
        bytes.get(..end)
    })
}
