//! What generated code names: the core's. actix-web's extractors and responders join by the impls of
//! `extract` and `respond`.

pub use viewset_core::__private::*;
