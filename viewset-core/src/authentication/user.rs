//! The user type, which is the application's own.

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::fmt;
use std::future::Future;

use futures_core::future::LocalBoxFuture;

use crate::error::Result;
use crate::request::RequestHead;

/// A user of the application: any type that can tell its key.
///
/// # Compiler errors
///
/// `Credentials::new(user)` and the stock authenticators want a type that implements this trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user type",
    note = "implement `AuthUser` for it: its `pk`, and whether it is active and staff"
)]
pub trait AuthUser: Any {
    /// The key, for throttles and logs: unique among users.
    fn pk(&self) -> Cow<'_, str>;

    /// Whether the account is in use; the stock authenticators refuse one that is not. Default: yes.
    fn is_active(&self) -> bool {
        true
    }

    /// Whether [`IsAdminUser`](crate::permissions::IsAdminUser) lets them pass. Default: no.
    fn is_staff(&self) -> bool {
        false
    }

    /// Whether they have a right on a model, for
    /// [`DjangoModelPermissions`](crate::permissions::DjangoModelPermissions). Default: no.
    fn has_perm(
        &self,
        req: &RequestHead,
        permission: ModelPermission,
    ) -> impl Future<Output = Result<bool>> {
        let _ = (req, permission);
        async { Ok(false) }
    }
}

/// What one can be allowed to do with a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// POST.
    Add,
    /// PUT and PATCH.
    Change,
    /// DELETE.
    Delete,
    /// Reading.
    View,
}

/// A right on a model; as text `add_user`, as Django's codenames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModelPermission {
    /// What is asked for.
    pub right: Right,
    /// The name of the model's type: `User`.
    pub model: &'static str,
}

impl fmt::Display for ModelPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let right = match self.right {
            Right::Add => "add",
            Right::Change => "change",
            Right::Delete => "delete",
            Right::View => "view",
        };
        write!(f, "{right}_{}", self.model.to_lowercase())
    }
}

/// The object-safe twin of [`AuthUser`]; every user type has it.
pub trait ErasedUser {
    /// As [`AuthUser::pk`].
    fn pk(&self) -> Cow<'_, str>;
    /// As [`AuthUser::is_active`].
    fn is_active(&self) -> bool;
    /// The path of the user's type, for what must not mix up the keys of two types.
    fn kind(&self) -> &'static str;
    /// As [`AuthUser::is_staff`].
    fn is_staff(&self) -> bool;
    /// As [`AuthUser::has_perm`].
    fn has_perm<'a>(
        &'a self,
        req: &'a RequestHead,
        permission: ModelPermission,
    ) -> LocalBoxFuture<'a, Result<bool>>;
    /// For a look at the type itself.
    fn as_any(&self) -> &dyn Any;
}

impl<U: AuthUser> ErasedUser for U {
    fn pk(&self) -> Cow<'_, str> {
        AuthUser::pk(self)
    }

    fn is_active(&self) -> bool {
        AuthUser::is_active(self)
    }

    fn kind(&self) -> &'static str {
        type_name::<U>()
    }

    fn is_staff(&self) -> bool {
        AuthUser::is_staff(self)
    }

    fn has_perm<'a>(
        &'a self,
        req: &'a RequestHead,
        permission: ModelPermission,
    ) -> LocalBoxFuture<'a, Result<bool>> {
        Box::pin(AuthUser::has_perm(self, req, permission))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
