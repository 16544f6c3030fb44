//! `Authorization: Token <key>` (DRF rows H5, H6).

use std::any::Any;
use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;

use super::{AuthUser, Authentication, Credentials, header};
use crate::error::{Error, Result};
use crate::request::RequestHead;

/// A token that belongs to a user (DRF's `authtoken`).
pub trait AuthToken: Any + Sized {
    /// Whose it is.
    type User: AuthUser;

    /// The token with this key and its user, in one query; `None` if there is none.
    fn find(
        req: &RequestHead,
        key: &str,
    ) -> impl Future<Output = Result<Option<(Self, Self::User)>>>;
}

/// A key in every request: `TokenAuthentication::<Token>::new()`. Challenge: `Token`, or the keyword
/// that was set. The token is `req.auth::<Token>()`.
#[derive(Debug)]
pub struct TokenAuthentication<T> {
    keyword: &'static str,
    token: PhantomData<fn() -> T>,
}

impl<T> TokenAuthentication<T> {
    /// For this type of token, with the keyword `Token`.
    #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
    pub const fn new() -> Self {
        Self { keyword: "Token", token: PhantomData }
    }

    /// The word before the key, such as `Bearer`. Its case does not matter.
    #[must_use]
    pub const fn keyword(mut self, keyword: &'static str) -> Self {
        self.keyword = keyword;
        self
    }
}

impl<T: AuthToken> Authentication for TokenAuthentication<T> {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        let Some(authorization) = req.joined_header("authorization") else { return Ok(None) };
        let key = header::token(&authorization, self.keyword)
            .map_err(Error::authentication_failed_with)?;
        let Some(key) = key else { return Ok(None) };
        let found = match key.contains('\0') {
            true => None,
            false => T::find(req, &key).await?,
        };
        match found {
            None => Err(Error::authentication_failed_with("Invalid token.")),
            Some((_, user)) if !user.is_active() => {
                Err(Error::authentication_failed_with("User inactive or deleted."))
            }
            Some((token, user)) => Ok(Some(Credentials::new(user).with_auth(token))),
        }
    }

    fn authenticate_header(&self, _req: &RequestHead) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self.keyword))
    }
}
