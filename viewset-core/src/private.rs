//! What generated code names. Not public API: anything here may change in any release.

pub use std::boxed::Box;
pub use std::convert::From;
pub use std::default::Default;
pub use std::marker::PhantomData;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};
pub use std::vec::Vec;

mod call;

pub use call::{
    Answer, Arg, Callee, Core, Extract, LOOKUP, Lookup, Respond, Source, Sources, call, call_sync,
};

pub use diesel;
pub use inventory;

pub use crate::actions::Action;
pub use crate::diesel::{DefaultBackend, DefaultConnection, LookupError, Model};
pub use crate::error::{Error, ErrorDetail};
pub use crate::extractors::FromRequest;
pub use crate::generics::GenericViewSet;
pub use crate::mixins::{
    CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin, UpdateModelMixin,
};
pub use crate::permissions::Permissions;
pub use crate::permissions::compose::Single::Is;
pub use crate::permissions::compose::{And, Not, Or};
pub use crate::request::Request;
pub use crate::verb::Verb;

pub use crate::response::{IntoResponse, Response};
pub use crate::routers::Discovered;
pub use crate::serializers::{Bound, Field, FieldValue, Kind, Reader, Serializer, Value, given};
pub use crate::viewsets::{Requirements, ViewSet, ViewSetMeta};

/// Not public API. Used by generated code: whether there is the object of a detail route.
pub async fn find_object<V: GenericViewSet>(view: &V, req: &Request) -> Result<(), Error> {
    view.get_object(req).await.map(drop)
}

/// Not public API. Used by generated code: the diesel backend of a connection.
pub type BackendOf<C> = <C as crate::diesel::DbConnection>::Backend;

macro_rules! verbs {
    ($($constant:ident = $verb:ident),*) => {
        $(#[doc = "Not public API. Used by generated code."] pub const $constant: Verb = Verb::$verb;)*
    };
}

verbs!(GET = Get, POST = Post, PUT = Put, PATCH = Patch, DELETE = Delete);
verbs!(HEAD = Head, OPTIONS = Options, TRACE = Trace);
