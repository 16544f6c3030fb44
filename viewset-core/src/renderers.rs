//! From data to bytes, in the format that the client asked for (DRF's `renderers.py`, rows N1 to N9).
//!
//! JSON is written straight from the typed value; other renderers get a [`Value`]. Which one answers is
//! content negotiation's business.

pub(crate) mod buffers;
pub mod json;
mod raw;
mod stock;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::data::Value;
use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};
use crate::response::{Body, IntoResponse, Response};

pub use raw::RawJson;
pub use stock::{JsonRenderer, PlainTextRenderer, PrettyJsonRenderer};

/// The media type of JSON, without a charset, as DRF sends it.
pub(crate) const JSON_MEDIA_TYPE: &str = "application/json";

/// A format that responses can have (DRF's `BaseRenderer`).
///
/// ```
/// use viewset_core::{error::Result, renderers::Renderer, request::Request, serializers::Value};
/// use viewset_core::http::StatusCode;
///
/// /// `name=Euro` for a map of texts.
/// struct LineRenderer;
///
/// impl Renderer for LineRenderer {
///     fn media_type(&self) -> &'static str {
///         "text/plain"
///     }
///     fn format(&self) -> &'static str {
///         "txt"
///     }
///     fn render(&self, data: &Value, _status: StatusCode, _req: &Request) -> Result<Vec<u8>> {
///         let Value::Map(entries) = data else { return Ok(Vec::new()) };
///         let lines = entries.iter().filter_map(|(key, value)| Some(format!("{key}={}\n", value.as_str()?)));
///         Ok(lines.collect::<String>().into_bytes())
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `renderer_classes = [X]` wants values, so `X` is a unit struct or any constant expression whose
/// type implements this trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a renderer",
    label = "expected a renderer",
    note = "implement `Renderer` for it: its media type, its format, and `render`"
)]
pub trait Renderer: Sync {
    /// The media type that `Accept` is matched against, such as `text/csv`.
    fn media_type(&self) -> &'static str;

    /// The name in `?format=` and in format suffixes, such as `csv`.
    fn format(&self) -> &'static str;

    /// The charset in `Content-Type`. Default: `utf-8`; `None` for none at all, as JSON has it.
    fn charset(&self) -> Option<&'static str> {
        Some("utf-8")
    }

    /// Whether this is JSON as [`JsonRenderer`] writes it: then the data are written without becoming a
    /// [`Value`], and `render` is not asked. Default: no.
    fn is_json(&self) -> bool {
        false
    }

    /// The bytes of the data. It is asked for errors, too, whose data are what stands in their bodies.
    ///
    /// # Errors
    ///
    /// Data that the format cannot express.
    fn render(&self, data: &Value, status: StatusCode, req: &Request) -> Result<Vec<u8>>;
}

/// The renderers of a viewset that names none.
static DEFAULT: &[&dyn Renderer] = &[&JsonRenderer];

/// The renderers of a request; the answer of `get_renderers`.
#[derive(Clone, Copy)]
pub struct Renderers(&'static [&'static dyn Renderer]);

impl Renderers {
    /// The preferred one first. [`renderers!`](crate::renderers!) is the short way to write it.
    pub const fn new(classes: &'static [&'static dyn Renderer]) -> Self {
        Self(classes)
    }

    pub(crate) const fn classes(self) -> &'static [&'static dyn Renderer] {
        self.0
    }

    /// The `renderer_classes` that hold on the route of a request: the action's, else the viewset's,
    /// else the router's.
    pub fn of(req: &RequestHead) -> Self {
        Self(req.options().renderer_classes.unwrap_or(DEFAULT))
    }
}

impl Default for Renderers {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl std::fmt::Debug for Renderers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|renderer| renderer.media_type())).finish()
    }
}

/// A list of renderers for `get_renderers` or for a router: `renderers![JsonRenderer]`.
#[macro_export]
macro_rules! renderers {
    ($($renderer:expr),* $(,)?) => {
        $crate::renderers::Renderers::new(const { &[$(&$renderer),*] })
    };
}

impl Request {
    /// The renderers of this request, the preferred one first.
    pub(crate) fn renderers(&self) -> &'static [&'static dyn Renderer] {
        self.policies.get().renderers.0
    }

    /// The renderer that the client is answered by; the first one where negotiation found none.
    pub fn accepted_renderer(&self) -> &'static dyn Renderer {
        self.renderers().get(self.renderer.get()).copied().unwrap_or(&JsonRenderer)
    }
}

impl Response {
    /// A response with these data, in the negotiated format.
    ///
    /// # Errors
    ///
    /// Data that the format cannot express: 500.
    pub fn data<T: Serialize + ?Sized>(
        req: &Request,
        status: StatusCode,
        data: &T,
    ) -> Result<Self> {
        Self::raw(req, status, RawJson::of(data).map_err(Error::internal)?)
    }

    /// A response with data that are JSON already, in the negotiated format.
    ///
    /// # Errors
    ///
    /// Data that the format cannot express: 500.
    pub fn raw(req: &Request, status: StatusCode, data: RawJson) -> Result<Self> {
        let renderer = req.accepted_renderer();
        let mut response = Self::empty(status);
        if renderer.is_json() {
            let body = match stock::indent(req) {
                Some(indent) => json::indented(data.as_bytes(), indent).into(),
                None => buffers::into_bytes(data.into_bytes()),
            };
            response.content_type = Some(HeaderValue::from_static(JSON_MEDIA_TYPE));
            response.body = Body::Bytes(body);
            return Ok(response);
        }
        // Other formats are not worth a second way from types to values: the JSON is read again.
        let value = data.to_value()?;
        response.content_type = Some(content_type(renderer)?);
        response.body = Body::Bytes(Bytes::from(renderer.render(&value, status, req)?));
        Ok(response)
    }

    /// A response with `data` as JSON, whatever was negotiated.
    ///
    /// # Errors
    ///
    /// Data that JSON cannot express: 500.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, data: &T) -> Result<Self> {
        let body = json::to_json(data).map_err(Error::internal)?;
        let mut response = Self::empty(status);
        response.content_type = Some(HeaderValue::from_static(JSON_MEDIA_TYPE));
        response.body = Body::Bytes(body.into());
        Ok(response)
    }
}

/// Anything that serde can serialize, sent with status 200 in the negotiated format.
#[derive(Clone, Debug)]
pub struct Data<T>(pub T);

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self, req: &Request) -> Result<Response> {
        Response::data(req, StatusCode::OK, &self.0)
    }
}

fn content_type(renderer: &dyn Renderer) -> Result<HeaderValue> {
    let text = match renderer.charset() {
        Some(charset) => format!("{}; charset={charset}", renderer.media_type()),
        None => renderer.media_type().to_owned(),
    };
    HeaderValue::from_str(&text).map_err(Error::internal)
}
