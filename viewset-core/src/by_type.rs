//! Tables by type. The number of a type is a hash already.

use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type ByType<V> = HashMap<TypeId, V, BuildHasherDefault<TypeHasher>>;

/// Takes what a `TypeId` writes as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TypeHasher(u64);

impl Hasher for TypeHasher {
    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
