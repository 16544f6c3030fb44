//! How often one may ask (DRF's `throttling.py`, rows I1 to I12).
//!
//! A throttle says who is counted and how much they may; a [store](ThrottleStore) counts. Counting is
//! exact, also under concurrency.

mod ident;
mod memory;
mod rate;
#[cfg(feature = "redis")]
mod redis;
mod simple;
mod store;

use std::future::Future;
use std::time::Duration;

use futures_core::future::LocalBoxFuture;

use crate::error::{Error, Result};
use crate::request::{Request, RequestHead};

pub use memory::MemoryStore;
pub use rate::{Rate, RateError};
#[cfg(feature = "redis")]
pub use redis::RedisStore;
pub(crate) use simple::Rates;
pub use simple::{AnonRateThrottle, ScopedRateThrottle, SimpleRateThrottle, UserRateThrottle};
pub use store::{Decision, ErasedThrottleStore, ThrottleStore};

/// A limit on how often one may ask (DRF's `BaseThrottle`).
///
/// ```
/// use viewset_core::{error::Result, request::Request, throttling::{Decision, Throttle}};
///
/// /// Nothing is written on Sundays.
/// struct SundayThrottle;
///
/// impl Throttle for SundayThrottle {
///     async fn allow_request(&self, req: &Request) -> Result<Decision> {
///         # let is_sunday = false;
///         Ok(match is_sunday && !req.is_safe() {
///             true => Decision::Throttled { wait: None },
///             false => Decision::Allowed,
///         })
///     }
/// }
/// ```
///
/// To count requests by a key of your own, implement [`SimpleRateThrottle`] instead.
///
/// # Compiler errors
///
/// `throttle_classes = [X]` wants values, so `X` is a unit struct or any constant expression whose type
/// implements this trait and is `Sync`.
pub trait Throttle: Sync {
    /// Whether the request may go on, and else how long to wait, if that is known. It is asked for
    /// every method, after permissions (row I9).
    fn allow_request(&self, req: &Request) -> impl Future<Output = Result<Decision>>;

    /// The same, for a throttle that knows without waiting: it spares the request a boxed future. `None`,
    /// the default, means that nothing was counted and that `allow_request` has to be asked.
    fn allow_now(&self, req: &Request) -> Option<Result<Decision>> {
        let _ = req;
        None
    }

    /// The scopes whose rates the router has to know; `scope` is the `throttle_scope` of the route.
    /// A missing one is an error of `build()`. Default: none.
    fn required_scope(&self, scope: Option<&'static str>) -> Option<&'static str> {
        let _ = scope;
        None
    }
}

/// The object-safe twin of [`Throttle`]; every throttle has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a throttle",
    label = "expected a throttle",
    note = "implement `Throttle` for it: `async fn allow_request(&self, req: &Request) -> Result<Decision>`"
)]
pub trait ErasedThrottle: Sync {
    #[doc(hidden)]
    fn allow<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<Decision>>;
    #[doc(hidden)]
    fn allow_at_once(&self, req: &Request) -> Option<Result<Decision>>;
    #[doc(hidden)]
    fn scope(&self, scope: Option<&'static str>) -> Option<&'static str>;
}

impl<T: Throttle> ErasedThrottle for T {
    fn allow<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<Decision>> {
        Box::pin(self.allow_request(req))
    }

    fn allow_at_once(&self, req: &Request) -> Option<Result<Decision>> {
        self.allow_now(req)
    }

    fn scope(&self, scope: Option<&'static str>) -> Option<&'static str> {
        self.required_scope(scope)
    }
}

/// The throttles of a request; the answer of `get_throttles`.
#[derive(Clone, Copy, Default)]
pub struct Throttles(&'static [&'static dyn ErasedThrottle]);

impl Throttles {
    /// All of these have to agree. [`throttles!`](crate::throttles!) is the short way to write it.
    pub const fn new(classes: &'static [&'static dyn ErasedThrottle]) -> Self {
        Self(classes)
    }

    pub(crate) const fn classes(self) -> &'static [&'static dyn ErasedThrottle] {
        self.0
    }

    /// The `throttle_classes` that hold on the route of a request: the action's, else the viewset's,
    /// else the router's.
    pub fn of(req: &RequestHead) -> Self {
        Self(req.options().throttle_classes.unwrap_or_default())
    }

    /// DRF's `check_throttles`: all are asked, so that all count; the longest wait is told (row I8).
    ///
    /// # Errors
    ///
    /// 429; 503 if the store does not answer.
    pub async fn check(self, req: &Request) -> Result<()> {
        let mut refused = None;
        for throttle in self.0 {
            let decision = match throttle.allow_at_once(req) {
                Some(decision) => decision?,
                None => throttle.allow(req).await?,
            };
            if let Decision::Throttled { wait } = decision {
                refused = refused.max(Some(wait));
            }
        }
        match refused {
            None => Ok(()),
            Some(wait) => Err(Error::throttled(wait.as_ref().map(Duration::as_secs_f64))),
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Throttles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Throttles").field(&self.0.len()).finish()
    }
}

/// A list of throttles for `get_throttles` or for a router:
/// `throttles![AnonRateThrottle::rate("100/day")]`.
#[macro_export]
macro_rules! throttles {
    ($($throttle:expr),* $(,)?) => {
        $crate::throttling::Throttles::new(const { &[$(&$throttle),*] })
    };
}
