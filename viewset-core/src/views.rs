//! The life of a request, on one screen (DRF's `APIView.dispatch`).
//!
//! Routing has found the view and named the action; `dispatch` takes it from there to the response:
//! the checks of `initial` in DRF's order, the action or 405, the exception handler, the headers that
//! every response carries. What each check does is the business of its own module.

mod hosts;
mod observe;
mod unhandled;

use std::borrow::Cow;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use http::{Method, header};

use crate::authentication;
use crate::error::{Error, Result};
use crate::request::{Incoming, Request, RequestHead, RouteMatch, add_vary};
use crate::response::Response;
use crate::routers::View;
use crate::verb::Verb;

pub(crate) use hosts::AllowedHosts;
pub use observe::Answered;
use unhandled::{caught, caught_at_once, server_error};

/// A request whose route was found, on its way to the response.
pub struct Dispatch {
    req: Request,
    verb: Option<Verb>,
}

impl Dispatch {
    pub(crate) fn new(method: Method, incoming: Rc<dyn Incoming>, route: RouteMatch) -> Self {
        let verb = Verb::from_method(&method);
        let action = route.mounted().view.action_name(verb);
        Self { req: Request::new(RequestHead::new(method, incoming, route), action), verb }
    }

    /// Answers the request, which is to be asked for once: another time the action would run again. Never fails: every error
    /// has become a response. It stays where it is, since each of the futures below would move it.
    pub fn respond(&self) -> impl Future<Output = Response> {
        observe::observed(&self.req, self.verb)
    }
}

async fn respond(req: &Request, verb: Option<Verb>) -> Response {
    if let Some(refusal) = hosts::refusal(req) {
        return refusal;
    }
    let view = req.view();
    let answer = pin!(answer(view, verb, req));
    let mut response = match caught(answer).await {
        Ok(response) => finished(view, req, response),
        Err(error) => failed(view, req, error),
    };
    req.send_outgoing(&mut response.headers);
    response
}

async fn answer(view: &View, verb: Option<Verb>, req: &Request) -> Result<Response> {
    initial(view, req).await?;
    let verb = verb.filter(|verb| view.options.allows(*verb));
    match verb.and_then(|verb| view.bound(verb)) {
        Some(action) => view.viewset.call(action, req).await,
        None => match view.metadata().filter(|_| verb == Some(Verb::Options)) {
            Some(metadata) => metadata.determine(req).await,
            None => Err(Error::method_not_allowed(req.method().as_str())),
        },
    }
}

/// What has to be in order before the action runs: the format, the version, who asks, whether they
/// may, and how often (DRF's `initial`, row F1). 405 comes after all of these.
async fn initial(view: &View, req: &Request) -> Result<()> {
    req.policies.set(view.viewset.policies(req));
    negotiate(req)?;
    if let Some(scheme) = view.options.versioning_class.flatten()
        && let Some(version) = scheme.determine(req)?
    {
        req.set_version(version);
    }
    let authenticators = req.policies.get().authenticators;
    if !authenticators.is_empty()
        && let Some(authenticated) = authenticators.authenticate(req).await?
    {
        req.set_authenticated(authenticated);
    }
    let permissions = view.viewset.permissions(req);
    if !permissions.is_empty() {
        permissions.check(req).await?;
    }
    let throttles = view.viewset.throttles(req);
    if !throttles.is_empty() {
        throttles.check(req).await?;
    }
    Ok(())
}

fn negotiate(req: &Request) -> Result<()> {
    let accepted = req.policies.get().negotiator.select_renderer(req, req.renderers())?;
    req.renderer.set(accepted.renderer);
    let media_type = accepted.media_type.map(Cow::Owned);
    let own = || req.renderers().get(accepted.renderer).map(|own| Cow::Borrowed(own.media_type()));
    if let Some(media_type) = media_type.or_else(own) {
        req.set_accepted_media_type(media_type);
    }
    Ok(())
}

/// The response to an error. Out of the way of requests that succeed.
#[cold]
#[inline(never)]
fn failed(view: &View, req: &Request, error: Error) -> Response {
    let logged = unhandled::log(req, &error);
    let handled = caught_at_once(|| {
        let error = authentication::challenged(req, error);
        view.viewset.handle_exception(req, error)
    });
    match handled {
        Ok(response) => finished(view, req, unhandled::with_id(response, logged)),
        Err(error) => server_error(req, &error, logged),
    }
}

fn finished(view: &View, req: &Request, response: Response) -> Response {
    caught_at_once(|| Ok(finalize(view, req, response)))
        .unwrap_or_else(|error| server_error(req, &error, None))
}

fn finalize(view: &View, req: &Request, response: Response) -> Response {
    let mut response = view.viewset.finalize_response(req, response);
    if response.headers.is_empty() || !response.headers.contains_key(header::ALLOW) {
        response.allow = true;
    }
    // The same URL has answers in several formats (row F4).
    if req.renderers().len() > 1 {
        add_vary(&mut response.headers, "Accept");
    }
    response
}
