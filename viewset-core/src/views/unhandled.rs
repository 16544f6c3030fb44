//! What nobody handled: an error or a panic becomes that request's 500, told in the log and not to the
//! client (row R14).

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::error::{Error, Result};
use crate::renderers;
use crate::request::Request;
use crate::response::{Body, Response};

/// The header in which the client is told under which id its 500 stands in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// DRF's `server_error`.
const BODY: &[u8] = br#"{"error": "Server Error (500)"}"#;

/// A panic in an action or a check is that request's 500; the worker and its other requests go on.
pub(super) async fn caught(
    mut answer: Pin<&mut impl Future<Output = Result<Response>>>,
) -> Result<Response> {
    poll_fn(|cx| {
        let poll = AssertUnwindSafe(|| answer.as_mut().poll(cx));
        catch_unwind(poll).unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))))
    })
    .await
}

/// The same for what does not wait.
pub(super) fn caught_at_once<T>(answer: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!("it panicked: {}", text.unwrap_or("no message")))
}

/// An error that was logged: under which id, and its text.
pub(super) struct Logged {
    id: String,
    text: String,
}

/// Logs an error of which the client must see nothing, under the request's id, before any handler can
/// make it another; `None` for all others.
pub(super) fn log(req: &Request, error: &Error) -> Option<Logged> {
    error.is_internal().then(|| write(req, error))
}

fn write(req: &Request, error: &Error) -> Logged {
    let (id, text) = (request_id(req), error.to_string());
    let (method, path, action) = (req.method(), req.path(), req.action());
    tracing::error!(request_id = id, %method, path, action, "{text}");
    Logged { id, text }
}

/// The response with the id, if its error was logged.
pub(super) fn with_id(response: Response, logged: Option<Logged>) -> Response {
    match logged.and_then(|logged| HeaderValue::from_str(&logged.id).ok()) {
        Some(id) => response.with_header(REQUEST_ID, id),
        None => response,
    }
}

/// The answer to an error that nobody handled, with nothing of it in the body. What is logged already is
/// not logged again.
pub(super) fn server_error(req: &Request, error: &Error, logged: Option<Logged>) -> Response {
    let logged = logged.filter(|logged| logged.text == error.to_string());
    let logged = logged.unwrap_or_else(|| write(req, error));
    let mut response = Response::empty(StatusCode::INTERNAL_SERVER_ERROR);
    response.content_type = Some(HeaderValue::from_static(renderers::JSON_MEDIA_TYPE));
    response.body = Body::Bytes(Bytes::from_static(BODY));
    with_id(response, Some(logged))
}

/// The id that a proxy gave the request as `X-Request-Id`, if it is one; else a new one.
fn request_id(req: &Request) -> String {
    let is_id = |id: &&str| {
        let is_mark = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        !id.is_empty() && id.len() <= 128 && id.bytes().all(is_mark)
    };
    req.header(REQUEST_ID.as_str()).filter(is_id).map_or_else(new_request_id, str::to_owned)
}

/// Unique, and not to be guessed from another: the process's random seed and a count, hashed.
fn new_request_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let half = || RandomState::new().hash_one(count);
    format!("{:016x}{:016x}", half(), half())
}
