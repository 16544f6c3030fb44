//! From a request to the arguments of an action, and from its answer to a response.
//!
//! A row says of each argument where it comes from ([`Source`]); its type says how it is made. An
//! adapter adds the extractors and answers of its framework: [`Extract`] and [`Respond`] are about the
//! wrappers [`Arg`] and [`Answer`], with a mark of the adapter's own as `Via`, so that its impls for all
//! types are allowed and rustc finds the one that fits.

use std::future::Future;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::extractors::FromRequest;
use crate::request::Request;
use crate::response::{IntoResponse, Response};
use futures_core::future::LocalBoxFuture;

/// Marks the extractors and answers of the core.
pub struct Core;

/// An argument of this type.
pub struct Arg<T>(PhantomData<T>);

/// Not public API. What an action can take; `Via` tells by whose trait, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "an action cannot take `{T}` as an argument",
    label = "neither a URL keyword argument nor an extractor",
    note = "arguments are `&Request`, URL keyword arguments by their name, or extractors: types that implement `FromRequest` of viewset or of the web framework (`State<T>` with a `T` that is `Clone`)"
)]
pub trait Extract<Via, T> {
    /// Makes it from the request.
    fn extract(req: &Request) -> impl Future<Output = Result<T>>;
}

impl<T: FromRequest> Extract<Core, T> for Arg<T> {
    fn extract(req: &Request) -> impl Future<Output = Result<T>> {
        T::from_request(req)
    }
}

/// An answer of this type.
pub struct Answer<T>(pub T);

/// Not public API. What an action can return; `Via` tells by whose trait, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "an action cannot return `{T}`",
    note = "wrap what should be sent in `Data(…)`, or return a `Response` or a responder of the web framework"
)]
pub trait Respond<Via, T> {
    /// Makes the response.
    fn respond(self, req: &Request) -> Result<Response>;
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> Respond<Core, T> for Answer<T> {
    fn respond(self, req: &Request) -> Result<Response> {
        self.0.into_response(req)
    }
}

/// Marks what comes from the URL.
pub struct Kwarg;

/// Marks what comes from the URL and may be missing.
pub struct OptionalKwarg;

/// Marks the viewset and the request, which are passed as they are.
pub struct Itself;

/// The lookup value, whatever its name.
pub struct LookupKwarg;

/// Not public API. Used by generated code: the lookup value as an argument of a mixin's action.
pub const LOOKUP: LookupKwarg = LookupKwarg;

/// Not public API. Where an argument comes from: the viewset or the request themselves, a URL keyword
/// argument by its name, the lookup value, or, as `()`, an extractor.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be made from a URL keyword argument",
    note = "it has to implement `FromStr`, or be an `Option` of a type that does"
)]
pub trait Source<T, Via> {
    /// Makes the argument.
    fn take(self, req: &Request) -> impl Future<Output = Result<T>>;
}

impl<'a, T> Source<&'a T, Itself> for &'a T {
    async fn take(self, _req: &Request) -> Result<&'a T> {
        Ok(self)
    }
}

impl<T: FromStr> Source<T, Kwarg> for &'static str {
    async fn take(self, req: &Request) -> Result<T> {
        req.parse_kwarg(self)
    }
}

impl<T: FromStr> Source<Option<T>, OptionalKwarg> for &'static str {
    async fn take(self, req: &Request) -> Result<Option<T>> {
        req.parse_kwarg_opt(self)
    }
}

impl<T: FromStr> Source<T, Kwarg> for LookupKwarg {
    async fn take(self, req: &Request) -> Result<T> {
        req.lookup()?.parse().map_err(|_| Error::not_found())
    }
}

impl<T: FromStr> Source<Option<T>, OptionalKwarg> for LookupKwarg {
    async fn take(self, req: &Request) -> Result<Option<T>> {
        req.lookup()?.parse().map(Some).map_err(|_| Error::not_found())
    }
}

impl<T, Via> Source<T, Via> for ()
where
    Arg<T>: Extract<Via, T>,
{
    fn take(self, req: &Request) -> impl Future<Output = Result<T>> {
        Arg::<T>::extract(req)
    }
}

/// Not public API. The sources of all arguments of an action, in their order.
pub trait Sources<Args, Vias> {
    /// Makes the arguments, one after another.
    fn take(self, req: &Request) -> impl Future<Output = Result<Args>>;
}

/// Not public API. A method of an action, with its arguments as a tuple.
pub trait Callee<Args> {
    /// What it returns; of an async one, the future.
    type Answer;
    /// Calls it.
    fn call(self, args: Args) -> Self::Answer;
}

macro_rules! arity {
    ($($source:ident $arg:ident $via:ident),*) => {
        impl<$($source, $arg, $via),*> Sources<($($arg,)*), ($($via,)*)> for ($($source,)*)
        where
            $($source: Source<$arg, $via>),*
        {
            #[allow(non_snake_case, unused_variables, reason = "one list serves types and variables")]
            async fn take(self, req: &Request) -> Result<($($arg,)*)> {
                let ($($source,)*) = self;
                Ok(($($source.take(req).await?,)*))
            }
        }

        impl<Method, Answer, $($arg),*> Callee<($($arg,)*)> for Method
        where
            Method: FnOnce($($arg),*) -> Answer,
        {
            type Answer = Answer;

            #[allow(non_snake_case, reason = "one list serves types and variables")]
            fn call(self, ($($arg,)*): ($($arg,)*)) -> Answer {
                self($($arg),*)
            }
        }
    };
}

/// Every arity up to that of the list.
macro_rules! arities {
    () => { arity!(); };
    ($source:ident $arg:ident $via:ident $(, $sources:ident $args:ident $vias:ident)*) => {
        arities!($($sources $args $vias),*);
        arity!($source $arg $via $(, $sources $args $vias)*);
    };
}

arities!(
    S1 A1 V1, S2 A2 V2, S3 A3 V3, S4 A4 V4, S5 A5 V5, S6 A6 V6, S7 A7 V7, S8 A8 V8, S9 A9 V9,
    S10 A10 V10, S11 A11 V11, S12 A12 V12
);

/// Not public API. Used by generated code: makes the arguments of an async action and runs it.
pub fn call<'a, S, Args, Vias, C, T, Via>(
    req: &'a Request,
    sources: S,
    action: C,
) -> LocalBoxFuture<'a, Result<Response>>
where
    S: Sources<Args, Vias> + 'a,
    C: Callee<Args, Answer: Future<Output = T> + 'a> + 'a,
    Answer<T>: Respond<Via, T>,
    Args: 'a,
{
    Box::pin(async move {
        let args = sources.take(req).await?;
        Answer(action.call(args).await).respond(req)
    })
}

/// Not public API. Used by generated code: as [`call`], for a method that is not async.
pub fn call_sync<'a, S, Args, Vias, C, T, Via>(
    req: &'a Request,
    sources: S,
    action: C,
) -> LocalBoxFuture<'a, Result<Response>>
where
    S: Sources<Args, Vias> + 'a,
    C: Callee<Args, Answer = T> + 'a,
    Answer<T>: Respond<Via, T>,
    Args: 'a,
{
    Box::pin(async move {
        let args = sources.take(req).await?;
        Answer(action.call(args)).respond(req)
    })
}
