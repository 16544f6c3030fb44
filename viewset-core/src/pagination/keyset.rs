//! Tokens for pages that begin behind a row: the row's values in the whole ordering, signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use constant_time_eq::constant_time_eq;
use hmac_sha256::HMAC;

use super::cursor::InvalidCursor;

/// What the first byte of a token says.
const VERSION: u8 = 1;
/// How much of the signature a token carries, in bytes.
const SIGNATURE: usize = 16;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keyset {
    /// Whether the page lies before the row.
    pub(super) reverse: bool,
    /// Whether the row itself is on it.
    pub(super) inclusive: bool,
    /// The row's values; `None` for NULL.
    pub(super) values: Vec<Option<String>>,
}

impl Keyset {
    /// The token, which holds for one list in one order: `scope`.
    pub(super) fn encode(&self, key: &[u8], scope: &str) -> String {
        let mut bytes = vec![VERSION, u8::from(self.reverse) | u8::from(self.inclusive) << 1];
        for value in &self.values {
            // Length plus one, so that nothing is another thing than an empty text.
            let length = value.as_ref().map_or(0, |text| text.len() + 1);
            bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(value.as_deref().unwrap_or_default().as_bytes());
        }
        let signature = sign(key, scope, &bytes);
        bytes.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token of the same list in the same order.
    pub(super) fn decode(token: &str, key: &[u8], scope: &str) -> Result<Self, InvalidCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| InvalidCursor)?;
        let end = bytes.len().checked_sub(SIGNATURE).ok_or(InvalidCursor)?;
        let (bytes, signature) = bytes.split_at_checked(end).ok_or(InvalidCursor)?;
        if !constant_time_eq(signature, &sign(key, scope, bytes)) {
            return Err(InvalidCursor);
        }
        match bytes {
            [VERSION, flags, rest @ ..] => Ok(Self {
                reverse: flags & 1 != 0,
                inclusive: flags & 2 != 0,
                values: values(rest).ok_or(InvalidCursor)?,
            }),
            _ => Err(InvalidCursor),
        }
    }
}

fn values(mut bytes: &[u8]) -> Option<Vec<Option<String>>> {
    let mut values = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (text, rest) = rest.split_at_checked(length.saturating_sub(1))?;
        values.push(match length {
            0 => None,
            _ => Some(String::from_utf8(text.to_vec()).ok()?),
        });
        bytes = rest;
    }
    bytes.is_empty().then_some(values)
}

fn sign(key: &[u8], scope: &str, bytes: &[u8]) -> [u8; SIGNATURE] {
    let mut hmac = HMAC::new(key);
    hmac.update((scope.len() as u64).to_be_bytes());
    hmac.update(scope);
    hmac.update(bytes);
    let mut signature = [0; SIGNATURE];
    signature
        .copy_from_slice(hmac.finalize().first_chunk::<SIGNATURE>().unwrap_or(&[0; SIGNATURE]));
    signature
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_comes_back_as_it_was_and_no_byte_of_it_can_be_changed(
            reverse: bool,
            inclusive: bool,
            values in proptest::collection::vec(any::<Option<String>>(), 0..4),
            at: proptest::sample::Index,
            other in 1u8..,
        ) {
            let keyset = Keyset { reverse, inclusive, values };
            let token = keyset.encode(b"key", "items -id");
            prop_assert_eq!(Keyset::decode(&token, b"key", "items -id"), Ok(keyset));
            prop_assert_eq!(Keyset::decode(&token, b"key", "items id"), Err(InvalidCursor));
            prop_assert_eq!(Keyset::decode(&token, b"another", "items -id"), Err(InvalidCursor));
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap_or_default();
            let place = at.index(bytes.len());
            bytes[place] ^= other;
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(Keyset::decode(&changed, b"key", "items -id"), Err(InvalidCursor));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert_eq!(Keyset::decode(&text, b"key", ""), Err(InvalidCursor));
        }
    }
}
