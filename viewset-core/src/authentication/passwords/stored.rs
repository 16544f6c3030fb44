//! The formats of stored passwords, and how much work one may ask for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use constant_time_eq::constant_time_eq;

use super::pbkdf2::pbkdf2_sha256;

/// A stored PBKDF2 hash of more iterations matches nothing. Ten million take some seconds, and are ten
/// times what Django 5.2 stores.
pub const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;

/// A stored Argon2 hash that needs more memory, in KiB, matches nothing. This is 1 GiB, ten times what
/// Django 5.2 stores.
pub const MAX_ARGON2_MEMORY: u32 = 1 << 20;

/// A stored Argon2 hash matches nothing whose memory, in KiB and counted as 1024 at least, times its
/// passes is more. This is four passes over 1 GiB, which take some seconds.
pub const MAX_ARGON2_WORK: u64 = 1 << 22;

/// Longer than any format here with a sensible salt and hash.
const MAX_LENGTH: usize = 512;

/// Whether the password is the stored one; `None` where nothing was computed, because what is stored is
/// of no known format, out of bounds or no hash at all.
pub(super) fn verify(password: &[u8], encoded: &str) -> Option<bool> {
    if encoded.len() > MAX_LENGTH {
        return None;
    }
    match encoded.split_once('$')? {
        ("pbkdf2_sha256", rest) => verify_pbkdf2(password, rest),
        // Django writes its own name of the hasher before the PHC format.
        ("argon2", _) => verify_argon2(password, encoded.strip_prefix("argon2")?),
        ("", _) => verify_argon2(password, encoded),
        _ => None,
    }
}

/// `iterations$salt$hash`. Django encodes anew and compares the texts, so each number and each hash has
/// one spelling only.
fn verify_pbkdf2(password: &[u8], encoded: &str) -> Option<bool> {
    let (count, rest) = encoded.split_once('$')?;
    let (salt, hash) = rest.split_once('$')?;
    let iterations: u32 = count.parse().ok()?;
    let is_canonical = iterations.to_string() == count;
    if !is_canonical || !(1..=MAX_PBKDF2_ITERATIONS).contains(&iterations) || salt.is_empty() {
        return None;
    }
    let expected = STANDARD.encode(pbkdf2_sha256(password, salt.as_bytes(), iterations));
    Some(constant_time_eq(expected.as_bytes(), hash.as_bytes()))
}

/// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, and Argon2's other variants and version.
fn verify_argon2(password: &[u8], phc: &str) -> Option<bool> {
    let parameters = phc.rsplit('$').nth(2)?;
    let mut parameters = parameters.split(',');
    let memory = parameters.next().and_then(|text| parameter(text, "m="))?;
    let passes = parameters.next().and_then(|text| parameter(text, "t="))?;
    let work = u64::from(memory.max(1024)).checked_mul(passes.into())?;
    if memory > MAX_ARGON2_MEMORY || work > MAX_ARGON2_WORK {
        return None;
    }
    argon2::verify_encoded(phc, password).ok()
}

fn parameter(text: &str, name: &str) -> Option<u32> {
    text.strip_prefix(name)?.parse().ok()
}
