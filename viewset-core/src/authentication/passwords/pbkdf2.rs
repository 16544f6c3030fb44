//! PBKDF2 with HMAC-SHA256 (RFC 8018, 5.2) for a key as long as one hash, which is all that Django
//! stores; the hash itself is the crate's.

use hmac_sha256::Hash;

/// The key of 32 bytes. Linear in `iterations`, of which there is at least one.
pub(super) fn pbkdf2_sha256(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let hmac = Hmac::new(password);
    // The number of the block, the first and only one, follows the salt.
    let mut last = hmac.of(&[salt, &[0, 0, 0, 1]]);
    let mut key = last;
    for _ in 1..iterations {
        last = hmac.of(&[&last]);
        key.iter_mut().zip(last).for_each(|(key, last)| *key ^= last);
    }
    key
}

/// HMAC (RFC 2104) whose key is hashed once and not at each iteration: the crate's own takes half as
/// long again.
struct Hmac {
    inner: Hash,
    outer: Hash,
}

impl Hmac {
    const BLOCK: usize = 64;

    fn new(key: &[u8]) -> Self {
        let hashed;
        let key = if key.len() > Self::BLOCK {
            hashed = Hash::hash(key);
            &hashed
        } else {
            key
        };
        let padded = |pad: u8| {
            let mut block = [pad; Self::BLOCK];
            block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
            let mut hash = Hash::new();
            hash.update(block);
            hash
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn of(&self, message: &[&[u8]]) -> [u8; 32] {
        let mut inner = self.inner;
        message.iter().for_each(|part| inner.update(part));
        let mut outer = self.outer;
        outer.update(inner.finalize());
        outer.finalize()
    }
}
