//! Random text for secrets and salts (Django's `get_random_string`).

use crate::error::{Error, Result};

/// The characters of Django's random strings, in the order that the masking of CSRF tokens counts them.
pub(super) const ALPHABET: &[u8; 62] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// `length` characters of [`ALPHABET`], drawn evenly from the randomness of the operating system. An
/// internal error where the system has none to give.
pub(super) fn random_string(length: usize) -> Result<String> {
    // A byte from here on would make the first letters of the alphabet likelier than the others.
    const UNEVEN: usize = 256 - 256 % ALPHABET.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        let even = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < UNEVEN);
        let letters = even.map(|byte| char::from(ALPHABET[byte % ALPHABET.len()]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_random_string_has_its_length_every_character_and_no_twin() {
        for length in [0, 1, 32, 64, 65, 1000] {
            assert_eq!(random_string(length).unwrap().len(), length);
        }
        let long = random_string(100_000).unwrap();
        for letter in ALPHABET {
            let count = long.bytes().filter(|byte| byte == letter).count();
            // 1613 are to be expected; this is twelve standard deviations to either side.
            assert!((1113..2113).contains(&count), "{letter}: {count}");
        }
        assert_ne!(random_string(32).unwrap(), random_string(32).unwrap());
    }
}
