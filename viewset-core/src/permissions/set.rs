//! A list of permissions of many types, behind one pointer, checked in its order.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use futures_core::future::LocalBoxFuture;

use super::compose::Check;
use crate::error::{Error, Result};
use crate::request::Request;

/// The object-safe twin of a [`Check`].
pub trait ErasedPermission<M: 'static>: Sync {
    #[doc(hidden)]
    fn request<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<bool>>;
    #[doc(hidden)]
    fn object<'a>(&'a self, req: &'a Request, object: &'a M) -> LocalBoxFuture<'a, Result<bool>>;
    #[doc(hidden)]
    fn asks_objects(&self) -> bool;
    #[doc(hidden)]
    fn refusal(&self) -> Error;
}

impl<M: 'static, C: Check<M>> ErasedPermission<M> for C {
    fn request<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<bool>> {
        Box::pin(Check::request(self, req))
    }

    fn object<'a>(&'a self, req: &'a Request, object: &'a M) -> LocalBoxFuture<'a, Result<bool>> {
        Box::pin(Check::object(self, req, object))
    }

    fn asks_objects(&self) -> bool {
        C::ASKS_OBJECTS
    }

    fn refusal(&self) -> Error {
        Check::refusal(self)
    }
}

/// A list of permissions, whatever type of objects they are for.
pub trait PermissionSet: Sync {
    #[doc(hidden)]
    fn count(&self) -> usize;
    #[doc(hidden)]
    fn request<'a>(
        &'a self,
        place: usize,
        req: &'a Request,
    ) -> Option<LocalBoxFuture<'a, Result<bool>>>;
    #[doc(hidden)]
    fn object<'a>(
        &'a self,
        place: usize,
        req: &'a Request,
        object: &'a dyn Any,
    ) -> Option<LocalBoxFuture<'a, Result<bool>>>;
    #[doc(hidden)]
    fn asks_objects(&self) -> bool;
    #[doc(hidden)]
    fn refusal(&self, place: usize) -> Error;
}

impl<M: 'static, const N: usize> PermissionSet for [&'static dyn ErasedPermission<M>; N] {
    fn count(&self) -> usize {
        N
    }

    fn request<'a>(
        &'a self,
        place: usize,
        req: &'a Request,
    ) -> Option<LocalBoxFuture<'a, Result<bool>>> {
        Some(self.get(place)?.request(req))
    }

    fn object<'a>(
        &'a self,
        place: usize,
        req: &'a Request,
        object: &'a dyn Any,
    ) -> Option<LocalBoxFuture<'a, Result<bool>>> {
        // A router's own list is for no model in particular: it is a list for `()`.
        let object = object.downcast_ref().or_else(|| (&() as &dyn Any).downcast_ref::<M>());
        match object {
            Some(object) => Some(self.get(place)?.object(req, object)),
            None => Some(Box::pin(async {
                Err(Error::internal("the permissions are for objects of another type"))
            })),
        }
    }

    fn asks_objects(&self) -> bool {
        self.iter().any(|permission| permission.asks_objects())
    }

    fn refusal(&self, place: usize) -> Error {
        self.get(place).map_or_else(Error::permission_denied, |permission| permission.refusal())
    }
}

/// The permissions that hold for a request; the answer of `get_permissions`. `M` is the viewset's
/// model, `()` without one.
pub struct Permissions<M = ()> {
    set: Option<&'static dyn PermissionSet>,
    objects: PhantomData<fn(&M)>,
}

impl<M> Clone for Permissions<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Permissions<M> {}

impl<M> fmt::Debug for Permissions<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permissions").field(&self.len()).finish()
    }
}

impl<M: 'static> Permissions<M> {
    /// All of these have to agree; none means that everybody may. [`permissions!`](crate::permissions!)
    /// is the short way to write it.
    pub const fn new<const N: usize>(list: &'static [&'static dyn ErasedPermission<M>; N]) -> Self {
        Self { set: Some(list), objects: PhantomData }
    }

    /// The `permission_classes` that hold on the route of a request: the action's, else the viewset's,
    /// else the router's.
    pub fn of(req: &Request) -> Self {
        Self { set: req.options().permission_classes, objects: PhantomData }
    }
}

impl<M> Permissions<M> {
    pub(crate) fn classes(self) -> Option<&'static dyn PermissionSet> {
        self.set
    }

    fn len(self) -> usize {
        self.set.map_or(0, PermissionSet::count)
    }

    /// DRF's `check_permissions`: the first that refuses decides the answer.
    ///
    /// # Errors
    ///
    /// 403, or 401 where somebody has to authenticate first; whatever a permission itself fails with.
    pub async fn check(self, req: &Request) -> Result<()> {
        let Some(set) = self.set else { return Ok(()) };
        for place in 0..set.count() {
            if let Some(check) = set.request(place, req)
                && !check.await?
            {
                return Err(denied(req, set.refusal(place)));
            }
        }
        Ok(())
    }

    /// DRF's `check_object_permissions`, which `get_object` calls.
    ///
    /// # Errors
    ///
    /// As [`Permissions::check`].
    pub async fn check_object(self, req: &Request, object: &M) -> Result<()>
    where
        M: 'static,
    {
        let Some(set) = self.set else { return Ok(()) };
        for place in 0..set.count() {
            if let Some(check) = set.object(place, req, object)
                && !check.await?
            {
                return Err(denied(req, set.refusal(place)));
            }
        }
        Ok(())
    }

    /// The same list without its type, for dispatch.
    pub(crate) fn erase(self) -> Permissions<()> {
        Permissions { set: self.set, objects: PhantomData }
    }

    /// Whether one of them can refuse an object of a request that it lets through.
    pub(crate) fn asks_objects(self) -> bool {
        self.set.is_some_and(PermissionSet::asks_objects)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// DRF's `permission_denied`: who could still authenticate is asked to (row G13).
fn denied(req: &Request, refusal: Error) -> Error {
    match req.has_authenticators() && !req.is_authenticated() {
        true => Error::not_authenticated(),
        false => refusal,
    }
}
