//! The request as the parts of a viewset see it.
//!
//! [`RequestHead`] is what exists before the action is known: negotiation, authenticators and parsers
//! get that. [`Request`] adds the action; permissions, hooks and actions get that. So `action` cannot be
//! read too early (DRF: an `AttributeError`, row A10), and nobody has to remember when it is set.

use std::any::Any;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use crate::actions::{LocalBoxFuture, Verb};
use crate::error::{Error, ErrorDetail, Result};
use crate::parsers;
use crate::reverse::Reverse;
use crate::routers::{RouterInner, View};
use crate::serializers::Value;
use crate::settings::Options;

/// What a web framework's request offers to the core; implemented by the adapter.
///
/// Nothing is copied: each accessor reads the framework's own request.
pub trait Incoming: 'static {
    /// The path as it was sent, still percent-encoded.
    fn path(&self) -> &str;
    /// The query string without its `?`, still encoded; empty if there is none.
    fn query_string(&self) -> &str;
    /// The first value of a header; the name is in lower case.
    fn header(&self, name: &str) -> Option<&[u8]>;
    /// `http` or `https`.
    fn scheme(&self) -> Cow<'_, str>;
    /// The host with its port, as the client named it.
    fn host(&self) -> Cow<'_, str>;
    /// The part of the path that was used up before the router: `/api/`. Reversed URLs start with it.
    fn mount(&self) -> Cow<'_, str>;
    /// The whole body; an error if it is longer than `limit` bytes. Called once at most.
    fn read_body(&self, limit: usize) -> LocalBoxFuture<'_, Result<Bytes>>;
    /// The adapter's own type, for what only the framework knows.
    fn as_any(&self) -> &dyn Any;
}

/// URL keyword arguments: the values of the route's placeholders, by name.
pub type Kwargs = Vec<(Arc<str>, String)>;

/// The request before its action is known.
pub struct RequestHead {
    method: Method,
    incoming: Box<dyn Incoming>,
    pub(crate) route: RouteMatch,
}

/// The route of a request, with what its placeholders caught.
pub(crate) struct RouteMatch {
    pub(crate) router: Arc<RouterInner>,
    pub(crate) view: Arc<View>,
    /// Caught by the scopes around the router, where a placeholder of the route has not the same name.
    pub(crate) outer: Kwargs,
    /// Caught by the route itself, in the order of its placeholders.
    pub(crate) own: Kwargs,
    pub(crate) format: Option<String>,
}

impl RequestHead {
    pub(crate) fn new(method: Method, incoming: Box<dyn Incoming>, route: RouteMatch) -> Self {
        Self { method, incoming, route }
    }

    /// The method; also one that no action can serve.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Whether the method only reads: GET, HEAD or OPTIONS.
    pub fn is_safe(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// The path as it was sent, still percent-encoded.
    pub fn path(&self) -> &str {
        self.incoming.path()
    }

    /// The query string as it was sent.
    pub fn query_string(&self) -> &str {
        self.incoming.query_string()
    }

    /// The last value of a query parameter, decoded as a form is (`+` is a blank).
    pub fn query_param(&self, name: &str) -> Option<Cow<'_, str>> {
        parsers::query::pairs(self.query_string())
            .filter(|(key, _)| key == name)
            .last()
            .map(|p| p.1)
    }

    /// The first value of a header as text; `None` if it is missing or not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.incoming.header(name)?).ok()
    }

    /// The first value of a header as it was sent.
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        self.incoming.header(name)
    }

    /// The value of a URL keyword argument, percent-decoded.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        if name == "format" && self.route.format.is_some() {
            return self.format();
        }
        self.kwargs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The URL keyword arguments: those of the scopes around the router, then the route's own, each in
    /// the order of the path. The format suffix is not among them.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.route.outer.iter().chain(&self.route.own);
        all.map(|(name, value)| (&**name, value.as_str()))
    }

    /// The format suffix of the path: `json` for `/users.json`.
    pub fn format(&self) -> Option<&str> {
        self.route.format.as_deref()
    }

    /// The state that was given to the router by `with`.
    pub fn state<T: Any>(&self) -> Option<&T> {
        self.route.router.state.get()
    }

    /// The adapter's request, for what only the framework knows.
    pub fn incoming(&self) -> &dyn Incoming {
        &*self.incoming
    }

    /// The basename of the viewset's routes; `None` for a view bound by hand without one.
    pub fn basename(&self) -> Option<&str> {
        self.route.view.initkwargs.basename.as_deref()
    }

    /// Whether the route is for one object; `None` for a view bound by hand that did not say.
    pub fn detail(&self) -> Option<bool> {
        self.route.view.initkwargs.detail
    }

    /// The display suffix of the route: `List`, `Instance`, or the action's own.
    pub fn suffix(&self) -> Option<&str> {
        self.route.view.initkwargs.suffix.as_deref()
    }

    /// The display name that the action or the view was given.
    pub fn name(&self) -> Option<&str> {
        self.route.view.initkwargs.name.as_deref()
    }

    /// The description that the action or the view was given.
    pub fn description(&self) -> Option<&str> {
        self.route.view.initkwargs.description.as_deref()
    }

    /// The options that hold on this route: the action's over the viewset's.
    pub fn options(&self) -> &Options {
        &self.route.view.options
    }

    pub(crate) fn view(&self) -> &Arc<View> {
        &self.route.view
    }

    pub(crate) fn router(&self) -> &Arc<RouterInner> {
        &self.route.router
    }

    /// A URL of this router by its name: `req.reverse("user-detail").arg(1).url()?`. With a request
    /// the URL is absolute and starts where the router is mounted.
    pub fn reverse<'a>(&'a self, name: impl Into<Cow<'a, str>>) -> Reverse<'a> {
        Reverse::new(&self.route.router, name.into(), Some(self))
    }

    /// A URL of this viewset: `req.reverse_action("set-password").arg(1).url()?` (DRF A19). The
    /// standard actions are reached by `list` and `detail`.
    pub fn reverse_action(&self, url_name: &str) -> Reverse<'_> {
        self.reverse(format!("{}-{url_name}", self.basename().unwrap_or("None")))
    }

    /// The URLs of the extra actions with the same `detail` as this route, by display name, in
    /// alphabetical order of the actions; those that need other URL arguments are left out
    /// (DRF A23, A24).
    pub fn get_extra_action_url_map(&self) -> Vec<(String, String)> {
        let Some(detail) = self.detail() else {
            return Vec::new();
        };
        let same =
            self.route.view.viewset.extra_actions().into_iter().filter(|a| a.is_detail() == detail);
        same.filter_map(|action| {
            let mut reverse = self.reverse_action(&action.url_name());
            for (name, value) in &self.route.own {
                reverse = reverse.kwarg(&**name, value);
            }
            let class_name = self.route.view.viewset.meta().class_name;
            let suffix = action.suffix;
            let label = crate::views::display_name(action.label().as_deref(), class_name, suffix);
            Some((label, reverse.url().ok()?))
        })
        .collect()
    }
}

/// The request with its action: what permissions, hooks and actions get.
pub struct Request {
    head: RequestHead,
    action: Option<&'static str>,
    body: OnceCell<Bytes>,
    data: OnceCell<Value>,
    /// The connection of the transaction that is open for this request, while nobody uses it.
    pub(crate) transaction: RefCell<crate::diesel::Slot>,
}

impl Deref for Request {
    type Target = RequestHead;

    fn deref(&self) -> &RequestHead {
        &self.head
    }
}

impl Request {
    pub(crate) fn new(head: RequestHead, action: Option<&'static str>) -> Self {
        Self {
            head,
            action,
            body: OnceCell::new(),
            data: OnceCell::new(),
            transaction: RefCell::default(),
        }
    }

    /// The name of the action (DRF A9): `list`, `set_password`, …; `metadata` for OPTIONS; `None` for a
    /// method that the route does not map. For HEAD it is GET's.
    pub fn action(&self) -> Option<&'static str> {
        self.action
    }

    /// The body, read whole at the first call. An error if it is longer than the router's
    /// `body_limit`.
    pub async fn body(&self) -> Result<&Bytes> {
        if let Some(body) = self.body.get() {
            return Ok(body);
        }
        let body = self.head.incoming.read_body(self.head.route.router.body_limit).await?;
        Ok(self.body.get_or_init(|| body))
    }

    /// The parsed body (DRF's `request.data`), parsed at the first call: 415 for a media type without
    /// a parser, 400 for a malformed body. An empty body is an empty map, whatever its type.
    pub async fn data(&self) -> Result<&Value> {
        if let Some(data) = self.data.get() {
            return Ok(data);
        }
        let body = self.body().await?;
        let data = parsers::parse(&self.head, body)?;
        Ok(self.data.get_or_init(|| data))
    }

    /// A URL keyword argument as any type; a text that the type cannot read is a 404.
    pub fn parse_kwarg<T: FromStr>(&self, name: &str) -> Result<T> {
        self.parse_kwarg_opt(name)?.ok_or_else(|| missing_kwarg(&self.head, name))
    }

    /// As [`Request::parse_kwarg`], for one that may be missing.
    pub fn parse_kwarg_opt<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.kwarg(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| Error::not_found())
    }

    /// The lookup value of this viewset: the URL keyword argument that names the object.
    pub fn lookup(&self) -> Result<&str> {
        let name = self.head.route.view.viewset.meta().lookup_kwarg();
        self.kwarg(name).ok_or_else(|| missing_kwarg(&self.head, name))
    }
}

fn missing_kwarg(head: &RequestHead, name: &str) -> Error {
    let class_name = head.route.view.viewset.meta().class_name;
    Error::internal(format!(
        "expected view {class_name} to be called with a URL keyword argument named `{name}`; \
         put it into the prefix, or set `lookup_field` or `lookup_url_kwarg`"
    ))
}

/// A type that an action can take as an argument: made from the request before the action runs.
///
/// # Compiler errors
///
/// An argument whose name is no URL keyword argument has to be of such a type (or, with actix-web, of
/// one of its extractors).
#[diagnostic::on_unimplemented(
    message = "an action cannot take `{Self}` as an argument",
    note = "arguments are `&Request`, URL keyword arguments by their name, or types that implement `FromRequest`"
)]
pub trait FromRequest: Sized {
    /// Makes it; an error is the answer to the request.
    fn from_request(req: &Request) -> impl Future<Output = Result<Self>>;
}

/// State that was given to the router by `with`, as an argument of an action.
#[derive(Clone, Debug)]
pub struct State<T>(pub T);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Any + Clone> FromRequest for State<T> {
    async fn from_request(req: &Request) -> Result<Self> {
        let missing = || {
            let name = std::any::type_name::<T>();
            Error::internal(format!("the router has no `{name}`; add it by `.with(…)`"))
        };
        req.state::<T>().cloned().map(State).ok_or_else(missing)
    }
}

/// The body, validated by a serializer, as an argument of an action: 400 with all errors otherwise.
#[derive(Clone, Debug)]
pub struct Validated<S>(pub S);

impl<S> Deref for Validated<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S: crate::serializers::Serializer> FromRequest for Validated<S> {
    async fn from_request(req: &Request) -> Result<Self> {
        let partial = req.method() == Method::PATCH;
        S::run_validation(req.data().await?, partial).map(Validated).map_err(Error::validation)
    }
}

/// The parsed body as it came, as an argument of an action.
impl FromRequest for Value {
    async fn from_request(req: &Request) -> Result<Self> {
        req.data().await.cloned()
    }
}

impl From<crate::reverse::NoReverseMatch> for Error {
    fn from(error: crate::reverse::NoReverseMatch) -> Self {
        Error::internal(error)
    }
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Method {
        match verb {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
            Verb::Delete => Method::DELETE,
            Verb::Head => Method::HEAD,
            Verb::Options => Method::OPTIONS,
            Verb::Trace => Method::TRACE,
        }
    }
}

/// Turns several texts into the detail of a validation error.
impl From<Vec<ErrorDetail>> for ErrorDetail {
    fn from(details: Vec<ErrorDetail>) -> Self {
        Self::List(details)
    }
}
