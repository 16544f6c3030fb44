//! Passwords as Django stores them, with few iterations, for speed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbkdf2::pbkdf2_hmac_array;
use sha2::Sha256;
use viewset_actix::prelude::*;

const ITERATIONS: u32 = 1000;

/// `pbkdf2_sha256$<iterations>$<salt>$<base64>` of a password, with a salt of its own.
pub(super) fn hash(password: &str) -> Result<String> {
    let mut salt = [0; 8];
    getrandom::fill(&mut salt).map_err(|error| Error::internal(error.to_string()))?;
    let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = STANDARD.encode(derive(password, &salt));
    Ok(format!("pbkdf2_sha256${ITERATIONS}${salt}${hash}"))
}

fn derive(password: &str, salt: &str) -> [u8; 32] {
    pbkdf2_hmac_array::<Sha256, 32>(password.as_bytes(), salt.as_bytes(), ITERATIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The admin's of the seed.
    #[test]
    fn passwords_are_derived_as_django_does_it() {
        let hash = STANDARD.encode(derive("admin-pass-1", "u8jzPde0IgxLd6GncfBAep"));
        assert_eq!(hash, "NXi3KIxUMuE//956W/9JqGaGxZXE/mcX2SikkhoMNJI=");
    }
}
