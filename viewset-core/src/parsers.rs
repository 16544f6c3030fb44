//! From the bytes of a body to data, by its `Content-Type` (DRF's `parsers.py`, rows L1 to L15).
//!
//! A parser gets the [`RequestHead`] and so knows no action. How bytes are read is the business of the
//! decoders beside this file.

pub mod charset;
pub mod form;
pub mod form_error;
pub mod json;
pub mod multipart;
pub(crate) mod parameters;
pub mod query;
mod stock;

use std::borrow::Cow;
use std::future::Future;

use futures_core::future::LocalBoxFuture;

use crate::data::{FormData, Value};
use crate::error::{Error, Result};
use crate::request::{Payload, Request, RequestHead};

use charset::Charset;

pub use stock::{FormParser, JsonParser, MultiPartParser};

/// A format that bodies can have (DRF's `BaseParser`).
///
/// ```
/// use viewset_core::{error::{Error, Result}, parsers::Parser, data::Value};
/// use viewset_core::request::{Payload, RequestHead};
///
/// /// The text itself.
/// struct PlainTextParser;
///
/// impl Parser for PlainTextParser {
///     fn media_type(&self) -> &'static str {
///         "text/plain"
///     }
///     async fn parse(&self, _req: &RequestHead, body: Payload<'_>) -> Result<Value> {
///         let bytes = body.bytes().await?;
///         let text = std::str::from_utf8(&bytes).map_err(|_| Error::parse("The text is not UTF-8."))?;
///         Ok(Value::from(text))
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `parser_classes = [X]` wants values, so `X` is a unit struct or any constant expression whose type
/// implements this trait and is `Sync`.
pub trait Parser: Sync {
    /// The media type that `Content-Type` is matched against, such as `text/csv`.
    fn media_type(&self) -> &'static str;

    /// The data of a body, which is not empty.
    ///
    /// # Errors
    ///
    /// [`Error::parse`] for a body that is malformed: 400.
    fn parse(&self, req: &RequestHead, body: Payload<'_>) -> impl Future<Output = Result<Value>>;

    /// What reads a body that has come as a whole, without a future of its own, in the charset of its `Content-Type`.
    #[doc(hidden)]
    fn whole(&self) -> Option<ParseWhole> {
        None
    }
}

/// Reads a body that has come as a whole.
#[doc(hidden)]
pub type ParseWhole = fn(&[u8], Charset) -> Result<Value>;

/// The object-safe twin of [`Parser`]; every parser has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a parser",
    label = "expected a parser",
    note = "implement `Parser` for it: its media type and `parse`"
)]
pub trait ErasedParser: Sync {
    #[doc(hidden)]
    fn media_type(&self) -> &'static str;
    #[doc(hidden)]
    fn parse<'a>(
        &'a self,
        req: &'a RequestHead,
        body: Payload<'a>,
    ) -> LocalBoxFuture<'a, Result<Value>>;
    #[doc(hidden)]
    fn whole(&self) -> Option<ParseWhole>;
}

impl<P: Parser> ErasedParser for P {
    fn media_type(&self) -> &'static str {
        Parser::media_type(self)
    }

    fn parse<'a>(
        &'a self,
        req: &'a RequestHead,
        body: Payload<'a>,
    ) -> LocalBoxFuture<'a, Result<Value>> {
        Box::pin(Parser::parse(self, req, body))
    }

    fn whole(&self) -> Option<ParseWhole> {
        Parser::whole(self)
    }
}

/// The parsers of a viewset that names none.
static DEFAULT: &[&dyn ErasedParser] = &[&JsonParser, &FormParser, &MultiPartParser];

/// The parsers of a request; the answer of `get_parsers`.
#[derive(Clone, Copy)]
pub struct Parsers(&'static [&'static dyn ErasedParser]);

impl Parsers {
    /// The first that fits reads. [`parsers!`](crate::parsers!) is the short way to write it.
    pub const fn new(classes: &'static [&'static dyn ErasedParser]) -> Self {
        Self(classes)
    }

    pub(crate) const fn classes(self) -> &'static [&'static dyn ErasedParser] {
        self.0
    }

    /// The `parser_classes` that hold on the route of a request: the action's, else the viewset's, else
    /// the router's.
    pub fn of(req: &RequestHead) -> Self {
        Self(req.options().parser_classes.unwrap_or(DEFAULT))
    }
}

impl Default for Parsers {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl std::fmt::Debug for Parsers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|parser| parser.media_type())).finish()
    }
}

/// A list of parsers for `get_parsers` or for a router: `parsers![JsonParser]`.
#[macro_export]
macro_rules! parsers {
    ($($parser:expr),* $(,)?) => {
        $crate::parsers::Parsers::new(const { &[$(&$parser),*] })
    };
}

/// DRF refuses a longer `Content-Type` (since 3.18.1).
const MAX_CONTENT_TYPE: usize = 256;

/// The header as it was sent; octets beyond ASCII are read as Latin-1, as WSGI has it.
fn content_type(req: &RequestHead) -> Cow<'_, str> {
    match req.header_bytes("content-type").unwrap_or_default() {
        // The usual one needs no look at its letters.
        b"application/json" => Cow::Borrowed("application/json"),
        other => text(other),
    }
}

/// What a `Content-Type` says of the charset, else UTF-8 (row L7).
fn charset_of(content_type: &str) -> Result<Charset> {
    match memchr::memchr(b';', content_type.as_bytes()) {
        Some(_) => Ok(Charset::of_content_type(content_type)?),
        None => Ok(Charset::default()),
    }
}

/// The text of a header.
pub(crate) fn text(header: &[u8]) -> Cow<'_, str> {
    match header.is_ascii().then(|| std::str::from_utf8(header)) {
        Some(Ok(text)) => Cow::Borrowed(text),
        _ => Charset::LATIN_1.decode_lossy(header),
    }
}

/// DRF's `is_form_media_type`: whether or not there is a parser for it.
fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data"];
    !is_too_long(content_type) && forms.contains(&essence.as_str())
}

fn is_too_long(content_type: &str) -> bool {
    content_type.len() > MAX_CONTENT_TYPE && content_type.chars().count() > MAX_CONTENT_TYPE
}

impl Request {
    /// The parsers of this route.
    pub(crate) fn parsers(&self) -> &'static [&'static dyn ErasedParser] {
        self.policies.get().parsers.0
    }

    /// The parsed body (DRF's `request.data`), parsed at the first call: 415 for a media type without
    /// a parser, 400 for a malformed body. An empty body is empty, whatever its type: a form if
    /// that is what it is called, else a map (row L3).
    pub async fn data(&self) -> Result<&Value> {
        if let Some(data) = self.data.get() {
            return Ok(data);
        }
        let data = self.parse_body().await?;
        Ok(self.data.get_or_init(|| data))
    }

    async fn parse_body(&self) -> Result<Value> {
        let mut payload = self.payload();
        let content_type = content_type(self);
        if payload.is_empty().await? {
            return Ok(match is_form(&content_type) {
                true => Value::Form(FormData::new()),
                false => Value::Map(Vec::new()),
            });
        }
        let parser = match is_too_long(&content_type) {
            true => None,
            false => self.select_parser(&content_type),
        };
        let Some(parser) = parser else {
            return Err(Error::unsupported_media_type(&content_type));
        };
        match parser.whole() {
            Some(parse) => parse(payload.read().await?, charset_of(&content_type)?),
            None => parser.parse(self, payload).await,
        }
    }

    fn select_parser(&self, content_type: &str) -> Option<&'static dyn ErasedParser> {
        let parsers = self.parsers();
        let place = self.policies.get().negotiator.select_parser(content_type, parsers)?;
        parsers.get(place).copied()
    }
}
