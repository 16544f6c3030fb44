//! `Authorization: Bearer <token>` (RFC 6750), for tokens that carry their user, such as JWTs.

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;

use super::{Authentication, Credentials, header};
use crate::error::{Error, Result};
use crate::request::RequestHead;

/// How a bearer token is checked: the hook for JWTs and the like.
///
/// ```
/// # use std::borrow::Cow;
/// # use viewset_core::authentication::{AuthUser, BearerToken, Credentials};
/// # use viewset_core::{error::Result, request::RequestHead};
/// # struct Claims { sub: String }
/// # impl AuthUser for Claims { fn pk(&self) -> Cow<'_, str> { Cow::Borrowed(&self.sub) } }
/// # fn decode(_token: &str) -> std::result::Result<Claims, ()> { Err(()) }
/// struct Jwt;
///
/// impl BearerToken for Jwt {
///     async fn verify(_req: &RequestHead, token: &str) -> Result<Option<Credentials>> {
///         // Signature, expiry, audience: as `jsonwebtoken::decode` checks them.
///         Ok(decode(token).ok().map(|claims| Credentials::new(claims)))
///     }
/// }
/// ```
pub trait BearerToken: 'static {
    /// Whose token this is; `None` for one that is not valid, which is then told the client.
    fn verify(req: &RequestHead, token: &str) -> impl Future<Output = Result<Option<Credentials>>>;
}

/// A bearer token in every request: `BearerAuthentication::<Jwt>::new()`. Challenge:
/// `Bearer realm="api"`.
#[derive(Debug)]
pub struct BearerAuthentication<B>(PhantomData<fn() -> B>);

impl<B> BearerAuthentication<B> {
    /// For this kind of token.
    #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<B: BearerToken> Authentication for BearerAuthentication<B> {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        let Some(authorization) = req.joined_header("authorization") else { return Ok(None) };
        let token =
            header::token(&authorization, "Bearer").map_err(Error::authentication_failed_with)?;
        let Some(token) = token else { return Ok(None) };
        match B::verify(req, &token).await? {
            None => Err(Error::authentication_failed_with("Invalid token.")),
            Some(credentials) if !credentials.user.is_active() => {
                Err(Error::authentication_failed_with("User inactive or deleted."))
            }
            Some(credentials) => Ok(Some(credentials)),
        }
    }

    fn authenticate_header(&self, _req: &RequestHead) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(r#"Bearer realm="api""#))
    }
}
