//! Passwords: checking them against what is stored, and making what to store.
//!
//! What Django's `django.contrib.auth.hashers` offers, for Argon2 and for Django's own default,
//! PBKDF2 with SHA-256. Hashing costs a core for tens to hundreds of milliseconds, so it runs on the
//! threads for blocking work, as many at once as there are cores; who comes later waits in line. All
//! that is `async` here must run on tokio.

mod pbkdf2;
mod stored;

use std::hint::black_box;
use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::Config;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::random::random_string;
use crate::error::{Error, Result};

pub use stored::{MAX_ARGON2_MEMORY, MAX_ARGON2_WORK, MAX_PBKDF2_ITERATIONS};

/// What a stored password starts with that matches nothing.
const UNUSABLE_PREFIX: char = '!';

/// Random characters of an unusable password.
const UNUSABLE_LENGTH: usize = 40;

/// How long a password waits for its turn to be checked; then it is a 503.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Characters of a salt, which hold 131 bits: as many as Django's.
const SALT_LENGTH: usize = 22;

/// Whether a password is the one that is stored as `encoded` (Django's `check_password`).
///
/// `encoded` is Argon2 as Django stores it (`argon2$argon2id$v=19$…`) or in the PHC format
/// (`$argon2id$v=19$…`), or Django's `pbkdf2_sha256$iterations$salt$hash`. Anything else matches
/// nothing, and so does a hash beyond [`MAX_ARGON2_MEMORY`], [`MAX_ARGON2_WORK`] or
/// [`MAX_PBKDF2_ITERATIONS`]; that takes as long as checking a password that [`make_password`] stored.
/// Hashes are compared in constant time.
///
/// # Errors
///
/// An internal error where the server is shutting down.
pub async fn check_password(password: &str, encoded: &str) -> Result<bool> {
    let (password, encoded) = (password.to_owned(), encoded.to_owned());
    let check = move || {
        let matches = stored::verify(password.as_bytes(), &encoded);
        matches.unwrap_or_else(|| {
            hash_in_vain(&password);
            false
        })
    };
    HASHERS.run(check).await
}

/// A text that changes with a stored password and does not tell it, for
/// `SessionUser::session_auth_hash`: 64 hexadecimal digits (Django's `get_session_auth_hash`).
pub fn session_auth_hash(encoded: &str) -> String {
    let hash = hmac_sha256::HMAC::mac(encoded, "viewset.session_auth_hash");
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the time of [`check_password`], for a user who does not exist: without it a quick answer would
/// tell which users do (Django's `ModelBackend` makes a password at this place).
///
/// # Errors
///
/// As [`check_password`].
pub async fn pretend_to_check_password(password: &str) -> Result<()> {
    let password = password.to_owned();
    HASHERS.run(move || hash_in_vain(&password)).await
}

/// What to store for a password (Django's `make_password`): Argon2id with the crate's recommended
/// parameters, which are OWASP's (19 MiB of memory, two passes, one lane) and a random salt.
///
/// The text has 111 characters, fits Django's column of 128, and is written as Django writes it, so that
/// a Django project with `argon2-cffi` can read it from the same table.
///
/// # Errors
///
/// An internal error where the operating system has no randomness to give, or the server is shutting
/// down.
pub async fn make_password(password: &str) -> Result<String> {
    let password = password.to_owned();
    HASHERS.run(move || encode(&password)).await?
}

/// What to store for a user who cannot log in with a password: `!` and 40 random characters. They are
/// random so that two such users are not alike (Django's `make_password(None)`).
///
/// # Errors
///
/// An internal error where the operating system has no randomness to give.
pub fn make_unusable_password() -> Result<String> {
    Ok(format!("{UNUSABLE_PREFIX}{}", random_string(UNUSABLE_LENGTH)?))
}

/// Whether what is stored may match a password at all, that is, does not start with `!` (Django's
/// `is_password_usable`).
pub fn is_password_usable(encoded: &str) -> bool {
    !encoded.starts_with(UNUSABLE_PREFIX)
}

fn encode(password: &str) -> Result<String> {
    let salt = random_string(SALT_LENGTH)?;
    let phc = argon2::hash_encoded(password.as_bytes(), salt.as_bytes(), &Config::default());
    Ok(format!("argon2{}", phc.map_err(Error::internal)?))
}

fn hash_in_vain(password: &str) {
    let salt = [0; SALT_LENGTH];
    let _hash = black_box(argon2::hash_raw(password.as_bytes(), &salt, &Config::default()));
}

/// All hashing of the process. More at once than there are cores would only make each slower, and take
/// the threads that queries wait for.
static HASHERS: LazyLock<Hashers> =
    LazyLock::new(|| Hashers::new(available_parallelism().map_or(1, NonZero::get)));

/// A bound on how many hashes are computed at once; places are given in the order of asking.
struct Hashers {
    places: Semaphore,
}

impl Hashers {
    fn new(places: usize) -> Self {
        Self { places: Semaphore::new(places) }
    }

    async fn run<T: Send + 'static>(
        &'static self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = timeout(LONGEST_WAIT, self.places.acquire()).await;
        let place = place.map_err(|_| Error::unavailable("too many passwords to check"))?;
        let place = place.map_err(Error::internal)?;
        // The work holds its place to its end, even when nobody waits for the answer any more.
        let hashing = tokio::task::spawn_blocking(move || {
            let _place = place;
            hash()
        });
        hashing.await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests;
