//! What was given to a router, before anything is made of it.

use std::sync::Arc;

use super::erased::{ErasedViewSet, erase};
use super::view::AsView;
use crate::viewsets::ViewSet;

/// Something that was given to a router, in the order in which it was.
pub(super) enum Entry {
    ViewSet { prefix: String, basename: Option<String>, viewset: Arc<dyn ErasedViewSet> },
    Path { url: String, name: Option<String>, view: Box<AsView> },
}

/// What was given to a router.
#[derive(Default)]
pub struct Registry(pub(super) Vec<Entry>);

impl Registry {
    /// Adds a viewset below a prefix.
    pub fn register<V: ViewSet>(&mut self, prefix: impl Into<String>, viewset: V) {
        let viewset = erase(viewset);
        self.0.push(Entry::ViewSet { prefix: prefix.into(), basename: None, viewset });
    }
}
