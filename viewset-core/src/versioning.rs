//! Which version of the API a request asks for (DRF's `versioning.py`, rows Q1 to Q7).
//!
//! A scheme reads the version before the action is known, so it gets the [`RequestHead`]; `reverse`
//! asks it to put the version into the URLs that it makes.

mod schemes;

use std::any::type_name;
use std::borrow::Cow;

use crate::error::Result;
use crate::request::RequestHead;
use crate::reverse::Reverse;

pub use schemes::{
    AcceptHeaderVersioning, HostNameVersioning, NamespaceVersioning, QueryParameterVersioning,
    UrlPathVersioning,
};

/// A way to find the version of a request (DRF's `BaseVersioning`).
///
/// A scheme of one's own is mostly a stock one under a name, with its versions:
///
/// ```
/// use std::borrow::Cow;
/// use viewset_core::versioning::{UrlPathVersioning, Versioning};
/// use viewset_core::{error::Result, request::RequestHead, reverse::Reverse};
///
/// const STAGES: UrlPathVersioning =
///     UrlPathVersioning::new().default_version("v1").allowed_versions(&["v1", "v2"]);
/// ```
///
/// # Compiler errors
///
/// `versioning_class = X` wants a value, so `X` is a unit struct or any constant expression whose type
/// implements this trait and is `Sync`.
pub trait Versioning: Sync {
    /// The version; `None` if the request names none and there is no default.
    ///
    /// # Errors
    ///
    /// 404 (406 for a media type) for a version that is not allowed.
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>>;

    /// The URL of a route of the same version as the request. Default: unchanged.
    fn reverse<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a> {
        let _ = req;
        url
    }
}

/// The object-safe twin of [`Versioning`]; every scheme has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a versioning scheme",
    label = "expected a versioning scheme, or `None`",
    note = "implement `Versioning` for it: `determine_version`"
)]
pub trait ErasedVersioning: Sync {
    #[doc(hidden)]
    fn determine(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>>;
    #[doc(hidden)]
    fn adapt<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a>;
    #[doc(hidden)]
    fn name(&self) -> &'static str;
}

impl<T: Versioning> ErasedVersioning for T {
    fn determine(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        self.determine_version(req)
    }

    fn adapt<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a> {
        self.reverse(req, url)
    }

    fn name(&self) -> &'static str {
        let path = type_name::<T>();
        path.rsplit("::").next().unwrap_or(path)
    }
}

impl RequestHead {
    /// The version that the request asks for (DRF's `request.version`); `None` without a scheme, or
    /// where the scheme found none.
    pub fn version(&self) -> Option<&str> {
        self.found_version()
    }

    /// The type name of the versioning scheme of this route; `None` without one.
    pub fn versioning_scheme(&self) -> Option<&'static str> {
        Some(self.options().versioning_class.flatten()?.name())
    }
}
