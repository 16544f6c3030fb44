//! State that all viewsets of a router share, by its type.

use std::any::{Any, TypeId};

use crate::by_type::ByType;

/// The values that were given to a router by `with`, one a type.
#[derive(Default)]
pub(crate) struct StateMap(ByType<Box<dyn Any + Send + Sync>>);

impl StateMap {
    pub(crate) fn insert<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// The value of a type.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}
