//! The parsers of the library: which media type is read by which decoder, within which limits.

use bytes::Bytes;
use memchr::memchr;

use super::charset::Charset;
use super::multipart::{Chunks, MultipartLimits};
use super::{ParseWhole, Parser, content_type, form, json, multipart};
use crate::data::Value;
use crate::error::{Error, Result};
use crate::request::{Payload, RequestHead};

/// How many fields a form may have (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`).
const MAX_FIELDS: usize = 1000;

/// `application/json`, as Python's `json` module reads it.
#[derive(Clone, Copy, Debug)]
pub struct JsonParser;

impl Parser for JsonParser {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    async fn parse(&self, req: &RequestHead, mut body: Payload<'_>) -> Result<Value> {
        parse_json(req, body.read().await?)
    }

    fn whole(&self) -> Option<ParseWhole> {
        Some(parse_json)
    }
}

fn parse_json(req: &RequestHead, body: &[u8]) -> Result<Value> {
    let read = json::parse_with_charset(body, charset(req)?);
    read.map_err(|error| Error::parse(format!("JSON parse error - {error}")))
}

/// `application/x-www-form-urlencoded`, as Django's `QueryDict` reads it: at most 1,000 fields.
#[derive(Clone, Copy, Debug)]
pub struct FormParser;

impl Parser for FormParser {
    fn media_type(&self) -> &'static str {
        "application/x-www-form-urlencoded"
    }

    async fn parse(&self, req: &RequestHead, mut body: Payload<'_>) -> Result<Value> {
        parse_form(req, body.read().await?)
    }

    fn whole(&self) -> Option<ParseWhole> {
        Some(parse_form)
    }
}

fn parse_form(req: &RequestHead, body: &[u8]) -> Result<Value> {
    Ok(Value::Form(form::decode(body, charset(req)?, MAX_FIELDS)?))
}

/// `multipart/form-data`, with files, read as it arrives: at most 1,000 fields and 100 files; the fields
/// within the router's `body_limit`, all of it within its `upload_limit`. Files beyond 2.5 MiB together
/// go to disk.
#[derive(Clone, Copy, Debug)]
pub struct MultiPartParser;

impl Parser for MultiPartParser {
    fn media_type(&self) -> &'static str {
        "multipart/form-data"
    }

    async fn parse(&self, req: &RequestHead, body: Payload<'_>) -> Result<Value> {
        let settings = &req.router().settings;
        let (body_limit, upload_limit) = (settings.body_limit, settings.upload_limit);
        let limits = MultipartLimits { body_limit, upload_limit, ..MultipartLimits::default() };
        let form = multipart::decode(&content_type(req), charset(req)?, body, &limits).await?;
        Ok(Value::Form(form))
    }
}

impl Chunks for Payload<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        self.chunk().await
    }
}

/// What the request says of its charset, else UTF-8 (row L7).
fn charset(req: &RequestHead) -> Result<Charset> {
    match req.header_bytes("content-type") {
        Some(header) if memchr(b';', header).is_some() => {
            Ok(Charset::of_content_type(&content_type(req))?)
        }
        _ => Ok(Charset::default()),
    }
}
