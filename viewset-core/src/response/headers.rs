//! The headers of a response, of which most responses have none of their own.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use http::HeaderMap;

/// The headers of a response: a [`HeaderMap`] that takes no room while it is empty, because a response
/// is moved through every stop on its way out.
#[derive(Clone, Default)]
pub struct Headers(Option<Box<HeaderMap>>);

/// What a response without headers shows of them.
static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

impl Headers {
    /// None.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Whether there is none; it looks no further than the room that they take.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|headers| headers.is_empty())
    }
}

impl Deref for Headers {
    type Target = HeaderMap;

    fn deref(&self) -> &HeaderMap {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Headers {
    fn deref_mut(&mut self) -> &mut HeaderMap {
        self.0.get_or_insert_default()
    }
}

impl From<HeaderMap> for Headers {
    fn from(headers: HeaderMap) -> Self {
        Self((!headers.is_empty()).then(|| Box::new(headers)))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
