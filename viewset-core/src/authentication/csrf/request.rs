//! The secret, the token and the check of a request: for every authenticator that goes by a cookie,
//! which browsers send along whoever wrote the page.

use http::{HeaderValue, Method};

use super::{COOKIE_NAME, CsrfCheck, CsrfSecret, FIELD_NAME, HEADER_NAME, TrustedOrigins};
use crate::error::{Error, Result};
use crate::parsers::query;
use crate::request::RequestHead;

/// How long a browser keeps the cookie, in seconds: 52 weeks (Django's `CSRF_COOKIE_AGE`).
const COOKIE_AGE: u32 = 31_449_600;

/// The secret that this request has set.
#[derive(Default)]
struct Renewed(Option<CsrfSecret>);

/// Lets a request pass that is safe (RFC 9110, 9.2.1) or comes from a page of ours (DRF's
/// `enforce_csrf`, row H8).
///
/// The token is taken from a urlencoded form that was sent with POST, else from the header
/// [`HEADER_NAME`]; of a multipart form only the header counts. To look into a form is to read it, so it
/// has to keep to the router's `body_limit`. A cookie that cannot be one of ours is replaced.
///
/// # Errors
///
/// 403 with `CSRF Failed: ` and Django's reason; 413 for a form that is too long, 400 for one that breaks
/// off.
pub async fn enforce(req: &RequestHead, trusted_origins: &TrustedOrigins) -> Result<()> {
    let cookie = req.cookie(COOKIE_NAME);
    if cookie.as_deref().is_some_and(|cookie| CsrfSecret::from_cookie(cookie).is_none()) {
        rotate_token(req)?;
    }
    if req.is_safe() || req.method() == Method::TRACE {
        return Ok(());
    }
    let header = req.joined_header(&HEADER_NAME.to_ascii_lowercase());
    let [origin, referer] = ["origin", "referer"].map(|name| req.joined_header(name));
    let field = form_field(req).await?;
    let check = CsrfCheck {
        cookie: cookie.as_deref(),
        header: header.as_deref(),
        field: field.as_deref(),
        origin: origin.as_deref(),
        referer: referer.as_deref(),
        secure: is_secure(req),
        host: Some(&req.host()),
        trusted_origins,
    };
    check
        .run()
        .map_err(|reason| Error::permission_denied().with_detail(format!("CSRF Failed: {reason}")))
}

/// The token in a form, without regard to its charset: a token is ASCII.
async fn form_field(req: &RequestHead) -> Result<Option<String>> {
    let content_type = req.header("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if req.method() != Method::POST
        || !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        return Ok(None);
    }
    let body = String::from_utf8_lossy(req.body().await?);
    let tokens = query::pairs(&body).filter(|(name, _)| name == FIELD_NAME);
    Ok(tokens.last().map(|(_, token)| token.into_owned()))
}

/// The token of this client, for a page or an answer: to be sent back in the header [`HEADER_NAME`] or in
/// the field [`FIELD_NAME`] (Django's `get_token`). The response sets the cookie, or keeps it from growing
/// old.
///
/// # Errors
///
/// An internal error where the operating system has no randomness to give.
pub fn token(req: &RequestHead) -> Result<String> {
    let renewed = req.local::<Renewed>().borrow().0.clone();
    let sent = || CsrfSecret::from_cookie(&req.cookie(COOKIE_NAME)?);
    let secret = match renewed.or_else(sent) {
        Some(secret) => secret,
        None => CsrfSecret::random()?,
    };
    let token = secret.mask()?;
    set_secret(req, secret)?;
    Ok(token)
}

/// Gives the client a new secret, with which no token from before is good; to be done at login (Django's
/// `rotate_token`).
///
/// # Errors
///
/// As [`token`].
pub fn rotate_token(req: &RequestHead) -> Result<()> {
    set_secret(req, CsrfSecret::random()?)
}

/// Has the response set the cookie. Scripts have to read it, so it is not `HttpOnly`.
fn set_secret(req: &RequestHead, secret: CsrfSecret) -> Result<()> {
    let secure = if is_secure(req) { "; Secure" } else { "" };
    let secret_text = secret.as_str();
    let cookie =
        format!("{COOKIE_NAME}={secret_text}; Max-Age={COOKIE_AGE}; Path=/; SameSite=Lax{secure}");
    req.set_cookie(COOKIE_NAME, HeaderValue::try_from(cookie).map_err(Error::internal)?);
    req.vary_on("Cookie");
    req.local::<Renewed>().borrow_mut().0 = Some(secret);
    Ok(())
}

fn is_secure(req: &RequestHead) -> bool {
    req.scheme() == "https"
}
