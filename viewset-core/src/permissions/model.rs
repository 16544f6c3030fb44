//! Rights on a model, as Django's `auth` has them: add, change, delete, view (rows G5 to G7).

use std::future::Future;
use std::marker::PhantomData;

use http::Method;

use super::ObjectPermission;
use crate::authentication::{AuthUser, ModelPermission, Right};
use crate::diesel::Model;
use crate::error::{Error, Result};
use crate::request::Request;

/// Whoever has authenticated and has the right on the viewset's model: `add` for POST, `change` for PUT
/// and PATCH, `delete` for DELETE, none for reading. The user's type answers by
/// [`AuthUser::has_perm`].
///
/// # Compiler errors
///
/// The viewset has to have a model.
#[derive(Clone, Copy, Debug)]
pub struct DjangoModelPermissions;

impl<M: Model> ObjectPermission<M> for DjangoModelPermissions {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_authenticated() && has_model_right::<M>(req).await?)
    }

    async fn has_object_permission(&self, _req: &Request, _object: &M) -> Result<bool> {
        Ok(true)
    }
}

/// As [`DjangoModelPermissions`], but everybody may read.
#[derive(Clone, Copy, Debug)]
pub struct DjangoModelPermissionsOrAnonReadOnly;

impl<M: Model> ObjectPermission<M> for DjangoModelPermissionsOrAnonReadOnly {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        has_model_right::<M>(req).await
    }

    async fn has_object_permission(&self, _req: &Request, _object: &M) -> Result<bool> {
        Ok(true)
    }
}

/// A user type with rights on single objects of `M`.
pub trait HasObjectPerm<M>: AuthUser {
    /// Whether the user has this right on this object.
    fn has_object_perm(
        &self,
        req: &Request,
        right: Right,
        object: &M,
    ) -> impl Future<Output = Result<bool>>;
}

/// As [`DjangoModelPermissions`], and the same right on the object, for reading `view`. Whoever may not
/// view the object is told that there is none (404); whoever may view but not write it gets 403 (row G7).
///
/// `permission_classes = [DjangoObjectPermissions::<User>::new()]`
#[derive(Debug)]
pub struct DjangoObjectPermissions<U>(PhantomData<fn(&U)>);

impl<U> DjangoObjectPermissions<U> {
    /// For this type of user.
    #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<U: HasObjectPerm<M>, M: Model> ObjectPermission<M> for DjangoObjectPermissions<U> {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_authenticated() && has_model_right::<M>(req).await?)
    }

    async fn has_object_permission(&self, req: &Request, object: &M) -> Result<bool> {
        let Some(user) = req.user::<U>() else { return Ok(false) };
        if user.has_object_perm(req, Right::View, object).await? {
            return match right(req.method())? {
                Some(right) => user.has_object_perm(req, right, object).await,
                None => Ok(true),
            };
        }
        Err(Error::not_found())
    }
}

async fn has_model_right<M: Model>(req: &Request) -> Result<bool> {
    let Some(right) = right(req.method())? else { return Ok(true) };
    match req.auth_user() {
        Some(user) => user.has_perm(req, ModelPermission { right, model: M::NAME }).await,
        None => Ok(false),
    }
}

/// DRF's `perms_map`: none for reading; a method that is not in it is a 405.
fn right(method: &Method) -> Result<Option<Right>> {
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS => Ok(None),
        Method::POST => Ok(Some(Right::Add)),
        Method::PUT | Method::PATCH => Ok(Some(Right::Change)),
        Method::DELETE => Ok(Some(Right::Delete)),
        _ => Err(Error::method_not_allowed(method.as_str())),
    }
}
