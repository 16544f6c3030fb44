//! The parsers of the library: which media type is read by which decoder.

use super::{Parser, json};
use crate::error::{Error, Result};
use crate::request::{Payload, RequestHead};
use crate::serializers::Value;

/// `application/json`, as Python's `json` module reads it.
#[derive(Clone, Copy, Debug)]
pub struct JsonParser;

impl Parser for JsonParser {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    async fn parse(&self, _req: &RequestHead, body: Payload<'_>) -> Result<Value> {
        let bytes = body.bytes().await?;
        json::parse(&bytes).map_err(|error| Error::parse(format!("JSON parse error - {error}")))
    }
}
