//! The runtime of viewset: Django REST Framework's ViewSets for Rust.
//!
//! This crate knows HTTP through the `http` crate, serde, and diesel; it knows no web framework. Users
//! name an adapter such as `viewset-actix`, which re-exports all of it. The modules bear the names that
//! DRF gave them, and stand here in the order in which to read them.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!(
    "viewset needs a database: enable the feature `sqlite`, which is on by default, `postgres` or `mysql`"
);

pub mod verb;
mod label;
mod base64;
mod by_type;
mod background;
pub mod actions;
pub mod viewsets;
pub mod generics;
pub mod mixins;
pub mod routers;
pub mod views;
pub mod request;
pub mod extractors;
pub mod response;
pub mod error;
pub mod exceptions;
pub mod reverse;
pub mod negotiation;
pub mod versioning;
pub mod authentication;
pub mod permissions;
pub mod throttling;
pub mod data;
pub mod parsers;
pub mod renderers;
pub mod filters;
pub mod pagination;
pub mod metadata;
pub mod settings;
pub mod serializers;
pub mod diesel;
pub mod test;
#[doc(hidden)]
pub mod private;
#[doc(hidden)]
pub use private as __private;

pub use http;

#[doc(hidden)]
pub use viewset_macros::__permissions;
pub use viewset_macros::{ModelViewSet, Serializer, action, mapping, mixin, viewset};
