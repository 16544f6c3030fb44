//! Which renderer answers (DRF's `DefaultContentNegotiation`, rows N1 to N6).
//!
//! It runs before the action is known, so it gets the [`RequestHead`].

use crate::error::{Error, Result};
use crate::renderers::Renderer;
use crate::request::RequestHead;

/// Chooses by format suffix or `?format=`, then by `Accept`; answers the place of the renderer. The more
/// specific media type wins; among equals the order of the renderers decides. Quality values are ignored,
/// as DRF ignores them.
pub(crate) fn select_renderer(head: &RequestHead, renderers: &[&dyn Renderer]) -> Result<usize> {
    let accept = head.header_bytes("accept");
    let names_first = |accept: &[u8]| {
        accept == b"*/*" || renderers.first().is_some_and(|r| r.media_type().as_bytes() == accept)
    };
    if head.format().is_none() && head.query_string().is_empty() && accept.is_none_or(names_first) {
        return Ok(0);
    }
    let format = match head.format() {
        Some(format) => Some(format.to_owned()),
        None => head.query_param("format").filter(|f| !f.is_empty()).map(|f| f.into_owned()),
    };
    let fits = |renderer: &dyn Renderer| format.as_deref().is_none_or(|f| f == renderer.format());
    let candidates = renderers.iter().enumerate().filter(|(_, renderer)| fits(**renderer));
    if candidates.clone().next().is_none() {
        return Err(Error::not_found());
    }
    let accept = accept.map_or("*/*", |bytes| std::str::from_utf8(bytes).unwrap_or(""));
    let ranges: Vec<_> = accept.split(',').take(MAX_RANGES).map(MediaRange::parse).collect();
    let accepts = |precedence: usize, media_type: &str| {
        ranges.iter().any(|range| range.precedence() == precedence && range.accepts(media_type))
    };
    (0..=3)
        .rev()
        .flat_map(|precedence| candidates.clone().map(move |candidate| (precedence, candidate)))
        .find(|(precedence, (_, renderer))| accepts(*precedence, renderer.media_type()))
        .map(|(_, (place, _))| place)
        .ok_or_else(Error::not_acceptable)
}

/// DRF looks at no more than this many media types.
const MAX_RANGES: usize = 64;

/// One entry of an `Accept` header.
struct MediaRange<'a> {
    main: &'a str,
    sub: &'a str,
    has_params: bool,
}

impl<'a> MediaRange<'a> {
    fn parse(text: &'a str) -> Self {
        let (essence, params) = text.split_once(';').unwrap_or((text, ""));
        let (main, sub) = essence.trim().split_once('/').unwrap_or((essence.trim(), ""));
        let names = params.split(';').filter_map(|param| param.split('=').next()).map(str::trim);
        let has_params = names.into_iter().any(|name| !name.is_empty() && name != "q");
        Self { main, sub, has_params }
    }

    fn precedence(&self) -> usize {
        match (self.main, self.sub) {
            ("*", _) => 0,
            (_, "*") => 1,
            _ if !self.has_params => 2,
            _ => 3,
        }
    }

    /// DRF's `_MediaType.match`: whatever parameters the client adds, the media type decides.
    fn accepts(&self, media_type: &str) -> bool {
        let (main, sub) = media_type.split_once('/').unwrap_or((media_type, ""));
        let fits = |range: &str, value: &str| range == "*" || range.eq_ignore_ascii_case(value);
        !self.sub.is_empty() && fits(self.main, main) && fits(self.sub, sub)
    }
}
