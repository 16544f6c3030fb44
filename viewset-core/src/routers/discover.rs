//! Opt-in discovery: a viewset that names its `prefix` is found by `DefaultRouter::discover()`.

use super::registry::Registry;

/// A viewset that wants to be found. Made by `#[viewset(prefix = "…")]`.
pub struct Discovered {
    pub(super) prefix: &'static str,
    pub(super) register: fn(&mut Registry),
}

impl Discovered {
    #[doc(hidden)]
    pub const fn new(prefix: &'static str, register: fn(&mut Registry)) -> Self {
        Self { prefix, register }
    }
}

inventory::collect!(Discovered);
