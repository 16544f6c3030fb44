//! Django's protection against cross-site request forgery, as DRF's `SessionAuthentication` asks it
//! (row H8) for unsafe methods of logged-in sessions.
//!
//! `django/middleware/csrf.py` on borrowed pieces of a request. What counts as unsafe, reading cookies
//! and forms, and setting the cookie are the business of [`enforce`], [`token`] and [`rotate_token`].

mod request;

use std::borrow::Cow;
use std::fmt;

use constant_time_eq::constant_time_eq;

pub use super::origin::TrustedOrigins;
pub use request::{enforce, rotate_token, token};

use super::header::latin1;
use super::origin::{SplitUrl, is_same_domain};
use super::random::{ALPHABET, random_string};

/// The cookie that holds the secret (Django's `CSRF_COOKIE_NAME`).
pub const COOKIE_NAME: &str = "csrftoken";
/// The header that holds the token (Django's `CSRF_HEADER_NAME`).
pub const HEADER_NAME: &str = "X-CSRFToken";
/// The field of a form that holds the token; it goes before the header.
pub const FIELD_NAME: &str = "csrfmiddlewaretoken";

/// Characters of a secret; a token is one behind a mask of the same length.
const SECRET_LENGTH: usize = 32;

/// The pieces of an unsafe request by which Django tells its own pages from others'.
#[derive(Clone, Copy, Debug)]
pub struct CsrfCheck<'a> {
    /// The cookie [`COOKIE_NAME`]: the secret, bare or masked.
    pub cookie: Option<&'a str>,
    /// The value of the header [`HEADER_NAME`].
    pub header: Option<&'a [u8]>,
    /// The field [`FIELD_NAME`] of a form that was sent with POST; Django reads no others.
    pub field: Option<&'a str>,
    /// The value of the `Origin` header.
    pub origin: Option<&'a [u8]>,
    /// The value of the `Referer` header; it counts on HTTPS where there is no `Origin`.
    pub referer: Option<&'a [u8]>,
    /// Whether the request came by HTTPS.
    pub secure: bool,
    /// The host of the request with its port, as the client sent it; `None` where it is not one that
    /// this server answers for (Django's `DisallowedHost`).
    pub host: Option<&'a str>,
    /// From where else requests may come.
    pub trusted_origins: &'a TrustedOrigins,
}

/// Why a request was refused, to stand behind `CSRF Failed: `.
type Reason = Cow<'static, str>;

impl CsrfCheck<'_> {
    /// Whether the request comes from a page of ours. Origin or referer are looked at first, then the
    /// token.
    ///
    /// # Errors
    ///
    /// Django's reason, such as `CSRF cookie not set.`; DRF answers 403 with `CSRF Failed: ` before it.
    pub fn run(&self) -> Result<(), Cow<'static, str>> {
        match self.origin {
            Some(origin) => self.check_origin(&latin1(origin))?,
            None if self.secure => self.check_referer()?,
            None => {}
        }
        self.check_token()
    }

    fn check_origin(&self, origin: &str) -> Result<(), Reason> {
        let scheme = if self.secure { "https" } else { "http" };
        let own = self.host.is_some_and(|host| {
            origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://")) == Some(host)
        });
        if own || self.trusted_origins.has_origin(origin) {
            return Ok(());
        }
        let reason =
            format!("Origin checking failed - {origin} does not match any trusted origins.");
        Err(reason.into())
    }

    fn check_referer(&self) -> Result<(), Reason> {
        const NONE: &str = "Referer checking failed - no Referer.";
        const MALFORMED: &str = "Referer checking failed - Referer is malformed.";
        const INSECURE: &str =
            "Referer checking failed - Referer is insecure while host is secure.";
        let referer = SplitUrl::parse(&latin1(self.referer.ok_or(NONE)?)).ok_or(MALFORMED)?;
        if referer.scheme.is_empty() || referer.netloc.is_empty() {
            return Err(MALFORMED.into());
        }
        if referer.scheme != "https" {
            return Err(INSECURE.into());
        }
        let own = self.host.is_some_and(|host| is_same_domain(&referer.netloc, host));
        if own || self.trusted_origins.has_host(&referer.netloc) {
            return Ok(());
        }
        let referer = referer.text();
        let reason =
            format!("Referer checking failed - {referer} does not match any trusted origins.");
        Err(reason.into())
    }

    fn check_token(&self) -> Result<(), Reason> {
        let cookie = self.cookie.ok_or("CSRF cookie not set.")?;
        let secret = secret_in(cookie).map_err(|wrong| format!("CSRF cookie {wrong}."))?;
        let (token, source) = match (self.field, self.header) {
            (Some(field), _) if !field.is_empty() => (field.to_owned(), "POST"),
            (_, Some(header)) => (latin1(header), "the 'X-Csrftoken' HTTP header"),
            _ => return Err("CSRF token missing.".into()),
        };
        let wrong = match secret_in(&token) {
            Ok(sent) if constant_time_eq(sent.as_bytes(), secret.as_bytes()) => return Ok(()),
            Ok(_) => "incorrect",
            Err(wrong) => wrong,
        };
        Err(format!("CSRF token from {source} {wrong}.").into())
    }
}

/// The secret in a cookie or a token, bare or masked, or what is wrong with it.
fn secret_in(token: &str) -> Result<Cow<'_, str>, &'static str> {
    const MASKED_LENGTH: usize = 2 * SECRET_LENGTH;
    let length = token.chars().count();
    if length != SECRET_LENGTH && length != MASKED_LENGTH {
        return Err("has incorrect length");
    }
    if !token.bytes().all(|character| character.is_ascii_alphanumeric()) {
        return Err("has invalid characters");
    }
    if length == SECRET_LENGTH {
        return Ok(token.into());
    }
    let (mask, cipher) = token.split_at(SECRET_LENGTH);
    // Taking the mask off is adding what the mask lacks to a full turn of the alphabet.
    Ok(shift(cipher, mask, |letter, mask| letter + ALPHABET.len() - mask).into())
}

/// A text whose letters are moved along the alphabet by the letters of another.
fn shift(text: &str, by: &str, moved: impl Fn(usize, usize) -> usize) -> String {
    let letters = text.bytes().zip(by.bytes());
    let places = letters.map(|(letter, by)| moved(place(letter), place(by)) % ALPHABET.len());
    places.map(|place| char::from(ALPHABET[place])).collect()
}

/// The place of an alphanumeric ASCII character in [`ALPHABET`].
fn place(letter: u8) -> usize {
    usize::from(match letter {
        b'a'..=b'z' => letter - b'a',
        b'A'..=b'Z' => letter - b'A' + 26,
        _ => letter.wrapping_sub(b'0').wrapping_add(52),
    })
}

/// What the cookie holds and a token must match: 32 characters of `a-z`, `A-Z` and `0-9`.
///
/// Its `Debug` does not show it.
#[derive(Clone)]
pub struct CsrfSecret(String);

impl CsrfSecret {
    /// A new one; to be set at login (Django's `rotate_token`) and where there is none.
    ///
    /// # Errors
    ///
    /// An internal error where the operating system has no randomness to give.
    pub fn random() -> crate::error::Result<Self> {
        random_string(SECRET_LENGTH).map(Self)
    }

    /// The one in the cookie of a request, bare or masked; `None` where it is no such thing and a new
    /// one has to be set.
    pub fn from_cookie(cookie: &str) -> Option<Self> {
        secret_in(cookie).ok().map(|secret| Self(secret.into_owned()))
    }

    /// The value of the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A token for a page, of 64 characters and different at each call, so that the length of a
    /// compressed page tells nothing of the secret (Django's `get_token`).
    ///
    /// # Errors
    ///
    /// An internal error where the operating system has no randomness to give.
    pub fn mask(&self) -> crate::error::Result<String> {
        let mask = random_string(SECRET_LENGTH)?;
        let cipher = shift(&self.0, &mask, |letter, mask| letter + mask);
        Ok(mask + &cipher)
    }
}

impl fmt::Debug for CsrfSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfSecret(..)")
    }
}

#[cfg(test)]
mod tests;
