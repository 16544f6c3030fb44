//! What generated code names: the core's. actix-web's extractors and responders join by the impls of
//! [`crate::extract`] and [`crate::respond`].

pub use viewset_core::__private::*;
