//! What a serializer knows beside the data: the request, the object that is changed, and whether the
//! update is partial (DRF's `context`, `instance` and `partial`).

use std::any::Any;

use crate::error::{Error, Result};
use crate::request::Request;

/// What validators and hooks can ask beside the value itself.
///
/// ```
/// use viewset_core::serializers::Context;
///
/// let ctx = Context::default();          // no request, as in a test of a serializer alone
/// assert!(!ctx.is_partial() && ctx.instance::<u8>().is_none());
/// ```
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    req: Option<&'a Request>,
    instance: Option<&'a dyn Any>,
    partial: bool,
    /// Whether an object is changed that is not at hand.
    change: bool,
    /// Whether what the database has to say is left to the statement that stores the object.
    left_to_the_database: bool,
}

impl<'a> Context<'a> {
    /// The context of a request.
    #[must_use]
    pub fn new(req: &'a Request) -> Self {
        Self { req: Some(req), ..Self::default() }
    }

    /// With the object that is changed.
    #[must_use]
    pub fn with_instance<T: Any>(mut self, instance: &'a T) -> Self {
        self.instance = Some(instance);
        self
    }

    /// Whether fields may be left out, as in PATCH.
    #[must_use]
    pub fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }

    /// Leaves what the database has to say to the statement that stores the object, be it a new one or one that
    /// is changed.
    pub(super) fn left_to_the_database(mut self, change: bool) -> Self {
        (self.left_to_the_database, self.change) = (true, change);
        self
    }

    /// Whether the database is to be asked.
    pub(crate) fn asks_the_database(&self) -> bool {
        !self.left_to_the_database
    }

    /// Whether the input is for a new object.
    pub(crate) fn is_creation(&self) -> bool {
        self.instance.is_none() && !self.change
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// 500, if the serializer is used without one.
    pub fn request(&self) -> Result<&'a Request> {
        self.req.ok_or_else(|| Error::internal("this serializer has no request to ask"))
    }

    /// The object that is changed; `None` for a new one, and for an object of another type.
    #[must_use]
    pub fn instance<T: Any>(&self) -> Option<&'a T> {
        self.instance?.downcast_ref()
    }

    /// Whether fields may be left out, as in PATCH.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.partial
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("instance", &self.instance.is_some())
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}
