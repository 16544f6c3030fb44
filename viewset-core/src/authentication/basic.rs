//! `Authorization: Basic` (RFC 7617; DRF rows H1 to H4).

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;

use super::{AuthUser, Authentication, Credentials, header, passwords};
use crate::error::{Error, Result};
use crate::request::RequestHead;

/// A user who has a name and a password.
pub trait PasswordUser: AuthUser + Sized {
    /// The user of this name, active or not; `None` if there is none.
    ///
    /// For a model: `User::find_by(req, "username", username).await`.
    fn by_username(req: &RequestHead, username: &str)
    -> impl Future<Output = Result<Option<Self>>>;

    /// The hash of the password, as [`make_password`](super::passwords::make_password) or Django made it.
    fn password(&self) -> &str;
}

/// Name and password in every request: `BasicAuthentication::<User>::new()`. Challenge:
/// `Basic realm="api"`.
///
/// A wrong password costs as much time as the right one, also for a name that nobody has. An inactive
/// user is refused as one with a wrong password.
#[derive(Debug)]
pub struct BasicAuthentication<U>(PhantomData<fn() -> U>);

impl<U> BasicAuthentication<U> {
    /// For this type of user.
    #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<U: PasswordUser> Authentication for BasicAuthentication<U> {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        let Some(authorization) = req.joined_header("authorization") else { return Ok(None) };
        let read = header::basic(&authorization).map_err(Error::authentication_failed_with)?;
        let Some((username, password)) = read else { return Ok(None) };
        match authenticate::<U>(req, &username, &password).await? {
            Some(user) => Ok(Some(Credentials::new(user))),
            None => Err(Error::authentication_failed_with("Invalid username/password.")),
        }
    }

    fn authenticate_header(&self, _req: &RequestHead) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(r#"Basic realm="api""#))
    }
}

/// The active user with this name and password (Django's `authenticate`), for a log-in of your own.
///
/// # Errors
///
/// Those of the look-up. A wrong name or password is `None`.
pub async fn authenticate<U: PasswordUser>(
    req: &RequestHead,
    username: &str,
    password: &str,
) -> Result<Option<U>> {
    // Neither SQLite nor PostgreSQL can hold a name with a NUL.
    let found = match username.contains('\0') {
        true => None,
        false => U::by_username(req, username).await?,
    };
    let Some(user) = found else {
        passwords::pretend_to_check_password(password).await?;
        return Ok(None);
    };
    let right = passwords::check_password(password, user.password()).await?;
    Ok((right && user.is_active()).then_some(user))
}
