//! What the response of a request will carry in its headers, told before there is a response.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::RequestHead;
use crate::response::Headers;

/// Headers that wait for the response.
#[derive(Default)]
pub(crate) struct Outgoing {
    /// The headers of the request that the response depends on.
    vary: Vec<&'static str>,
    /// By name, so that one that is set again is sent once.
    cookies: Vec<(&'static str, HeaderValue)>,
}

impl RequestHead {
    /// Says that the response depends on this header of the request: `req.vary_on("Cookie")` puts it into
    /// `Vary`, beside what the action sets there (Django's `patch_vary_headers`, row F4).
    pub fn vary_on(&self, header: &'static str) {
        let mut outgoing = self.outgoing.borrow_mut();
        let vary = &mut outgoing.get_or_insert_default().vary;
        if !vary.contains(&header) {
            vary.push(header);
        }
    }

    /// Sets a cookie; `value` is the whole header.
    pub(crate) fn set_cookie(&self, name: &'static str, value: HeaderValue) {
        let mut outgoing = self.outgoing.borrow_mut();
        let cookies = &mut outgoing.get_or_insert_default().cookies;
        cookies.retain(|(known, _)| *known != name);
        cookies.push((name, value));
    }

    /// Puts what waits into the headers of the response.
    pub(crate) fn send_outgoing(&self, headers: &mut Headers) {
        let Some(outgoing) = self.outgoing.take() else { return };
        for name in outgoing.vary {
            add_vary(headers, name);
        }
        for (_, cookie) in outgoing.cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

/// Adds a name to `Vary`, which is then one header. What varies on everything (`*`) stays as it is.
pub(crate) fn add_vary(headers: &mut HeaderMap, name: &'static str) {
    if !headers.contains_key(header::VARY) {
        headers.insert(header::VARY, HeaderValue::from_static(name));
        return;
    }
    let all: Vec<_> = headers.get_all(header::VARY).iter().map(HeaderValue::as_bytes).collect();
    let mut all = all.join(&b", "[..]);
    let has = |name: &str| {
        let mut names = all.split(|byte| *byte == b',');
        names.any(|known| known.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    };
    if !has("*") && !has(name) {
        all.extend_from_slice(b", ");
        all.extend_from_slice(name.as_bytes());
    }
    if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(all)) {
        headers.insert(header::VARY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vary_is_one_header_with_each_name_once() {
        for (before, after) in [
            (&[][..], "Cookie"),
            (&["Accept"], "Accept, Cookie"),
            (&["Origin, cookie"], "Origin, cookie"),
            (&["Origin", "Accept"], "Origin, Accept, Cookie"),
            (&["*"], "*"),
        ] {
            let mut headers = HeaderMap::new();
            for value in before {
                headers.append(header::VARY, HeaderValue::from_static(value));
            }
            add_vary(&mut headers, "Cookie");
            let all: Vec<_> = headers.get_all(header::VARY).iter().collect();
            assert_eq!(all, [after], "{before:?}");
        }
    }
}
