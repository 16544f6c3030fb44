//! Who may do what: the traits that users implement, and the list a viewset asks
//! (DRF's `permissions.py`, rows G1 to G15).
//!
//! How a list holds permissions of many types is `set`'s business, what `&`, `|` and `!` mean is
//! `compose`'s; the permissions that come with the library are in `stock` and `model`.

pub mod compose;
mod model;
mod set;
mod stock;

use std::future::Future;

use crate::error::{Error, ErrorDetail, PERMISSION_DENIED, Result};
use crate::request::Request;

pub use model::{
    DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, DjangoObjectPermissions,
    HasObjectPerm,
};
pub use set::{ErasedPermission, PermissionSet, Permissions};
pub use stock::{AllowAny, IsAdminUser, IsAuthenticated, IsAuthenticatedOrReadOnly};

/// A condition that a request has to meet, whatever it is about (DRF's `BasePermission` with
/// `has_permission`).
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
/// A condition on the object, too, is an [`ObjectPermission`].
///
/// # Compiler errors
///
/// `permission_classes = [X]` wants values, so `X` is a unit struct or any constant expression whose
/// type implements this trait and is `Sync`.
pub trait Permission: Sync {
    /// Whether the request may go on. It is asked for every method, also for one that is answered
    /// with 405 and for OPTIONS.
    fn has_permission(&self, req: &Request) -> impl Future<Output = Result<bool>>;

    /// The text that a refused client sees instead of the default; a list or a map is the whole body.
    /// Somebody who has not authenticated is told that instead, where the view has authenticators
    /// (row G13).
    fn message(&self) -> Option<ErrorDetail> {
        None
    }

    /// The code of the refusal, for all texts of the message that have none of their own. Default:
    /// `permission_denied`.
    fn code(&self) -> &'static str {
        "permission_denied"
    }
}

/// A condition on a request and on the object that it is about (DRF's `has_object_permission`). `M` is
/// the model, so that a permission on notes cannot guard users.
///
/// `get_object` asks it, so it holds for detail actions that call that, never for lists (row G10).
///
/// ```
/// use viewset_core::{permissions::ObjectPermission, request::Request, error::Result};
/// # struct Note { locked: bool }
///
/// /// A locked note is only read.
/// struct Unlocked;
///
/// impl ObjectPermission<Note> for Unlocked {
///     async fn has_object_permission(&self, req: &Request, note: &Note) -> Result<bool> {
///         Ok(req.is_safe() || !note.locked)
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// A type implements this trait or [`Permission`], not both: rustc could not tell which one is meant.
/// `has_permission` is part of this trait, too.
pub trait ObjectPermission<M>: Sync {
    /// Whether the request may go on to the object. Default: yes.
    fn has_permission(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        let _ = req;
        async { Ok(true) }
    }

    /// Whether the request may have this object.
    fn has_object_permission(
        &self,
        req: &Request,
        object: &M,
    ) -> impl Future<Output = Result<bool>>;

    /// As [`Permission::message`].
    fn message(&self) -> Option<ErrorDetail> {
        None
    }

    /// As [`Permission::code`].
    fn code(&self) -> &'static str {
        "permission_denied"
    }
}

/// What a refused client is told, before it is known who asks.
pub(crate) fn refusal(message: Option<ErrorDetail>, code: &'static str) -> Error {
    let detail = message.unwrap_or_else(|| PERMISSION_DENIED.into());
    Error::new(http::StatusCode::FORBIDDEN, detail.or_code(code))
}

/// A list of permissions for `get_permissions`: `permissions![IsAuthenticated, ReadOnly]`. As in
/// `permission_classes`, `&`, `|` and `!` combine them: `permissions![IsAdminUser | ReadOnly]`.
#[macro_export]
macro_rules! permissions {
    ($($permissions:tt)*) => {
        $crate::__permissions!($crate::__private, $($permissions)*)
    };
}
