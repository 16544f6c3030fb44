//! The HTTP methods that an action can be bound to.

use http::Method;

/// An HTTP method that an action can be bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
    Options,
    Trace,
}

impl Verb {
    /// All of them, in the order of an `Allow` header (DRF's `http_method_names`).
    pub const ALL: [Verb; 8] = [
        Verb::Get,
        Verb::Post,
        Verb::Put,
        Verb::Patch,
        Verb::Delete,
        Verb::Head,
        Verb::Options,
        Verb::Trace,
    ];

    /// `GET`, `POST`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
            Verb::Head => "HEAD",
            Verb::Options => "OPTIONS",
            Verb::Trace => "TRACE",
        }
    }

    /// The verb of a name in any case; `None` for methods that no action can serve.
    pub fn parse(name: &str) -> Option<Verb> {
        Self::ALL.into_iter().find(|verb| verb.as_str().eq_ignore_ascii_case(name))
    }

    /// The verb of a method; `None` for methods that no action can serve.
    pub(crate) fn from_method(method: &Method) -> Option<Verb> {
        Some(match *method {
            Method::GET => Verb::Get,
            Method::POST => Verb::Post,
            Method::PUT => Verb::Put,
            Method::PATCH => Verb::Patch,
            Method::DELETE => Verb::Delete,
            Method::HEAD => Verb::Head,
            Method::OPTIONS => Verb::Options,
            Method::TRACE => Verb::Trace,
            _ => return None,
        })
    }
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Method {
        match verb {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
            Verb::Delete => Method::DELETE,
            Verb::Head => Method::HEAD,
            Verb::Options => Method::OPTIONS,
            Verb::Trace => Method::TRACE,
        }
    }
}
