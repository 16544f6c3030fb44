//! The request as the parts of a viewset see it.
//!
//! [`RequestHead`] is what exists before the action is known: negotiation, authenticators and parsers
//! get that. [`Request`] adds the action; permissions, hooks and actions get that. So `action` cannot be
//! read too early (DRF: an `AttributeError`, row A10), and nobody has to remember when it is set.

use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::net::IpAddr;
use std::ops::Deref;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Method;
use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::data::Value;
use crate::diesel::Use;
use crate::error::{Error, Result};
use crate::routers::{Mounted, Policies, Router, RouterInner, View};

mod cookies;
mod outgoing;
mod payload;

pub(crate) use outgoing::{Outgoing, add_vary};
pub use payload::Payload;

/// What a web framework's request offers to the core; implemented by the adapter.
///
/// Nothing is copied: each accessor reads the framework's own request.
pub trait Incoming: 'static {
    /// The path as it was sent, still percent-encoded.
    fn path(&self) -> &str;
    /// The query string without its `?`, still encoded; empty if there is none.
    fn query_string(&self) -> &str;
    /// The values of a header; the name is in lower case.
    fn header<'a>(&'a self, name: &str) -> HeaderValues<'a>;
    /// Of its values the one that was sent first, which may be found with less work.
    fn header_first<'a>(&'a self, name: &str) -> Option<&'a [u8]> {
        self.header(name).first()
    }
    /// The address of the other end of the connection.
    fn remote_addr(&self) -> Option<IpAddr>;
    /// `http` or `https`.
    fn scheme(&self) -> Cow<'_, str>;
    /// The host with its port, as the client named it.
    fn host(&self) -> Cow<'_, str>;
    /// The part of the path that was used up before the router: `/api/`. Reversed URLs start with it.
    fn mount(&self) -> Cow<'_, str>;
    /// The next piece of the body; `None` at its end.
    fn poll_chunk(&self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>>;
    /// The adapter's own type, for what only the framework knows.
    fn as_any(&self) -> &dyn Any;
}

/// The values of a header, in the order in which they were sent.
#[derive(Clone, Debug, Default)]
pub struct HeaderValues<'a> {
    first: Option<&'a [u8]>,
    /// Headers are hardly ever repeated, and an empty `Vec` costs nothing.
    more: Vec<&'a [u8]>,
}

impl<'a> FromIterator<&'a [u8]> for HeaderValues<'a> {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(values: I) -> Self {
        let mut values = values.into_iter();
        Self { first: values.next(), more: values.collect() }
    }
}

impl<'a> HeaderValues<'a> {
    /// The value that was sent first.
    pub fn first(&self) -> Option<&'a [u8]> {
        self.first
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.first.into_iter().chain(self.more.iter().copied())
    }

    /// All values joined by commas, as RFC 9110 (5.2) has it.
    pub fn joined(self) -> Option<Cow<'a, [u8]>> {
        let first = self.first?;
        if self.more.is_empty() {
            return Some(Cow::Borrowed(first));
        }
        let all: Vec<_> = std::iter::once(first).chain(self.more).collect();
        Some(Cow::Owned(all.join(&b',')))
    }
}

/// URL keyword arguments of the scopes around a router, by name.
pub type Kwargs = Vec<(Arc<str>, String)>;

/// What the placeholders of a route caught: name and value of each, in their order. Most routes have one or none, with
/// a short value: these cost no allocation.
pub(crate) type Caught = SmallVec<[(&'static str, SmolStr); 1]>;

/// The request before its action is known.
pub struct RequestHead {
    method: Method,
    incoming: Rc<dyn Incoming>,
    pub(crate) route: RouteMatch,
    body: OnceCell<Bytes>,
    /// Whether somebody has begun to read the body, which can be done once.
    body_begun: Cell<bool>,
    found: Found,
    locals: RefCell<Vec<Rc<dyn Any>>>,
    /// What the response will carry; most have nothing.
    outgoing: RefCell<Option<Box<Outgoing>>>,
    /// What this request has of the database.
    pub(crate) database: Use,
}

/// What the stops before the action found out, each once.
#[derive(Clone, Default)]
struct Found {
    media_type: OnceCell<Cow<'static, str>>,
    version: OnceCell<Cow<'static, str>>,
    /// Who sent it; the type is authentication's own.
    authenticated: OnceCell<Rc<dyn Any>>,
}

/// The route of a request, with what its placeholders caught.
#[derive(Clone)]
pub(crate) struct RouteMatch {
    pub(crate) router: Rc<Router>,
    /// The number of the route in its router.
    pub(crate) number: usize,
    /// Caught by the scopes around the router, where a placeholder of the route has not the same name.
    pub(crate) outer: Kwargs,
    pub(crate) own: Caught,
    pub(crate) format: Option<Box<str>>,
}

impl RouteMatch {
    pub(crate) fn mounted(&self) -> &Mounted {
        &self.router.inner.routes[self.number]
    }
}

impl RequestHead {
    pub(crate) fn new(method: Method, incoming: Rc<dyn Incoming>, route: RouteMatch) -> Self {
        Self {
            method,
            incoming,
            route,
            body: OnceCell::new(),
            body_begun: Cell::new(false),
            found: Found::default(),
            locals: RefCell::default(),
            outgoing: RefCell::default(),
            database: Use::default(),
        }
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

    /// `http` or `https`, as the router's `secure_proxy_ssl_header` or else the connection has it.
    pub fn scheme(&self) -> Cow<'_, str> {
        match self.router().settings.secure_proxy_ssl_header {
            Some((name, value)) if self.header(name) == Some(value) => Cow::Borrowed("https"),
            _ => self.incoming.scheme(),
        }
    }

    /// The first value of a header as text; `None` if it is missing or not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.header_bytes(name)?).ok()
    }

    /// The first value of a header as it was sent.
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        self.incoming.header_first(name)
    }

    /// A header as it was sent; of several with one name the values joined by commas, as RFC 9110
    /// (5.2) has it.
    pub fn joined_header(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        self.incoming.header(name).joined()
    }

    /// The host with its port, as the client named it.
    pub fn host(&self) -> Cow<'_, str> {
        self.incoming.host()
    }

    /// The address of the other end of the connection: the client's, or a proxy's.
    pub fn remote_addr(&self) -> Option<IpAddr> {
        self.incoming.remote_addr()
    }

    /// A value that belongs to this request, made at its first use, one a type: what hooks have to tell
    /// each other, since all requests share one viewset. `req.local::<Seen>().borrow_mut().push(hook)`
    pub fn local<T: Any + Default>(&self) -> Rc<RefCell<T>> {
        let mut locals = self.locals.borrow_mut();
        let known = locals.iter().find_map(|value| value.clone().downcast().ok());
        known.unwrap_or_else(|| {
            let value = Rc::<RefCell<T>>::default();
            locals.push(value.clone());
            value
        })
    }

    /// The media type that the client accepted, with its parameters: `application/json; indent=4`. Empty
    /// before negotiation, and where that failed.
    pub fn accepted_media_type(&self) -> &str {
        self.found.media_type.get().map_or("", |media_type| media_type)
    }

    pub(crate) fn set_accepted_media_type(&self, media_type: Cow<'static, str>) {
        let _ = self.found.media_type.set(media_type);
    }

    pub(crate) fn found_version(&self) -> Option<&str> {
        self.found.version.get().map(|version| &**version)
    }

    pub(crate) fn set_version(&self, version: Cow<'static, str>) {
        let _ = self.found.version.set(version);
    }

    pub(crate) fn authenticated<T: Any>(&self) -> Option<&T> {
        self.found.authenticated.get()?.downcast_ref()
    }

    pub(crate) fn set_authenticated<T: Any>(&self, authenticated: T) {
        let _ = self.found.authenticated.set(Rc::new(authenticated));
    }

    /// The value of a URL keyword argument, percent-decoded.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        self.kwargs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The URL keyword arguments: those of the scopes around the router, then the route's own, each in
    /// the order of the path, then `format` where the path has a format suffix.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, &str)> {
        let outer = self.route.outer.iter().map(|(name, value)| (&**name, value.as_str()));
        let format = self.format().map(|format| ("format", format));
        let own = self.route.own.iter().map(|(name, value)| (*name, value.as_str()));
        outer.chain(own).chain(format)
    }

    /// The format suffix of the path: `json` for `/users.json`.
    pub fn format(&self) -> Option<&str> {
        self.route.format.as_deref()
    }

    /// The state that was given to the router by `with`.
    pub fn state<T: Any>(&self) -> Option<&T> {
        self.router().state.get()
    }

    /// The adapter's request, for what only the framework knows.
    pub fn incoming(&self) -> &dyn Incoming {
        &*self.incoming
    }

    /// The basename of the viewset's routes; `None` for a view bound by hand without one.
    pub fn basename(&self) -> Option<&str> {
        self.view().initkwargs.basename.as_deref()
    }

    /// Whether the route is for one object; `None` for a view bound by hand that did not say.
    pub fn detail(&self) -> Option<bool> {
        self.view().initkwargs.detail
    }

    /// The display suffix of the route: `List`, `Instance`, or the action's own.
    pub fn suffix(&self) -> Option<&str> {
        self.view().initkwargs.suffix.as_deref()
    }

    /// The display name that the action or the view was given.
    pub fn name(&self) -> Option<&str> {
        self.view().initkwargs.name.as_deref()
    }

    /// The description that the action or the view was given.
    pub fn description(&self) -> Option<&str> {
        self.view().initkwargs.description.as_deref()
    }

    /// The pattern of the route below the router, without its regexes: `users/{pk}/`.
    pub fn route_pattern(&self) -> &str {
        &self.mounted().label
    }

    fn mounted(&self) -> &Mounted {
        self.route.mounted()
    }

    pub(crate) fn view(&self) -> &View {
        &self.mounted().view
    }

    /// The arguments that the route itself caught, in the order of its placeholders.
    pub(crate) fn own_kwargs(&self) -> &[(&'static str, SmolStr)] {
        &self.route.own
    }

    pub(crate) fn router(&self) -> &RouterInner {
        &self.route.router.inner
    }
}

/// The request with its action: what permissions, hooks and actions get.
pub struct Request {
    head: RequestHead,
    action: Option<&'static str>,
    /// The parsed body, once something asked for it.
    pub(crate) data: OnceCell<Value>,
    /// The place of the renderer that negotiation found, among those of the route.
    pub(crate) renderer: Cell<usize>,
    /// What the viewset's hooks chose for this request.
    pub(crate) policies: Cell<Policies>,
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
            data: OnceCell::new(),
            renderer: Cell::new(0),
            policies: Cell::default(),
        }
    }

    /// The same request with another method: DRF's `clone_request`, for questions of what would be.
    pub(crate) fn with_method(&self, method: Method) -> Self {
        let mut head =
            RequestHead::new(method, self.head.incoming.clone(), self.head.route.clone());
        head.found = self.head.found.clone();
        let clone = Self::new(head, self.action);
        clone.policies.set(self.policies.get());
        clone
    }

    /// The name of the action (DRF A9): `list`, `set_password`, …; `metadata` for OPTIONS; `None` for a
    /// method that the route does not map. For HEAD it is GET's.
    pub fn action(&self) -> Option<&'static str> {
        self.action
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
        let name = self.head.view().viewset.meta().lookup_kwarg();
        self.kwarg(name).ok_or_else(|| missing_kwarg(&self.head, name))
    }
}

fn missing_kwarg(head: &RequestHead, name: &str) -> Error {
    let class_name = head.view().viewset.meta().class_name;
    Error::internal(format!(
        "expected view {class_name} to be called with a URL keyword argument named `{name}`; put \
         `{{{name}}}` into its prefix, its path or a scope around the router"
    ))
}
