//! The runtime of viewset: Django REST Framework's ViewSets for Rust.
//!
//! This crate knows HTTP through the `http` crate, serde, and diesel; it knows no web framework. Users
//! name an adapter such as `viewset-actix`, which re-exports all of it. The modules bear the names that
//! DRF gave them, and stand here in the order in which to read them.

pub mod actions;
pub mod diesel;
pub mod error;
pub mod generics;
mod metadata;
pub mod mixins;
mod negotiation;
pub mod parsers;
pub mod permissions;
#[doc(hidden)]
pub mod private;
pub mod renderers;
pub mod request;
pub mod response;
pub mod reverse;
pub mod routers;
pub mod serializers;
pub mod settings;
pub mod views;
pub mod viewsets;
#[doc(hidden)]
pub use private as __private;

pub use viewset_macros::{ModelViewSet, Serializer, action, mapping, mixin, viewset};
