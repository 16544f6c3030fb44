//! Users who log in once and are then known by their session (DRF's `SessionAuthentication`, row H8),
//! through [actix-session](https://docs.rs/actix-session); with the feature `session`.
//!
//! The app chooses where sessions are kept and wraps itself, or the scope of the router, in
//! `SessionMiddleware::new(store, key)`. Its cookie is sent over HTTPS only, unless the middleware's builder
//! is told `.cookie_secure(false)`.
//!
//! ```
//! use viewset_actix::authentication::authenticate;
//! use viewset_actix::prelude::*;
//!
//! diesel::table! {
//!     users (id) { id -> Integer, username -> Text, password -> Text, }
//! }
//!
//! #[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
//! #[diesel(table_name = users)]
//! struct User {
//!     id: i32,
//!     username: String,
//!     #[serde(skip_serializing)]
//!     password: String,
//! }
//!
//! impl AuthUser for User {
//!     fn pk(&self) -> std::borrow::Cow<'_, str> {
//!         self.id.to_string().into()
//!     }
//! }
//!
//! impl PasswordUser for User {
//!     async fn by_username(req: &RequestHead, username: &str) -> Result<Option<Self>> {
//!         User::find_by(req, "username", username).await
//!     }
//!
//!     fn password(&self) -> &str {
//!         &self.password
//!     }
//! }
//!
//! impl SessionUser for User {
//!     async fn by_pk(req: &RequestHead, pk: &str) -> Result<Option<Self>> {
//!         User::find_by(req, "pk", pk).await
//!     }
//! }
//!
//! #[derive(Serializer)]
//! struct Login {
//!     username: String,
//!     password: String,
//! }
//!
//! struct SessionViewSet;
//!
//! #[viewset(basename = "session")]
//! impl SessionViewSet {
//!     /// Whoever asks gets the token that their unsafe requests have to send as `X-CSRFToken`.
//!     async fn list(&self, req: &Request) -> Result<impl IntoResponse> {
//!         Ok(Data(json!({"csrf_token": session::csrf_token(req)?})))
//!     }
//!
//!     #[action(detail = false, methods = ["post"], parser_classes = [JsonParser])]
//!     async fn login(&self, req: &Request, data: Validated<Login>) -> Result<impl IntoResponse> {
//!         let user = authenticate::<User>(req, &data.username, &data.password).await?;
//!         let user = user.ok_or_else(|| Error::validation("Unable to log in."))?;
//!         session::login(req, &user)?;
//!         Ok(Data(json!({"csrf_token": session::csrf_token(req)?})))
//!     }
//!
//!     #[action(detail = false, methods = ["post"])]
//!     async fn logout(&self, req: &Request) -> Result<StatusCode> {
//!         session::logout(req)?;
//!         Ok(StatusCode::NO_CONTENT)
//!     }
//! }
//!
//! let router = DefaultRouter::new()
//!     .authentication_classes(authenticators![SessionAuthentication::<User>::new()])
//!     .register("session", SessionViewSet);
//! ```
//!
//! As in DRF, only a session that is logged in is protected against forged requests. A login is not: here it
//! takes JSON alone, which no form of another site can send; one that takes forms asks
//! [`csrf::enforce`] itself.
//!
//! A changed password ends sessions where the user says so: [`SessionUser::session_auth_hash`]. Who keeps sessions in cookies (`CookieSessionStore`) can end none at
//! all: logging out removes the cookie, and whoever has a copy of it goes on.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem;

use actix_session::{Session, SessionExt, SessionStatus};
use actix_web::{HttpMessage, HttpRequest};
use viewset_core::authentication::csrf::{self, TrustedOrigins};
use viewset_core::authentication::{AuthUser, Authentication, Credentials};
use viewset_core::error::{Error, Result};
use viewset_core::request::RequestHead;

use crate::incoming::ActixIncoming;

pub use viewset_core::authentication::csrf::token as csrf_token;

/// The key of the user who is logged in, as in Django's sessions.
const USER_ID: &str = "_auth_user_id";
/// The type of that user: the `Customer` 1 is not the `Employee` 1.
const USER_TYPE: &str = "_auth_user_type";
/// What that user's sessions end with once it changes.
const USER_HASH: &str = "_auth_user_hash";

/// A user who can be found again by the key that their session holds.
///
/// # Compiler errors
///
/// `SessionAuthentication::<U>` and [`login`] want a user type that implements this trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be logged in",
    note = "implement `SessionUser` for it: `async fn by_pk(req: &RequestHead, pk: &str) -> Result<Option<Self>>`"
)]
pub trait SessionUser: AuthUser + Sized {
    /// The user whose [`pk`](AuthUser::pk) this is, active or not; `None` if there is none any more.
    ///
    /// For a model: `User::find_by(req, "pk", pk).await`.
    fn by_pk(req: &RequestHead, pk: &str) -> impl Future<Output = Result<Option<Self>>>;

    /// What all sessions of the user end with once it changes (Django's `get_session_auth_hash`):
    /// `passwords::session_auth_hash(&self.password)` for their password. The session in which it changes
    /// goes on by another [`login`]. Default: nothing, and a changed password ends no session.
    fn session_auth_hash(&self) -> String {
        String::new()
    }
}

/// The user of the session: `SessionAuthentication::<User>::new()`. It has no challenge, so where it
/// stands first refusals are 403.
///
/// A user who is gone or inactive is nobody. A request of a logged-in user with an unsafe method has to
/// show that it comes from a page of ours, by the cookie `csrftoken` and the header `X-CSRFToken` (or the
/// field `csrfmiddlewaretoken` of a urlencoded form), by `Origin` and, over HTTPS, by `Referer`; else it is
/// a 403 with Django's reason, such as `CSRF Failed: CSRF token missing.`
///
/// Behind a proxy that ends TLS, set `secure_proxy_ssl_header` on the router, and let the proxy pass
/// `Host` on: both are what `Origin` is compared with.
pub struct SessionAuthentication<U> {
    trusted_origins: &'static [&'static str],
    user: PhantomData<fn() -> U>,
}

impl<U> SessionAuthentication<U> {
    /// For this type of user.
    #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
    pub const fn new() -> Self {
        Self { trusted_origins: &[], user: PhantomData }
    }

    /// From where else than the server's own origin unsafe requests may come (Django's
    /// `CSRF_TRUSTED_ORIGINS`): `&["https://admin.example.com", "https://*.example.org"]`. Default: from
    /// nowhere.
    #[must_use]
    pub const fn trusted_origins(mut self, origins: &'static [&'static str]) -> Self {
        self.trusted_origins = origins;
        self
    }
}

impl<U> fmt::Debug for SessionAuthentication<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionAuthentication")
            .field("trusted_origins", &self.trusted_origins)
            .finish_non_exhaustive()
    }
}

impl<U: SessionUser> Authentication for SessionAuthentication<U> {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        let session = session(req)?;
        let Some(pk) = logged_in::<U>(&session) else { return Ok(None) };
        let user = U::by_pk(req, &pk).await?.filter(AuthUser::is_active);
        let Some(user) = user.filter(|user| user.session_auth_hash() == text(&session, USER_HASH))
        else {
            return Ok(None);
        };
        // Read anew each time, since a constant cannot keep what it reads: they are few, and short.
        csrf::enforce(req, &TrustedOrigins::new(self.trusted_origins)).await?;
        Ok(Some(Credentials::new(user)))
    }
}

/// Logs a user in, from the next request on (Django's `login`).
///
/// The session gets a new id, so that one that was foisted on the client is worth nothing, and keeps what an
/// anonymous client had stored; what another user had stored is dropped. The CSRF secret is a new one.
///
/// # Errors
///
/// An internal error without actix-session's middleware, and after [`logout`] in the same request.
pub fn login<U: SessionUser>(req: &RequestHead, user: &U) -> Result<()> {
    let session = session(req)?;
    if session.status() == SessionStatus::Purged {
        return Err(Error::internal("this request has logged out; log in by another one"));
    }
    let pk = user.pk();
    if session.contains_key(USER_ID) && logged_in::<U>(&session).as_deref() != Some(&*pk) {
        session.clear();
    }
    session.renew();
    session.insert(USER_ID, pk).map_err(internal)?;
    session.insert(USER_TYPE, type_name::<U>()).map_err(internal)?;
    session.insert(USER_HASH, user.session_auth_hash()).map_err(internal)?;
    csrf::rotate_token(req)
}

/// Ends the session, with all that it held (Django's `logout`). Nothing happens if nobody is logged in.
///
/// # Errors
///
/// An internal error without actix-session's middleware.
pub fn logout(req: &RequestHead) -> Result<()> {
    session(req)?.purge();
    Ok(())
}

/// The key of the user of this type who is logged in. What an app has stored under our names in another
/// form is nobody.
fn logged_in<U>(session: &Session) -> Option<String> {
    let is_one = text(session, USER_TYPE) == type_name::<U>();
    Some(text(session, USER_ID)).filter(|pk| is_one && !pk.is_empty())
}

fn text(session: &Session, key: &str) -> String {
    session.get(key).ok().flatten().unwrap_or_default()
}

/// The session of a request, whose response then varies on it.
fn session(req: &RequestHead) -> Result<Session> {
    let incoming = req.incoming().as_any().downcast_ref::<ActixIncoming>();
    let Some(incoming) = incoming else {
        return Err(Error::internal("the request did not come through actix-web"));
    };
    let session = session_of_middleware(incoming.http()).ok_or_else(|| {
        Error::internal(
            "there are no sessions; put actix-session's middleware around the app: \
             `App::new().wrap(SessionMiddleware::new(store, key))`",
        )
    })?;
    req.vary_on("Cookie");
    Ok(session)
}

/// The session that the middleware has made. Where it has made none, actix-session makes an empty one that
/// nobody stores, and has no way to tell; so one is made first, with a mark, and stays only if there is no
/// other to take its place.
fn session_of_middleware(http: &HttpRequest) -> Option<Session> {
    const MARK: &str = "_without_middleware";
    let extensions = mem::take(&mut *http.extensions_mut());
    let marked = http.get_session().insert(MARK, true);
    http.extensions_mut().extend(extensions);
    let session = http.get_session();
    (marked.is_ok() && !session.contains_key(MARK)).then_some(session)
}

fn internal(error: actix_session::SessionInsertError) -> Error {
    Error::internal(error.to_string())
}
