//! The life of a request, on one screen (DRF's `APIView.dispatch`).
//!
//! Routing has found the view and named the action; `dispatch` takes it from there to the response:
//! the checks of `initial` in DRF's order, the action or 405, the exception handler, the headers that
//! every response carries. What each check does is the business of its own module.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use http::{HeaderValue, header};

use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};
use crate::response::{Body, Response};
use crate::routers::View;
use crate::verb::Verb;
use crate::{metadata, negotiation, renderers};

/// Answers a request. Never fails: every error has become a response.
pub(crate) fn dispatch(head: RequestHead) -> impl Future<Output = Response> + use<> {
    let verb = Verb::from_method(head.method());
    let action = head.view().action_name(verb);
    // Boxed at once: a request moved into each of the futures below would cost more.
    respond(Box::new(Request::new(head, action)), verb)
}

async fn respond(req: Box<Request>, verb: Option<Verb>) -> Response {
    let view = &**req.view();
    let answer = pin!(answer(view, verb, &req));
    let response = match caught(answer).await {
        Ok(response) => response,
        Err(error) => match view.viewset.handle_exception(&req, error) {
            Ok(response) => response,
            Err(error) => return server_error(&req, &error),
        },
    };
    finalize(view, &req, response)
}

async fn answer(view: &View, verb: Option<Verb>, req: &Request) -> Result<Response> {
    initial(view, req).await?;
    let verb = verb.filter(|verb| view.options.allows(*verb));
    match verb.and_then(|verb| view.bound(verb)) {
        Some(action) => view.viewset.call(action, req).await,
        None if verb == Some(Verb::Options) => metadata::determine_metadata(req),
        None => Err(Error::method_not_allowed(req.method().as_str())),
    }
}

/// What has to be in order before the action runs: the format, the version, who asks, whether they
/// may, and how often (DRF's `initial`, row F1). 405 comes after all of these.
async fn initial(view: &View, req: &Request) -> Result<()> {
    req.renderer.set(negotiation::select_renderer(req, req.renderers())?);
    let permissions = view.viewset.permissions(req);
    if !permissions.is_empty() {
        permissions.check(req).await?;
    }
    Ok(())
}

/// A panic in an action or a check is that request's 500; the worker and its other requests go on.
async fn caught(mut answer: Pin<&mut impl Future<Output = Result<Response>>>) -> Result<Response> {
    poll_fn(|cx| {
        let poll = AssertUnwindSafe(|| answer.as_mut().poll(cx));
        catch_unwind(poll).unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))))
    })
    .await
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!("it panicked: {}", text.unwrap_or("no message")))
}

/// An error that nobody handled: logged, with nothing of it in the body (row R14).
fn server_error(req: &Request, error: &Error) -> Response {
    tracing::error!(method = %req.method(), path = req.path(), action = req.action(), "{error}");
    let mut response = Response::empty(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.content_type = Some(HeaderValue::from_static(renderers::JSON_MEDIA_TYPE));
    response.body = Body::Bytes(bytes::Bytes::from_static(br#"{"error":"Server Error (500)"}"#));
    response
}

fn finalize(view: &View, req: &Request, response: Response) -> Response {
    let mut response = view.viewset.finalize_response(req, response);
    if response.headers.is_empty() || !response.headers.contains_key(header::ALLOW) {
        response.allow = true;
    }
    // The same URL has answers in several formats (row F4).
    if req.renderers().len() > 1 {
        response.headers.append(header::VARY, HeaderValue::from_static("Accept"));
    }
    response
}
