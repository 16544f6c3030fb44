//! What operators see of a request: a `tracing` span, and the router's observer for metrics. A router
//! that nobody observes pays a look at a flag.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use tracing::{Level, Span, field};

use super::respond;
use super::unhandled::caught_at_once;
use crate::request::Request;
use crate::response::Response;
use crate::verb::Verb;

/// An answered request, as the router's [`observer`](crate::routers::RouterBuilder::observer) sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answered<'a> {
    /// The method.
    pub method: &'a Method,
    /// The pattern of the route below the router, such as `users/{pk}/`: few values, for labels.
    pub route: &'a str,
    /// The name of the viewset's type.
    pub viewset: &'static str,
    /// The name of the action; `None` for a method that the route does not map.
    pub action: Option<&'static str>,
    /// The status of the response.
    pub status: StatusCode,
    /// From the match of the route to the response; a streamed body comes after.
    pub elapsed: Duration,
}

/// Answers a request, in its span and with its observer, where there are any.
pub(super) async fn observed(req: &Request, verb: Option<Verb>) -> Response {
    if req.router().settings.observer.is_none()
        && !tracing::enabled!(target: "viewset", Level::INFO)
    {
        return respond(req, verb).await;
    }
    // Boxed, so that a request that nobody observes has no room for it.
    Box::pin(watched(req, verb)).await
}

async fn watched(req: &Request, verb: Option<Verb>) -> Response {
    let start = Instant::now();
    let span = span(req);
    let mut answer = pin!(respond(req, verb));
    let response = poll_fn(|cx| span.in_scope(|| answer.as_mut().poll(cx))).await;
    span.record("status", response.status.as_u16());
    // What is done is done: an observer that panics takes no response away.
    if let Err(error) = caught_at_once(|| {
        tell(req, &response, &span, start);
        Ok(())
    }) {
        span.in_scope(|| tracing::error!("who observes the requests failed: {error}"));
    }
    response
}

fn tell(req: &Request, response: &Response, span: &Span, start: Instant) {
    if let Some(user) = req.auth_user() {
        span.record("user", field::display(user.pk()));
    }
    if let Some(observer) = &req.router().settings.observer {
        observer(&Answered {
            method: req.method(),
            route: req.route_pattern(),
            viewset: req.view().viewset.meta().class_name,
            action: req.action(),
            status: response.status,
            elapsed: start.elapsed(),
        });
    }
}

fn span(req: &Request) -> Span {
    let (method, route, action) = (req.method(), req.route_pattern(), req.action());
    tracing::info_span!(
        target: "viewset",
        "request",
        %method,
        route,
        action,
        status = field::Empty,
        user = field::Empty,
    )
}
