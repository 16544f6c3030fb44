//! What an action may fail with, and the body that the client then sees.
//!
//! One type for all of `rest_framework.exceptions`: a status, a detail (a text, a list or a map, as DRF
//! has them) and a code. Anything that is not meant for the client is an [`Error::internal`]: it is
//! logged, and the client sees a plain 500.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// Of so many items of a list it is told what is wrong with them, and no more: their errors are longer than they are.
pub(crate) const MOST_ERRORS: usize = 1000;

/// What is said of a question that is too long for a database.
pub(crate) const TOO_MUCH: &str = "The request asks for too much at once.";

/// The result of everything that answers a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One text for the client, with its machine-readable code (DRF's `ErrorDetail`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The text, as it stands in the body.
    pub text: Cow<'static, str>,
    /// DRF's code: `required`, `null`, `blank`, `not_found`, … It is not in the body.
    pub code: &'static str,
}

impl Message {
    /// A text with its code.
    pub fn new(text: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self { text: text.into(), code }
    }
}

/// What was wrong: a text, a list, or a map from field names (DRF's `exc.detail`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorDetail {
    /// A single text.
    Message(Message),
    /// Several, or errors without a field.
    List(Vec<ErrorDetail>),
    /// By field, in the order of the serializer's fields.
    Map(Vec<(Cow<'static, str>, ErrorDetail)>),
}

impl ErrorDetail {
    /// A single text with its code.
    pub fn message(text: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self::Message(Message::new(text, code))
    }

    /// Several: `ErrorDetail::list(["Wrong.", "Also late."])`.
    pub fn list<T: Into<ErrorDetail>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// By name: `ErrorDetail::map([("size", ErrorDetail::list(["Too big."]))])`.
    pub fn map<K: Into<Cow<'static, str>>, T: Into<ErrorDetail>>(
        entries: impl IntoIterator<Item = (K, T)>,
    ) -> Self {
        Self::Map(entries.into_iter().map(|(name, detail)| (name.into(), detail.into())).collect())
    }

    /// `{"field": ["text"]}`, the shape of one wrong field.
    pub fn field(
        name: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
        code: &'static str,
    ) -> Self {
        Self::Map(vec![(name.into(), Self::List(vec![Self::message(text, code)]))])
    }
}

/// The code of a text that was given none.
const INVALID: &str = "invalid";

/// The text of [`Error::permission_denied`].
pub(crate) const PERMISSION_DENIED: &str = "You do not have permission to perform this action.";

/// What is not in the body (row R16).
impl ErrorDetail {
    /// With this code for the texts that were given none.
    pub(crate) fn or_code(&self, code: &'static str) -> Self {
        self.each(&|message| match message.code {
            INVALID => Self::message(message.text.clone(), code),
            _ => Self::Message(message.clone()),
        })
    }

    /// The codes in the place of the texts (DRF's `get_codes`): `{"name": ["required"]}`.
    #[must_use]
    pub fn codes(&self) -> Self {
        self.each(&|message| Self::message(message.code, message.code))
    }

    /// Texts and codes (DRF's `get_full_details`):
    /// `{"name": [{"message": "This field is required.", "code": "required"}]}`.
    #[must_use]
    pub fn full_details(&self) -> Self {
        self.each(&|message| {
            Self::Map(vec![
                ("message".into(), Self::Message(message.clone())),
                ("code".into(), Self::message(message.code, message.code)),
            ])
        })
    }

    /// As the error of an object as a whole: texts belong to no field, and those of a field are a list
    /// (DRF's `as_serializer_error`).
    #[must_use]
    pub fn of_object(self) -> Self {
        let listed = |detail| match detail {
            message @ Self::Message(_) => Self::List(vec![message]),
            other => other,
        };
        match self {
            Self::Map(entries) => Self::Map(
                entries.into_iter().map(|(name, detail)| (name, listed(detail))).collect(),
            ),
            other => Self::Map(vec![("non_field_errors".into(), listed(other))]),
        }
    }

    fn each(&self, of: &impl Fn(&Message) -> Self) -> Self {
        match self {
            Self::Message(message) => of(message),
            Self::List(items) => Self::List(items.iter().map(|item| item.each(of)).collect()),
            Self::Map(entries) => Self::Map(
                entries.iter().map(|(name, detail)| (name.clone(), detail.each(of))).collect(),
            ),
        }
    }
}

/// A `ValidationError`.
impl From<ErrorDetail> for Error {
    fn from(detail: ErrorDetail) -> Self {
        Self::validation(detail)
    }
}

impl From<&'static str> for ErrorDetail {
    fn from(text: &'static str) -> Self {
        Self::message(text, INVALID)
    }
}

impl From<String> for ErrorDetail {
    fn from(text: String) -> Self {
        Self::message(text, INVALID)
    }
}

impl From<Vec<Message>> for ErrorDetail {
    fn from(messages: Vec<Message>) -> Self {
        Self::List(messages.into_iter().map(Self::Message).collect())
    }
}

impl From<Vec<ErrorDetail>> for ErrorDetail {
    fn from(details: Vec<ErrorDetail>) -> Self {
        Self::List(details)
    }
}

impl Serialize for ErrorDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Message(message) => serializer.serialize_str(&message.text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, detail) in entries {
                    map.serialize_entry(name, detail)?;
                }
                map.end()
            }
        }
    }
}

/// Why a request was not answered as asked (DRF's `APIException` and its family).
///
/// Return it from an action with `?`, or make one of your own with [`Error::api`]. The body follows
/// `rest_framework.views.exception_handler`: a text becomes `{"detail": text}`, lists and maps stay as
/// they are.
pub struct Error(Box<Repr>);

struct Repr {
    status: StatusCode,
    detail: ErrorDetail,
    headers: HeaderMap,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Whether the client is asked to authenticate: 401 with a challenge, or 403 without one.
    asks_for_credentials: bool,
}

impl Error {
    /// An error of your own: any status, a text, and its code.
    pub fn api(status: StatusCode, text: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self::new(status, ErrorDetail::message(text, code))
    }

    /// Any status with any detail.
    pub fn new(status: StatusCode, detail: ErrorDetail) -> Self {
        let (headers, source) = (HeaderMap::new(), None);
        Self(Box::new(Repr { status, detail, headers, source, asks_for_credentials: false }))
    }

    /// 400, `ValidationError`: a single text becomes a list, as DRF does it.
    pub fn validation(detail: impl Into<ErrorDetail>) -> Self {
        let detail = match detail.into() {
            message @ ErrorDetail::Message(_) => ErrorDetail::List(vec![message]),
            other => other,
        };
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// What was wrong with the data, if this is a [`validation`](Self::validation) error.
    ///
    /// # Errors
    ///
    /// This error, if it is another.
    pub(crate) fn into_validation(self) -> Result<ErrorDetail> {
        let is_validation = self.0.status == StatusCode::BAD_REQUEST
            && !matches!(self.0.detail, ErrorDetail::Message(_));
        if is_validation { Ok(self.0.detail) } else { Err(self) }
    }

    /// Not public API. Used by generated code: the error of an object as a whole, in its shape.
    #[doc(hidden)]
    #[must_use]
    pub fn of_object(self) -> Self {
        match self.into_validation() {
            Ok(detail) => Self::validation(detail.of_object()),
            Err(error) => error,
        }
    }

    /// 400, `ParseError`.
    pub fn parse(text: impl Into<Cow<'static, str>>) -> Self {
        Self::api(StatusCode::BAD_REQUEST, text, "parse_error")
    }

    /// 401, or 403 where no authenticator has a challenge: `AuthenticationFailed`.
    pub fn authentication_failed() -> Self {
        Self::authentication_failed_with("Incorrect authentication credentials.")
    }

    /// As [`Error::authentication_failed`], with a text of your own.
    pub fn authentication_failed_with(text: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::api(StatusCode::UNAUTHORIZED, text, "authentication_failed");
        error.0.asks_for_credentials = true;
        error
    }

    /// 401, or 403 where no authenticator has a challenge: `NotAuthenticated`.
    pub fn not_authenticated() -> Self {
        const TEXT: &str = "Authentication credentials were not provided.";
        let mut error = Self::api(StatusCode::UNAUTHORIZED, TEXT, "not_authenticated");
        error.0.asks_for_credentials = true;
        error
    }

    /// 403, `PermissionDenied`.
    pub fn permission_denied() -> Self {
        Self::api(StatusCode::FORBIDDEN, PERMISSION_DENIED, "permission_denied")
    }

    /// 404, `NotFound`.
    pub fn not_found() -> Self {
        Self::api(StatusCode::NOT_FOUND, "Not found.", "not_found")
    }

    /// 404 with the text of `get_object_or_404`: `No User matches the given query.`
    pub fn no_match(model: &str) -> Self {
        let text = format!("No {model} matches the given query.");
        Self::api(StatusCode::NOT_FOUND, text, "not_found")
    }

    /// 405, `MethodNotAllowed`.
    pub fn method_not_allowed(method: &str) -> Self {
        let text = format!("Method \"{method}\" not allowed.");
        Self::api(StatusCode::METHOD_NOT_ALLOWED, text, "method_not_allowed")
    }

    /// 406, `NotAcceptable`.
    pub fn not_acceptable() -> Self {
        const TEXT: &str = "Could not satisfy the request Accept header.";
        Self::api(StatusCode::NOT_ACCEPTABLE, TEXT, "not_acceptable")
    }

    /// 408: the body did not arrive in time.
    pub fn request_timeout() -> Self {
        const TEXT: &str = "The request body did not arrive in time.";
        Self::api(StatusCode::REQUEST_TIMEOUT, TEXT, "request_timeout")
    }

    /// 409: what was asked does not fit the state of the data.
    pub fn conflict(text: impl Into<Cow<'static, str>>) -> Self {
        Self::api(StatusCode::CONFLICT, text, "conflict")
    }

    /// 413: the body is longer than the router's `body_limit`, in bytes.
    pub fn body_too_large(limit: usize) -> Self {
        let text = format!("The request body is larger than the limit of {limit} bytes.");
        Self::api(StatusCode::PAYLOAD_TOO_LARGE, text, "body_too_large")
    }

    /// 415, `UnsupportedMediaType`; `media_type` is the header as it was sent.
    pub fn unsupported_media_type(media_type: &str) -> Self {
        let text = format!("Unsupported media type \"{media_type}\" in request.");
        Self::api(StatusCode::UNSUPPORTED_MEDIA_TYPE, text, "unsupported_media_type")
    }

    /// 429, `Throttled`: `wait` in seconds is rounded up into the text and into `Retry-After`.
    pub fn throttled(wait: Option<f64>) -> Self {
        Self::throttled_with("Request was throttled.", wait)
    }

    /// As [`Error::throttled`], with a text of your own before that of the wait.
    pub fn throttled_with(text: impl Into<Cow<'static, str>>, wait: Option<f64>) -> Self {
        let (status, text) = (StatusCode::TOO_MANY_REQUESTS, text.into());
        let Some(wait) = wait else {
            return Self::api(status, text, "throttled");
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let seconds = wait.ceil().max(0.0) as u64;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let text = format!("{text} Expected available in {seconds} {unit}.");
        let error = Self::api(status, text, "throttled");
        // A wait of nothing is said in the text and not in a header, as DRF has it.
        if seconds == 0 { error } else { error.with_header(header::RETRY_AFTER, seconds.into()) }
    }

    /// 503: the database or another server did not answer; the client may try again.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        const TEXT: &str = "Service temporarily unavailable, try again later.";
        Self::api(StatusCode::SERVICE_UNAVAILABLE, TEXT, "service_unavailable")
            .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
            .caused_by(source)
    }

    /// 507: the database has no room for what is to be stored. `source` is logged.
    pub fn insufficient_storage(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        const TEXT: &str = "There is no room left to store this.";
        Self::api(StatusCode::INSUFFICIENT_STORAGE, TEXT, "insufficient_storage").caused_by(source)
    }

    /// 500: `source` is logged, the client is told nothing of it.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        const TEXT: &str = "A server error occurred.";
        Self::api(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "error").caused_by(source)
    }

    /// The same, with its cause in the log.
    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: http::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Replaces what is wrong: `Error::not_found().with_detail("This page was torn out.")`. A text keeps
    /// the code; a list or a map becomes the whole body.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<ErrorDetail>) -> Self {
        self.0.detail = match (detail.into(), &self.0.detail) {
            (ErrorDetail::Message(new), ErrorDetail::Message(old)) => {
                ErrorDetail::message(new.text, old.code)
            }
            (detail, _) => detail,
        };
        self
    }

    /// Whether the client is asked to authenticate, and no challenge is set yet.
    /// Whether it is the database's that is out of reach.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.status() == StatusCode::SERVICE_UNAVAILABLE
    }

    pub(crate) fn is_challenge(&self) -> bool {
        self.0.asks_for_credentials && !self.0.headers.contains_key(header::WWW_AUTHENTICATE)
    }

    /// With this `WWW-Authenticate`.
    pub(crate) fn with_challenge(self, challenge: &str) -> Self {
        match HeaderValue::from_str(challenge) {
            Ok(challenge) => self.with_header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => self.forbidden(),
        }
    }

    /// With status 403.
    pub(crate) fn forbidden(mut self) -> Self {
        self.0.status = StatusCode::FORBIDDEN;
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What was wrong.
    pub fn detail(&self) -> &ErrorDetail {
        &self.0.detail
    }

    /// The headers that the answer gets beside the usual ones.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Whether this is an [`Error::internal`], of which the client must see nothing.
    pub fn is_internal(&self) -> bool {
        self.0.status == StatusCode::INTERNAL_SERVER_ERROR && self.0.source.is_some()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr { status, detail, source, .. } = &*self.0;
        f.debug_struct("Error")
            .field("status", status)
            .field("detail", detail)
            .field("source", source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.source, &self.0.detail) {
            (Some(source), _) => write!(f, "{}: {source}", self.0.status),
            (None, ErrorDetail::Message(message)) => {
                write!(f, "{}: {}", self.0.status, message.text)
            }
            (None, detail) => write!(f, "{}: {detail:?}", self.0.status),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
