//! Viewsets that need no code, made with `#[viewset]` as users make bases of their own.

use std::marker::PhantomData;

use super::names::display_name;
use crate::diesel::Model;
use crate::mixins::{ListModelMixin, RetrieveModelMixin};
use crate::request::Request;

/// A viewset with all six standard actions of a model, from its derive alone:
/// `.register("users", ModelViewSet::<User>::new())`.
pub struct ModelViewSet<M>(PhantomData<fn() -> M>);

#[crate::viewset(model = M, crate = crate)]
impl<M: Model> ModelViewSet<M> {
    // There is no type of the user's to name it after: `Author List`.
    fn get_view_name(&self, req: &Request) -> String {
        display_name(req.name(), M::NAME, req.suffix())
    }

    /// The viewset.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// A viewset that lists and retrieves a model, from its derive alone:
/// `.register("users", ReadOnlyModelViewSet::<User>::new())`.
pub struct ReadOnlyModelViewSet<M>(PhantomData<fn() -> M>);

#[crate::viewset(model = M, mixins = [RetrieveModelMixin, ListModelMixin], crate = crate)]
impl<M: Model> ReadOnlyModelViewSet<M> {
    // There is no type of the user's to name it after: `Author List`.
    fn get_view_name(&self, req: &Request) -> String {
        display_name(req.name(), M::NAME, req.suffix())
    }

    /// The viewset.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Model> Default for ModelViewSet<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> Default for ReadOnlyModelViewSet<M> {
    fn default() -> Self {
        Self::new()
    }
}
