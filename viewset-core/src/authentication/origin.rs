//! Whether an origin or a referer is one of ours: URLs as Python's `urlsplit` reads them, and the
//! origins that the site trusts (Django's `CSRF_TRUSTED_ORIGINS`).

use std::net::Ipv6Addr;

/// The origins, beside the server's own, from which unsafe requests may come (Django's
/// `CSRF_TRUSTED_ORIGINS`): `https://admin.example.com`, or `https://*.example.com` for
/// `example.com` and all that is below it.
///
/// Made once, asked at each request. The default trusts none. An entry needs a scheme; one that is no
/// URL at all is trusted only to be equal to itself.
#[derive(Clone, Debug, Default)]
pub struct TrustedOrigins {
    exact: Vec<String>,
    /// Scheme and `.domain` of each entry with a star.
    subdomains: Vec<(String, String)>,
    /// The hosts of all entries, for the referer, whose scheme is checked before.
    hosts: Vec<String>,
}

impl TrustedOrigins {
    /// From entries in the form of the `Origin` header: scheme, host, and a port if it is not the
    /// scheme's own.
    pub fn new<S: AsRef<str>>(origins: impl IntoIterator<Item = S>) -> Self {
        let mut trusted = Self::default();
        for origin in origins {
            trusted.add(origin.as_ref());
        }
        trusted
    }

    fn add(&mut self, origin: &str) {
        let wild = origin.contains('*');
        if !wild {
            self.exact.push(origin.to_owned());
        }
        let Some(url) = SplitUrl::parse(origin) else { return };
        let host = url.netloc.trim_start_matches('*').to_owned();
        if wild {
            self.subdomains.push((url.scheme, host.clone()));
        }
        self.hosts.push(host);
    }

    /// Whether an `Origin` header names one of them.
    pub(super) fn has_origin(&self, origin: &str) -> bool {
        if self.exact.iter().any(|exact| exact == origin) {
            return true;
        }
        SplitUrl::parse(origin).is_some_and(|url| {
            let fits = |(scheme, host): &(String, String)| {
                *scheme == url.scheme && is_same_domain(&url.netloc, host)
            };
            self.subdomains.iter().any(fits)
        })
    }

    /// Whether the host of a referer, with its port, is one of theirs.
    pub(super) fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| is_same_domain(host, pattern))
    }
}

/// Whether a host is the pattern's or, where the pattern starts with a dot, one below it. The pattern's
/// case does not matter; the host's does, and browsers send it in lower case.
pub(super) fn is_same_domain(host: &str, pattern: &str) -> bool {
    let pattern = pattern.to_lowercase();
    match pattern.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(&pattern),
        None => !pattern.is_empty() && host == pattern,
    }
}

/// A URL in the parts that Python's `urlsplit` makes of it; the path, the query and the fragment are
/// needed for messages only.
pub(super) struct SplitUrl {
    /// In lower case; empty where there is none.
    pub(super) scheme: String,
    /// Host and port, and whatever else stands between `//` and the path.
    pub(super) netloc: String,
    path: String,
    query: String,
    fragment: String,
}

impl SplitUrl {
    /// `None` where `urlsplit` raises `ValueError`: brackets that hold no address of IPv6. (It raises
    /// for hosts that Unicode normalises into delimiters, too; no latin-1 character is such.)
    pub(super) fn parse(url: &str) -> Option<Self> {
        let url = url.trim_start_matches(|c: char| c <= ' ').replace(['\t', '\r', '\n'], "");
        let (scheme, rest) = split_scheme(&url);
        let (netloc, rest) = split_netloc(rest);
        check_brackets(netloc)?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let [netloc, path, query, fragment] = [netloc, path, query, fragment].map(str::to_owned);
        Some(Self { scheme: scheme.to_ascii_lowercase(), netloc, path, query, fragment })
    }

    /// The parts put together again (`geturl`); the scheme and the netloc must be there.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}://{}{}", self.scheme, self.netloc, self.path);
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if !part.is_empty() {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }
}

fn split_scheme(url: &str) -> (&str, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", url))
}

fn split_netloc(url: &str) -> (&str, &str) {
    let Some(rest) = url.strip_prefix("//") else { return ("", url) };
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

fn check_brackets(netloc: &str) -> Option<()> {
    match (netloc.split_once('['), netloc.contains(']')) {
        (None, false) => Some(()),
        (Some((_, rest)), true) => {
            let host = rest.split_once(']').map_or(rest, |(host, _)| host);
            (is_ipv6(host) || is_future_address(host)).then_some(())
        }
        _ => None,
    }
}

/// An address of IPv6, maybe with a zone behind a `%`.
fn is_ipv6(host: &str) -> bool {
    let (address, zone) = host.split_once('%').unwrap_or((host, "-"));
    !zone.is_empty() && !zone.contains('%') && address.parse::<Ipv6Addr>().is_ok()
}

/// `v1.something` (RFC 3986's `IPvFuture`).
fn is_future_address(host: &str) -> bool {
    host.strip_prefix('v').and_then(|rest| rest.split_once('.')).is_some_and(|(version, rest)| {
        !rest.is_empty()
            && !version.is_empty()
            && version.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}
