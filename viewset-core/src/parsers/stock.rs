//! The parsers of the library: which media type is read by which decoder, within which limits.

use bytes::Bytes;

use super::charset::Charset;
use super::multipart::{Chunks, MultipartLimits};
use super::{ParseWhole, Parser, charset_of, content_type, form, json, multipart};
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
        parse_json(body.read().await?, charset_of(&content_type(req))?)
    }

    fn whole(&self) -> Option<ParseWhole> {
        Some(parse_json)
    }
}

fn parse_json(body: &[u8], charset: Charset) -> Result<Value> {
    let read = json::parse_with_charset(body, charset);
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
        parse_form(body.read().await?, charset_of(&content_type(req))?)
    }

    fn whole(&self) -> Option<ParseWhole> {
        Some(parse_form)
    }
}

fn parse_form(body: &[u8], charset: Charset) -> Result<Value> {
    Ok(Value::Form(form::decode(body, charset, MAX_FIELDS)?))
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
        let content_type = content_type(req);
        let charset = charset_of(&content_type)?;
        let form = multipart::decode(&content_type, charset, body, &limits).await?;
        Ok(Value::Form(form))
    }
}

impl Chunks for Payload<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        self.chunk().await
    }
}
