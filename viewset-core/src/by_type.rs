//! Tables by type.

use std::any::TypeId;
use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Clients choose no types, so a fast hash is enough.
pub(crate) type ByType<V> = HashMap<TypeId, V, RandomState>;
