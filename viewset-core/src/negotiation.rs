//! Which renderer answers and which parser reads (DRF's `negotiation.py`, rows N1 to N6, N12).
//!
//! It runs before the action is known, so it gets the [`RequestHead`].

mod media_type;

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::parsers::query::may_have;
use crate::parsers::{ErasedParser, text};
use crate::renderers::Renderer;
use crate::request::RequestHead;

use media_type::MediaType;

/// How renderer and parser are chosen (DRF's `BaseContentNegotiation`).
///
/// # Compiler errors
///
/// `content_negotiation_class = X` wants a value, so `X` is a unit struct or any constant expression
/// whose type implements this trait and is `Sync`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a content negotiation",
    label = "expected a content negotiation",
    note = "implement `ContentNegotiation` for it: `select_renderer`"
)]
pub trait ContentNegotiation: Sync {
    /// The renderer of the response.
    ///
    /// # Errors
    ///
    /// 404 for a format that there is not, 406 where the client accepts none of the renderers.
    fn select_renderer(
        &self,
        req: &RequestHead,
        renderers: &'static [&'static dyn Renderer],
    ) -> Result<Accepted>;

    /// The place of the parser for a `Content-Type`; `None` is a 415. Default: the first whose media
    /// type it fits.
    fn select_parser(&self, content_type: &str, parsers: &[&dyn ErasedParser]) -> Option<usize> {
        let mut sent = None;
        parsers.iter().position(|parser| {
            let own = parser.media_type();
            own == content_type
                || MediaType::parse(own)
                    .fits(sent.get_or_insert_with(|| MediaType::parse(content_type)))
        })
    }
}

impl dyn ContentNegotiation {
    /// The `content_negotiation_class` that holds on the route of a request: the action's, else the
    /// viewset's, else the router's.
    pub fn of(req: &RequestHead) -> &'static Self {
        req.options().content_negotiation_class.unwrap_or(&DefaultContentNegotiation)
    }
}

/// A renderer that was chosen, and the media type that the client accepted it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The place of the renderer.
    pub renderer: usize,
    /// The media type with the client's parameters, `application/json; indent=4`; `None` if it is the
    /// renderer's own.
    pub media_type: Option<String>,
}

impl Accepted {
    /// The renderer at this place, by its own media type.
    pub const fn new(renderer: usize) -> Self {
        Self { renderer, media_type: None }
    }
}

/// DRF's way: by format suffix or `?format=`, then by `Accept`. The more specific media type wins; among
/// equals the order of the renderers decides. Quality values are ignored, as DRF ignores them.
#[derive(Clone, Copy, Debug)]
pub struct DefaultContentNegotiation;

impl ContentNegotiation for DefaultContentNegotiation {
    fn select_renderer(
        &self,
        head: &RequestHead,
        renderers: &'static [&'static dyn Renderer],
    ) -> Result<Accepted> {
        let accept = head.joined_header("accept");
        if head.format().is_none()
            && !may_have(head.query_string(), "format")
            && accept.as_deref().is_none_or(|accept| names_first(accept, renderers))
        {
            return Ok(Accepted::new(0));
        }
        let format = match head.format() {
            Some(format) => Some(format.to_owned()),
            None => head.query_param("format").filter(|f| !f.is_empty()).map(Cow::into_owned),
        };
        let fits =
            |renderer: &dyn Renderer| format.as_deref().is_none_or(|f| f == renderer.format());
        let candidates: Vec<_> =
            renderers.iter().enumerate().filter(|(_, renderer)| fits(**renderer)).collect();
        if candidates.is_empty() {
            return Err(Error::not_found());
        }
        let accept = accept.as_deref().map_or(Cow::Borrowed("*/*"), accept_text);
        by_accept(&accept, &candidates).ok_or_else(Error::not_acceptable)
    }
}

/// Whether an `Accept` header asks for the first renderer and nothing else: the usual case, for nothing.
fn names_first(accept: &[u8], renderers: &[&dyn Renderer]) -> bool {
    accept == b"*/*" || renderers.first().is_some_and(|r| r.media_type().as_bytes() == accept)
}

/// What DRF looks at of an `Accept` header: a long one is cut off at a comma.
fn accept_text(accept: &[u8]) -> Cow<'_, str> {
    let start = match accept.get(..MAX_ACCEPT) {
        Some(start) if accept.len() > MAX_ACCEPT => {
            start.get(..memchr::memrchr(b',', start).map_or(0, |comma| comma + 1)).unwrap_or(b"")
        }
        _ => accept,
    };
    text(start)
}

fn by_accept(accept: &str, candidates: &[(usize, &&dyn Renderer)]) -> Option<Accepted> {
    let counts = |range: &&str| !range.is_empty() && range.chars().count() <= MAX_RANGE;
    let ranges = accept.split(',').map(str::trim).filter(counts).take(MAX_RANGES);
    let ranges: Vec<_> = ranges.map(MediaType::parse).collect();
    for precedence in (0..=3).rev() {
        for (place, renderer) in candidates {
            let own = MediaType::parse(renderer.media_type());
            let accepts =
                |range: &&MediaType<'_>| range.precedence() == precedence && own.fits(range);
            if let Some(range) = ranges.iter().find(accepts) {
                let media_type = range.accepted(&own);
                return Some(Accepted { renderer: *place, media_type });
            }
        }
    }
    None
}

/// DRF looks at no more than this many bytes of `Accept` (since 3.18.1).
const MAX_ACCEPT: usize = 8192;
/// DRF looks at no more than this many media types.
const MAX_RANGES: usize = 64;
/// DRF looks at no media type that is longer.
const MAX_RANGE: usize = 256;
