//! From the bytes of a body to data, by its `Content-Type` (DRF rows L1 to L9).
//!
//! A parser gets the [`RequestHead`] and so knows no action. JSON for now.

pub mod json;
pub mod query;

use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};
use crate::serializers::Value;

/// The media types that can be parsed, for OPTIONS.
pub(crate) const MEDIA_TYPES: &[&str] = &["application/json"];

/// DRF refuses a longer `Content-Type` (since 3.18.1).
const MAX_CONTENT_TYPE: usize = 256;

/// Parses a body. An empty one is an empty map and needs no media type at all (row L3).
pub(crate) fn parse(head: &RequestHead, body: &[u8]) -> Result<Value> {
    if body.is_empty() {
        return Ok(Value::Map(Vec::new()));
    }
    let content_type = head.header_bytes("content-type").unwrap_or_default();
    let content_type = String::from_utf8_lossy(content_type);
    if content_type.len() > MAX_CONTENT_TYPE || !is_json(&content_type) {
        return Err(Error::unsupported_media_type(&content_type));
    }
    json::parse(body).map_err(|error| Error::parse(format!("JSON parse error - {error}")))
}

/// `application/json`, or a wildcard that covers it; case and parameters do not matter.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/*", "*/json", "*/*"]
        .iter()
        .any(|m| essence.eq_ignore_ascii_case(m))
}

impl Request {
    /// The parsed body (DRF's `request.data`), parsed at the first call: 415 for a media type without
    /// a parser, 400 for a malformed body. An empty body is an empty map, whatever its type.
    pub async fn data(&self) -> Result<&Value> {
        if let Some(data) = self.data.get() {
            return Ok(data);
        }
        let body = self.body().await?;
        let data = parse(self, body)?;
        Ok(self.data.get_or_init(|| data))
    }
}
