//! Who sends a request (DRF's `authentication.py`, rows H1 to H10): the traits that users implement, and
//! what a request then knows of its user.
//!
//! Authenticators run before the action is known, so they get the [`RequestHead`]. The stock ones are in
//! files of their own; what they read from headers and how passwords are checked stands beside them.

#[cfg(feature = "passwords")]
mod basic;
mod bearer;
pub mod csrf;
pub mod header;
mod origin;
#[cfg(feature = "passwords")]
pub mod passwords;
mod random;
mod token;
mod user;

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use futures_core::future::LocalBoxFuture;

use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};

#[cfg(feature = "passwords")]
pub use basic::{BasicAuthentication, PasswordUser, authenticate};
pub use bearer::{BearerAuthentication, BearerToken};
pub use token::{AuthToken, TokenAuthentication};
pub use user::{AuthUser, ErasedUser, ModelPermission, Right};

/// A way to find out who sends a request (DRF's `BaseAuthentication`).
///
/// ```
/// use std::borrow::Cow;
/// use viewset_core::authentication::{Authentication, AuthUser, Credentials};
/// use viewset_core::{error::{Error, Result}, request::RequestHead};
///
/// struct Robot;
///
/// impl AuthUser for Robot {
///     fn pk(&self) -> Cow<'_, str> {
///         Cow::Borrowed("robot")
///     }
/// }
///
/// /// `X-Robot: beep`
/// struct RobotAuthentication;
///
/// impl Authentication for RobotAuthentication {
///     async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
///         match req.header("x-robot") {
///             None => Ok(None),
///             Some("beep") => Ok(Some(Credentials::new(Robot))),
///             Some(_) => Err(Error::authentication_failed()),
///         }
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// `authentication_classes = [X]` wants values, so `X` is a unit struct or any constant expression
/// whose type implements this trait and is `Sync`.
pub trait Authentication: Sync {
    /// Who it is; `None` if the request has no credentials of this kind, and the next authenticator is
    /// asked (row H9).
    ///
    /// # Errors
    ///
    /// [`Error::authentication_failed`] for credentials that are wrong: nobody else is asked.
    fn authenticate(&self, req: &RequestHead) -> impl Future<Output = Result<Option<Credentials>>>;

    /// The `WWW-Authenticate` of a 401. The first authenticator of a view decides: without a challenge
    /// its refusals are 403 (row H1). Default: none.
    fn authenticate_header(&self, req: &RequestHead) -> Option<Cow<'static, str>> {
        let _ = req;
        None
    }
}

/// The object-safe twin of [`Authentication`]; every authenticator has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authenticator",
    label = "expected an authenticator",
    note = "implement `Authentication` for it: `async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>>`"
)]
pub trait ErasedAuthentication: Sync {
    #[doc(hidden)]
    fn authenticate<'a>(
        &'a self,
        req: &'a RequestHead,
    ) -> LocalBoxFuture<'a, Result<Option<Credentials>>>;
    #[doc(hidden)]
    fn challenge(&self, req: &RequestHead) -> Option<Cow<'static, str>>;
    #[doc(hidden)]
    fn name(&self) -> &'static str;
}

impl<A: Authentication> ErasedAuthentication for A {
    fn authenticate<'a>(
        &'a self,
        req: &'a RequestHead,
    ) -> LocalBoxFuture<'a, Result<Option<Credentials>>> {
        Box::pin(Authentication::authenticate(self, req))
    }

    fn challenge(&self, req: &RequestHead) -> Option<Cow<'static, str>> {
        self.authenticate_header(req)
    }

    fn name(&self) -> &'static str {
        let path = type_name::<A>();
        let path = path.split('<').next().unwrap_or(path);
        path.rsplit("::").next().unwrap_or(path)
    }
}

/// Who sends a request: a user and, where there is one, what they showed for it (DRF's pair of `user`
/// and `auth`).
#[derive(Clone)]
pub struct Credentials {
    user: Rc<dyn ErasedUser>,
    auth: Option<Rc<dyn Any>>,
}

impl Credentials {
    /// This user.
    pub fn new<U: AuthUser>(user: U) -> Self {
        Self { user: Rc::new(user), auth: None }
    }

    /// With what they showed: `req.auth::<T>()`.
    #[must_use]
    pub fn with_auth<T: Any>(mut self, auth: T) -> Self {
        self.auth = Some(Rc::new(auth));
        self
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user.pk()).finish_non_exhaustive()
    }
}

/// The authenticators of a request; the answer of `get_authenticators`.
#[derive(Clone, Copy, Default)]
pub struct Authenticators(&'static [&'static dyn ErasedAuthentication]);

impl Authenticators {
    /// Asked in this order. [`authenticators!`](crate::authenticators!) is the short way to write it.
    pub const fn new(classes: &'static [&'static dyn ErasedAuthentication]) -> Self {
        Self(classes)
    }

    pub(crate) const fn classes(self) -> &'static [&'static dyn ErasedAuthentication] {
        self.0
    }

    /// The `authentication_classes` that hold on the route of a request: the action's, else the
    /// viewset's, else the router's.
    pub fn of(req: &RequestHead) -> Self {
        Self(req.options().authentication_classes.unwrap_or_default())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// DRF's `perform_authentication`: the first that answers wins, one that fails stops.
    pub(crate) async fn authenticate(self, req: &RequestHead) -> Result<Option<Authenticated>> {
        for authenticator in self.0 {
            if let Some(credentials) = authenticator.authenticate(req).await? {
                return Ok(Some(Authenticated { credentials, by: *authenticator }));
            }
        }
        Ok(None)
    }

    /// The `WWW-Authenticate` of the first authenticator.
    pub(crate) fn challenge(self, req: &RequestHead) -> Option<Cow<'static, str>> {
        self.0.first().and_then(|first| first.challenge(req))
    }
}

impl fmt::Debug for Authenticators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|one| one.name())).finish()
    }
}

/// What authentication found.
#[derive(Clone)]
pub(crate) struct Authenticated {
    credentials: Credentials,
    by: &'static dyn ErasedAuthentication,
}

/// A list of authenticators for `get_authenticators` or for a router:
/// `authenticators![TokenAuthentication::<Token>::new()]`.
#[macro_export]
macro_rules! authenticators {
    ($($authenticator:expr),* $(,)?) => {
        $crate::authentication::Authenticators::new(const { &[$(&$authenticator),*] })
    };
}

/// The request's user. While authenticators run, nobody has authenticated yet.
impl RequestHead {
    /// Whether somebody has authenticated.
    pub fn is_authenticated(&self) -> bool {
        self.authenticated::<Authenticated>().is_some()
    }

    /// Whether a user of staff has authenticated.
    pub fn is_staff(&self) -> bool {
        self.auth_user().is_some_and(ErasedUser::is_staff)
    }

    /// The user (DRF's `request.user`); `None` if nobody has authenticated, or somebody of another type.
    pub fn user<U: AuthUser>(&self) -> Option<&U> {
        self.auth_user()?.as_any().downcast_ref()
    }

    /// The user, for an action that does not go without one.
    ///
    /// # Errors
    ///
    /// [`Error::not_authenticated`] if there is none, or one of another type.
    pub fn require_user<U: AuthUser>(&self) -> Result<&U> {
        self.user().ok_or_else(Error::not_authenticated)
    }

    /// The user, whatever their type.
    pub fn auth_user(&self) -> Option<&dyn ErasedUser> {
        Some(&*self.authenticated::<Authenticated>()?.credentials.user)
    }

    /// What the user showed (DRF's `request.auth`), such as a token.
    pub fn auth<T: Any>(&self) -> Option<&T> {
        self.authenticated::<Authenticated>()?.credentials.auth.as_deref()?.downcast_ref()
    }

    /// The type name of the authenticator that found the user.
    pub fn successful_authenticator(&self) -> Option<&'static str> {
        Some(self.authenticated::<Authenticated>()?.by.name())
    }
}

impl Request {
    /// Whether this route has any authenticator.
    pub(crate) fn has_authenticators(&self) -> bool {
        !self.policies.get().authenticators.is_empty()
    }
}

/// The challenge of a 401: the first authenticator's; without one the refusal is a 403 (row H1).
pub(crate) fn challenged(req: &Request, error: Error) -> Error {
    if !error.is_challenge() {
        return error;
    }
    match req.policies.get().authenticators.challenge(req) {
        Some(challenge) => error.with_challenge(&challenge),
        None => error.forbidden(),
    }
}
