//! Arguments that an action takes by their type: made from the request before it runs.

use std::any::Any;
use std::future::Future;
use std::ops::Deref;

use http::Method;

use crate::error::{Error, Result};
use crate::request::Request;
use crate::serializers::{Context, Serializer, Value};

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

impl<S: Serializer> FromRequest for Validated<S> {
    async fn from_request(req: &Request) -> Result<Self> {
        let partial = req.method() == Method::PATCH;
        S::run_validation(req.data().await?, &Context::new(req).partial(partial))
            .await
            .map(Validated)
    }
}

/// The parsed body as it came, as an argument of an action.
impl FromRequest for Value {
    async fn from_request(req: &Request) -> Result<Self> {
        req.data().await.cloned()
    }
}
