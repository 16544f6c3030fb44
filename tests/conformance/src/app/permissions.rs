//! The permissions of the application's own.

use viewset_actix::prelude::*;

use super::users::User;

/// Staff may act on every user, others on themselves.
pub(super) struct IsAdminOrIsSelf;

impl ObjectPermission<User> for IsAdminOrIsSelf {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_authenticated())
    }

    async fn has_object_permission(&self, req: &Request, user: &User) -> Result<bool> {
        Ok(req.is_staff() || req.user::<User>().is_some_and(|own| own.id == user.id))
    }
}

pub(super) struct ReadOnly;

impl Permission for ReadOnly {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_safe())
    }
}
