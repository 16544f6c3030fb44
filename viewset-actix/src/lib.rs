//! Django REST Framework's ViewSets on actix-web: the one crate that a user names.
//!
//! It turns actix-web's requests into the core's and mounts routers; everything else is
//! [`viewset_core`], re-exported here.

mod extract;
mod incoming;
mod mount;
mod respond;

pub use viewset_core::*;

pub mod routers;

#[doc(hidden)]
pub mod __private;

pub mod prelude;
