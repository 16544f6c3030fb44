//! Who may do what: the trait that users implement, and the list a viewset asks.
//!
//! The stock permissions that need a user (`IsAuthenticated`, …) come with authentication.

use std::future::Future;

use futures_core::future::LocalBoxFuture;

use crate::error::{Error, ErrorDetail, Result};
use crate::request::Request;

/// A condition that a request has to meet (DRF's `BasePermission`).
///
/// ```
/// use viewset_core::{permissions::Permission, request::Request, error::Result};
///
/// struct ReadOnly;
///
/// impl Permission for ReadOnly {
///     async fn has_permission(&self, req: &Request) -> Result<bool> {
///         Ok(req.is_safe())
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `permission_classes = [X]` wants values, so `X` is a unit struct or any constant expression whose
/// type implements this trait and is `Sync`.
pub trait Permission: Sync {
    /// Whether the request may go on. It is asked for every method, also for one that is answered
    /// with 405 and for OPTIONS.
    fn has_permission(&self, req: &Request) -> impl Future<Output = Result<bool>>;

    /// The text that a refused client sees instead of the default.
    fn message(&self) -> Option<ErrorDetail> {
        None
    }
}

/// The object-safe twin of [`Permission`]; every permission has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    note = "implement `Permission` for it: `async fn has_permission(&self, req: &Request) -> Result<bool>`"
)]
pub trait ErasedPermission: Sync {
    #[doc(hidden)]
    fn check<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<bool>>;
    #[doc(hidden)]
    fn refusal(&self) -> Error;
}

impl<P: Permission> ErasedPermission for P {
    fn check<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<bool>> {
        Box::pin(self.has_permission(req))
    }

    fn refusal(&self) -> Error {
        match self.message() {
            Some(detail) => Error::new(http::StatusCode::FORBIDDEN, detail),
            None => Error::permission_denied(),
        }
    }
}

/// Everybody may. The default.
#[derive(Clone, Copy, Debug)]
pub struct AllowAny;

impl Permission for AllowAny {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        Ok(true)
    }
}

/// The permissions that hold for a request; the answer of `get_permissions`.
#[derive(Clone, Copy)]
pub struct Permissions(&'static [&'static dyn ErasedPermission]);

impl Permissions {
    /// All of these have to agree; none means that everybody may. [`permissions!`](crate::permissions!)
    /// is the short way to write it.
    pub const fn new(classes: &'static [&'static dyn ErasedPermission]) -> Self {
        Self(classes)
    }

    /// The `permission_classes` that hold on the route of a request: the action's, else the viewset's.
    pub fn of(req: &Request) -> Self {
        Self(req.options().permission_classes.unwrap_or(&[]))
    }

    /// DRF's `check_permissions`: the first that refuses decides the answer.
    pub(crate) async fn check(self, req: &Request) -> Result<()> {
        for permission in self.0 {
            if !permission.check(req).await? {
                return Err(permission.refusal());
            }
        }
        Ok(())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// A list of permissions for `get_permissions`: `permissions![IsAuthenticated, ReadOnly]`.
#[macro_export]
macro_rules! permissions {
    ($($permission:expr),* $(,)?) => {
        $crate::permissions::Permissions::new(const { &[$(&$permission),*] })
    };
}
