//! `&`, `|` and `!` of permissions, with DRF's meaning of them for objects (rows G11, G12).
//!
//! The macros read the operators; here is what they become. The message of a part is lost, as in DRF.

use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;

use super::{ObjectPermission, Permission, refusal};
use crate::error::{Error, Result};
use crate::request::Request;

/// What is asked of a request and of an object of type `M`: a permission, or several that an operator
/// combines.
pub trait Check<M>: Sync {
    /// Whether it can refuse an object of a request that it lets through.
    const ASKS_OBJECTS: bool;
    /// Whether the request may go on.
    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>>;
    /// Whether it may have this object.
    fn object(&self, req: &Request, object: &M) -> impl Future<Output = Result<bool>>;
    /// What a refused client is told.
    fn refusal(&self) -> Error {
        Error::permission_denied()
    }
}

/// Marks what implements [`Permission`].
#[derive(Debug)]
pub struct ViaRequest;

/// Marks what implements [`ObjectPermission`].
#[derive(Debug)]
pub struct ViaObject;

/// A [`Permission`] or an [`ObjectPermission`] of `M`; `Via` says which, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission for objects of type `{M}`",
    label = "neither a `Permission` nor an `ObjectPermission<{M}>`",
    note = "the objects of a viewset are its model; without one they are `()`"
)]
pub trait PermissionFor<M, Via>: Sync {
    #[doc(hidden)]
    const ASKS_OBJECTS: bool;
    #[doc(hidden)]
    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>>;
    #[doc(hidden)]
    fn object(&self, req: &Request, object: &M) -> impl Future<Output = Result<bool>>;
    #[doc(hidden)]
    fn refusal(&self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<P: Permission, M> PermissionFor<M, ViaRequest> for P {
    const ASKS_OBJECTS: bool = false;

    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        self.has_permission(req)
    }

    async fn object(&self, _req: &Request, _object: &M) -> Result<bool> {
        Ok(true)
    }

    fn refusal(&self) -> Error {
        refusal(self.message(), self.code())
    }
}

#[diagnostic::do_not_recommend]
impl<P: ObjectPermission<M>, M> PermissionFor<M, ViaObject> for P {
    const ASKS_OBJECTS: bool = true;

    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        self.has_permission(req)
    }

    fn object(&self, req: &Request, object: &M) -> impl Future<Output = Result<bool>> {
        self.has_object_permission(req, object)
    }

    fn refusal(&self) -> Error {
        refusal(self.message(), self.code())
    }
}

/// A single permission. The second variant cannot be made: it gives `Via` a place, so that `Is(permission)`
/// is all that generated code has to write.
#[derive(Debug)]
pub enum Single<P, Via> {
    /// This one.
    Is(P),
    #[doc(hidden)]
    Never(Infallible, PhantomData<fn() -> Via>),
}

impl<P, Via> Single<P, Via> {
    fn permission(&self) -> &P {
        match self {
            Self::Is(permission) => permission,
            Self::Never(never, _) => match *never {},
        }
    }
}

impl<P: PermissionFor<M, Via>, M, Via> Check<M> for Single<P, Via> {
    const ASKS_OBJECTS: bool = P::ASKS_OBJECTS;

    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        self.permission().request(req)
    }

    fn object(&self, req: &Request, object: &M) -> impl Future<Output = Result<bool>> {
        self.permission().object(req, object)
    }

    fn refusal(&self) -> Error {
        self.permission().refusal()
    }
}

/// Both have to agree: `A & B`.
#[derive(Debug)]
pub struct And<A, B>(pub A, pub B);

impl<A: Check<M>, B: Check<M>, M> Check<M> for And<A, B> {
    const ASKS_OBJECTS: bool = A::ASKS_OBJECTS || B::ASKS_OBJECTS;

    async fn request(&self, req: &Request) -> Result<bool> {
        Ok(self.0.request(req).await? && self.1.request(req).await?)
    }

    async fn object(&self, req: &Request, object: &M) -> Result<bool> {
        Ok(self.0.object(req, object).await? && self.1.object(req, object).await?)
    }
}

/// One has to agree: `A | B`. For an object the same one has to agree to the request as well.
#[derive(Debug)]
pub struct Or<A, B>(pub A, pub B);

impl<A: Check<M>, B: Check<M>, M> Check<M> for Or<A, B> {
    const ASKS_OBJECTS: bool = A::ASKS_OBJECTS || B::ASKS_OBJECTS;

    async fn request(&self, req: &Request) -> Result<bool> {
        Ok(self.0.request(req).await? || self.1.request(req).await?)
    }

    async fn object(&self, req: &Request, object: &M) -> Result<bool> {
        Ok(self.0.request(req).await? && self.0.object(req, object).await?
            || self.1.request(req).await? && self.1.object(req, object).await?)
    }
}

/// The opposite: `!A`. For an object, too: `!IsAuthenticated` refuses every object, because
/// `IsAuthenticated` has nothing against any (DRF's `NOT`).
#[derive(Debug)]
pub struct Not<A>(pub A);

impl<A: Check<M>, M> Check<M> for Not<A> {
    const ASKS_OBJECTS: bool = true;

    async fn request(&self, req: &Request) -> Result<bool> {
        Ok(!self.0.request(req).await?)
    }

    async fn object(&self, req: &Request, object: &M) -> Result<bool> {
        Ok(!self.0.object(req, object).await?)
    }
}
