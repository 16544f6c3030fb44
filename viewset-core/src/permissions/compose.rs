//! `&`, `|` and `!` of permissions, with DRF's meaning of them for objects (rows G11, G12).
//!
//! The macros read the operators; here is what they become. The message of a part is lost, as in DRF.

use std::future::Future;
use std::marker::PhantomData;

use super::{ObjectPermission, Permission, refusal};
use crate::error::{Error, Result};
use crate::request::Request;

/// A permission of either trait, for objects of type `M`.
pub trait Check<M>: Sync {
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

/// Not public API. Used by generated code: a permission of one of the two traits; `Via` says of which,
/// and is always inferred.
#[derive(Debug)]
pub struct Class<P, Via>(pub P, pub PhantomData<fn() -> Via>);

#[diagnostic::do_not_recommend]
impl<P: Permission, M> Check<M> for Class<P, ViaRequest> {
    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        self.0.has_permission(req)
    }

    async fn object(&self, _req: &Request, _object: &M) -> Result<bool> {
        Ok(true)
    }

    fn refusal(&self) -> Error {
        refusal(self.0.message(), self.0.code())
    }
}

#[diagnostic::do_not_recommend]
impl<P: ObjectPermission<M>, M> Check<M> for Class<P, ViaObject> {
    fn request(&self, req: &Request) -> impl Future<Output = Result<bool>> {
        self.0.has_permission(req)
    }

    fn object(&self, req: &Request, object: &M) -> impl Future<Output = Result<bool>> {
        self.0.has_object_permission(req, object)
    }

    fn refusal(&self) -> Error {
        refusal(self.0.message(), self.0.code())
    }
}

/// Both have to agree: `A & B`.
#[derive(Debug)]
pub struct And<A, B>(pub A, pub B);

impl<A: Check<M>, B: Check<M>, M> Check<M> for And<A, B> {
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
    async fn request(&self, req: &Request) -> Result<bool> {
        Ok(!self.0.request(req).await?)
    }

    async fn object(&self, req: &Request, object: &M) -> Result<bool> {
        Ok(!self.0.object(req, object).await?)
    }
}
