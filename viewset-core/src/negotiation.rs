//! Which renderer answers and which parser reads (DRF's `negotiation.py`, rows N1 to N6, N12).
//!
//! It runs before the action is known, so it gets the [`RequestHead`].

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::parsers::ErasedParser;
use crate::renderers::Renderer;
use crate::request::RequestHead;

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
        let sent = MediaRange::parse(content_type);
        parsers.iter().position(|parser| sent.accepts(parser.media_type()))
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
            && head.query_string().is_empty()
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
        let accept = accept.as_deref().map_or("*/*", accept_text);
        by_accept(accept, &candidates).ok_or_else(Error::not_acceptable)
    }
}

/// Whether an `Accept` header asks for the first renderer and nothing else: the usual case, for nothing.
fn names_first(accept: &[u8], renderers: &[&dyn Renderer]) -> bool {
    accept == b"*/*" || renderers.first().is_some_and(|r| r.media_type().as_bytes() == accept)
}

/// What DRF looks at of an `Accept` header: a long one is cut off at a comma.
fn accept_text(accept: &[u8]) -> &str {
    let start = match accept.get(..MAX_ACCEPT) {
        Some(start) if accept.len() > MAX_ACCEPT => {
            start.get(..memchr::memrchr(b',', start).map_or(0, |comma| comma + 1)).unwrap_or(b"")
        }
        _ => accept,
    };
    std::str::from_utf8(start).unwrap_or("")
}

fn by_accept(accept: &str, candidates: &[(usize, &&dyn Renderer)]) -> Option<Accepted> {
    let counts = |range: &&str| !range.is_empty() && range.len() <= MAX_RANGE;
    let ranges = accept.split(',').map(str::trim).filter(counts).take(MAX_RANGES);
    let ranges: Vec<_> = ranges.map(MediaRange::parse).collect();
    for precedence in (0..=3).rev() {
        for (place, renderer) in candidates {
            let accepts = |range: &&MediaRange<'_>| {
                range.precedence() == precedence && range.accepts(renderer.media_type())
            };
            if let Some(range) = ranges.iter().find(accepts) {
                let media_type = range.narrowed(renderer.media_type());
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

/// One entry of an `Accept` header.
#[derive(Clone, Copy)]
struct MediaRange<'a> {
    main: &'a str,
    sub: &'a str,
    params: &'a str,
    text: &'a str,
}

impl<'a> MediaRange<'a> {
    fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let (essence, params) = text.split_once(';').unwrap_or((text, ""));
        let (main, sub) = essence.trim().split_once('/').unwrap_or((essence.trim(), ""));
        Self { main, sub, params, text }
    }

    fn precedence(&self) -> usize {
        match (self.main, self.sub) {
            ("*", _) => 0,
            (_, "*") => 1,
            _ if self.params().all(|(name, _)| name == "q") => 2,
            _ => 3,
        }
    }

    /// DRF's `_MediaType.match`: the parameters that the client adds do not matter, those of `media_type`
    /// have to be there; a wildcard on either side fits.
    fn accepts(&self, media_type: &str) -> bool {
        let own = MediaRange::parse(media_type);
        let fits = |a: &str, b: &str| a == "*" || b == "*" || a.eq_ignore_ascii_case(b);
        fits(self.main, own.main)
            && fits(self.sub, own.sub)
            && own.params().all(|param| param.0 == "q" || self.params().any(|it| it == param))
    }

    /// Names and values of the parameters, without quotes.
    fn params(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.params.split(';').filter(|param| !param.trim().is_empty()).map(|param| {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            (name.trim(), value.trim().trim_matches('"'))
        })
    }

    /// The media type that was accepted, with the client's parameters; `None` without any.
    fn narrowed(&self, media_type: &str) -> Option<String> {
        if self.params.is_empty() {
            return None;
        }
        Some(match self.precedence() {
            0 | 1 => format!("{media_type}; {}", self.params.trim()),
            _ => self.text.to_owned(),
        })
    }
}
