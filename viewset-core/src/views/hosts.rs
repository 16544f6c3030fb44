//! Which hosts requests may be for (Django's `ALLOWED_HOSTS`): the links of a response name the host that the client named,
//! and whoever stores it for others must not be told any other.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use crate::renderers;
use crate::request::Request;
use crate::response::{Body, Response};

/// DRF's `bad_request`.
const BODY: &[u8] = br#"{"error": "Bad Request (400)"}"#;

/// The hosts that a router serves.
pub(crate) struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// Hosts in Django's spelling; what is none is an error that says how it is spelled.
    pub(crate) fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Result<Self, String> {
        let hosts: Vec<_> = hosts.into_iter().map(|host| host.into().to_lowercase()).collect();
        let is_host = |host: &String| {
            let name = host.strip_prefix('.').unwrap_or(host);
            host == "*" || domain(name).is_some_and(|domain| domain == name)
        };
        match hosts.iter().find(|host| !is_host(host)) {
            _ if hosts.is_empty() => Err("`allowed_hosts` names none".to_owned()),
            Some(odd) => Err(format!(
                "`{odd}` in `allowed_hosts` is no host: it is a name or an address alone, such as `api.example.com`, \
                 `.example.com` for all below it, too, or `*`"
            )),
            None => Ok(Self(hosts)),
        }
    }

    /// Whether a request may name this host, perhaps with a port.
    fn allow(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let Some(domain) = domain(&host) else { return false };
        self.0.iter().any(|allowed| {
            let before = allowed.strip_prefix('.').and_then(|name| domain.strip_suffix(name));
            let is_below = before.is_some_and(|before| before.is_empty() || before.ends_with('.'));
            allowed == "*" || allowed == domain || is_below
        })
    }
}

/// The name or the address of a host in lower case, without its port; `None` for what is none (Django's
/// `split_domain_port`).
fn domain(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => host.split_at_checked(end + 2)?,
        None => host.split_at_checked(host.find(':').unwrap_or(host.len()))?,
    };
    let is_address = |inner: &str| {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'.' | b':');
        let digits = inner.trim_start_matches(|char: char| char.is_ascii_hexdigit());
        inner.bytes().all(is_digit) && digits.len() > 1 && digits.starts_with(':')
    };
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let is_right = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => is_address(inner),
        None => !name.is_empty() && name.bytes().all(is_name),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (is_right && has_port).then(|| name.strip_suffix('.').unwrap_or(name))
}

/// The answer to a request for a host that is not served; `None` for any other request.
pub(super) fn refusal(req: &Request) -> Option<Response> {
    let allowed = req.router().settings.allowed_hosts.as_ref()?;
    let host = req.host();
    if allowed.allow(&host) {
        return None;
    }
    tracing::warn!(%host, "a request for a host that `allowed_hosts` does not name was refused");
    let mut response = Response::empty(StatusCode::BAD_REQUEST);
    response.content_type = Some(HeaderValue::from_static(renderers::JSON_MEDIA_TYPE));
    response.body = Body::Bytes(Bytes::from_static(BODY));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts<const N: usize>(hosts: [&str; N]) -> Result<AllowedHosts, String> {
        AllowedHosts::new(hosts)
    }

    /// As Django's `split_domain_port` and `validate_host` have it.
    #[test]
    fn a_host_is_served_if_it_is_named_or_lies_below_one_that_is() {
        let named = hosts(["API.example.com", ".example.org", "[::1]", "10.0.0.1"]);
        let any = hosts(["*"]);
        let is_served = |allowed: &Result<AllowedHosts, String>, host| {
            allowed.as_ref().map(|allowed| allowed.allow(host)).ok()
        };
        for (host, expected) in [
            ("api.example.com", true),
            ("API.example.com:8080", true),
            ("api.example.com.", true),
            ("api.example.com.:80", true),
            ("example.com", false),
            ("x.api.example.com", false),
            ("example.org", true),
            ("a.b.example.org", true),
            ("aexample.org", false),
            ("example.org.evil.com", false),
            ("[::1]", true),
            ("[::1]:80", true),
            ("[::2]", false),
            ("[::1", false),
            ("[::1]x", false),
            ("[::1]:", false),
            ("10.0.0.1", true),
            ("10.0.0.1:x", false),
            ("10.0.0.1:", false),
            ("10.0.0.2", false),
            ("", false),
            ("a b", false),
            ("api.example.com, evil", false),
            ("api.example.com:80:90", false),
            ("user@api.example.com", false),
            ("api.example.com/x", false),
            ("apí.example.org", false),
            ("api_1.example.org", false),
            ("[1]", false),
            ("[:]", false),
            ("[a:]", false),
            ("[a:b]", false),
            ("[g:1]", false),
            (".example.org", true),
            ("..example.org", true),
            ("-.example.org", true),
            ("[abc:.]", false),
            (":80", false),
            (".", false),
        ] {
            assert_eq!(is_served(&named, host), Some(expected), "{host}");
            assert!(!expected || is_served(&any, host) == Some(true), "{host}");
        }
        assert_eq!(is_served(&any, "a b"), Some(false));
    }

    #[test]
    fn what_is_no_host_is_a_mistake() {
        for odd in ["https://a.com", "a.com:80", "a.com/", "", ".", "*.a.com", "a b"] {
            let message = hosts(["a.com", odd]).err().unwrap_or_default();
            assert!(message.starts_with(&format!("`{odd}` in `allowed_hosts`")), "{message}");
        }
        assert!(hosts([]).is_err_and(|message| message.contains("names none")));
    }
}
