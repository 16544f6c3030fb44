//! From data to bytes, in the format that the client asked for.
//!
//! JSON for now; content negotiation chooses among those that there are.

pub mod json;

/// The media type of JSON, without a charset, as DRF sends it.
pub(crate) const JSON_MEDIA_TYPE: &str = "application/json";

/// A format that responses can have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renderer {
    /// The media type, matched against `Accept`.
    pub(crate) media_type: &'static str,
    /// The name in `?format=` and in format suffixes.
    pub(crate) format: &'static str,
}

/// The formats of every viewset, the preferred one first.
pub(crate) static DEFAULT: &[Renderer] =
    &[Renderer { media_type: JSON_MEDIA_TYPE, format: "json" }];
