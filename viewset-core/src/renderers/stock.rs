//! The renderers of the library.

use http::StatusCode;

use super::{JSON_MEDIA_TYPE, Renderer, json};
use crate::data::Value;
use crate::error::{Error, Result};
use crate::parsers::parameters::Header;
use crate::request::{Request, RequestHead};
use crate::serializers::python_int;

/// `application/json`: compact, UTF-8, numbers as Python writes them. The default. A client that accepts
/// `application/json; indent=4` gets it on lines (row N8).
#[derive(Clone, Copy, Debug)]
pub struct JsonRenderer;

impl Renderer for JsonRenderer {
    fn media_type(&self) -> &'static str {
        JSON_MEDIA_TYPE
    }

    fn format(&self) -> &'static str {
        "json"
    }

    fn charset(&self) -> Option<&'static str> {
        None
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, data: &Value, _status: StatusCode, _req: &Request) -> Result<Vec<u8>> {
        json::to_json(data).map_err(Error::internal)
    }
}

/// `application/json` on lines, indented by four blanks, for people who read answers as they come.
#[derive(Clone, Copy, Debug)]
pub struct PrettyJsonRenderer;

impl Renderer for PrettyJsonRenderer {
    fn media_type(&self) -> &'static str {
        JSON_MEDIA_TYPE
    }

    fn format(&self) -> &'static str {
        "json"
    }

    fn charset(&self) -> Option<&'static str> {
        None
    }

    fn render(&self, data: &Value, _status: StatusCode, req: &Request) -> Result<Vec<u8>> {
        let text = json::to_json(data).map_err(Error::internal)?;
        Ok(json::indented(&text, indent(req).unwrap_or(4)))
    }
}

/// `text/plain; charset=utf-8`: a text as it is, of an error its `detail`, anything else as JSON.
#[derive(Clone, Copy, Debug)]
pub struct PlainTextRenderer;

impl Renderer for PlainTextRenderer {
    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn format(&self) -> &'static str {
        "txt"
    }

    fn render(&self, data: &Value, status: StatusCode, _req: &Request) -> Result<Vec<u8>> {
        let detail = data.get("detail").filter(|_| !status.is_success());
        match detail.unwrap_or(data).as_str() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => json::to_json(data).map_err(Error::internal),
        }
    }
}

/// The most that an answer is indented by, as in DRF.
const MAX_INDENT: i128 = 8;

/// The `indent` of the media type that the client accepted: 1 to 8; `None` for compact.
pub(super) fn indent(req: &RequestHead) -> Option<usize> {
    let accepted = req.accepted_media_type();
    // Nearly nobody asks for it.
    if !accepted.contains(';') {
        return None;
    }
    let header = Header::parse(accepted)?;
    let indent = python_int(header.get("indent")?)?;
    usize::try_from(indent.min(MAX_INDENT)).ok().filter(|indent| *indent > 0)
}
