//! Where throttles remember who asked when: the trait that users implement, and what it answers.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::LocalBoxFuture;

use super::rate::Rate;
use crate::error::Result;

/// What a store says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is within the rate, and is recorded.
    Allowed,
    /// It is over the rate, and is not recorded.
    Throttled {
        /// How long until a request passes again; `None` if that is not known, because the rate was
        /// lowered below what is recorded already. It becomes `Retry-After` (I1).
        wait: Option<Duration>,
    },
}

impl Decision {
    /// DRF's `wait()`: `(period - (now - oldest)) / (N - len + 1)`, and nothing where that divisor is not
    /// positive (I3). Only a full log refuses, so the divisor is 1, or there is none.
    pub(super) fn throttled(limit: u64, recorded: u64, remaining: Duration) -> Self {
        Self::Throttled { wait: (recorded <= limit).then_some(remaining) }
    }
}

/// A store of throttling (DRF's cache).
///
/// It keeps a log of times for each key (I3): those that are as old as the period or older are dropped;
/// a request that finds as many as the rate allows is refused and not recorded, any other is recorded.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use viewset_core::{error::Result, throttling::{Decision, Rate, ThrottleStore}};
///
/// /// For a demonstration: so many requests in all, whoever asks.
/// struct Ration(AtomicU32);
///
/// impl ThrottleStore for Ration {
///     async fn hit(&self, _key: &str, rate: Rate) -> Result<Decision> {
///         let left = self.0.fetch_add(1, Ordering::Relaxed) < rate.requests();
///         Ok(if left { Decision::Allowed } else { Decision::Throttled { wait: None } })
///     }
/// }
/// ```
///
/// # Compiler errors
///
/// "cannot be shared between threads safely": all workers of a process share one store, so it holds its
/// state behind a `Mutex` or in atomics. The future of `hit` stays on its worker and may hold what is
/// not `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store for throttles",
    note = "implement `ThrottleStore` for it: `async fn hit(&self, key: &str, rate: Rate) -> Result<Decision>`"
)]
pub trait ThrottleStore: Send + Sync + 'static {
    /// Decides on a request of `key` and records it if it passes, in one step: of any number of requests
    /// at the same time no more pass than the rate allows. (DRF's can let some more through: I11.)
    ///
    /// The key has parts that clients write, such as `X-Forwarded-For`, so it may be long and any text. A
    /// key may come with another rate than before; then that rate holds for what is recorded already.
    ///
    /// # Errors
    ///
    /// The store does not answer: the request fails with this error.
    fn hit(&self, key: &str, rate: Rate) -> impl Future<Output = Result<Decision>>;

    /// The same, for a store that never waits: it spares the request a boxed future. `None`, the
    /// default, means that nothing was recorded and that `hit` has to be asked.
    fn hit_now(&self, _key: &str, _rate: Rate) -> Option<Decision> {
        None
    }
}

/// A store that others have in hand too, to clear it or to share it between routers.
impl<S: ThrottleStore> ThrottleStore for Arc<S> {
    async fn hit(&self, key: &str, rate: Rate) -> Result<Decision> {
        S::hit(self, key, rate).await
    }

    fn hit_now(&self, key: &str, rate: Rate) -> Option<Decision> {
        S::hit_now(self, key, rate)
    }
}

/// The object-safe twin of [`ThrottleStore`]; every store has it.
pub trait ErasedThrottleStore: Send + Sync + 'static {
    #[doc(hidden)]
    fn erased_hit<'a>(&'a self, key: &'a str, rate: Rate) -> LocalBoxFuture<'a, Result<Decision>>;
    #[doc(hidden)]
    fn erased_hit_now(&self, key: &str, rate: Rate) -> Option<Decision>;
}

impl<S: ThrottleStore> ErasedThrottleStore for S {
    fn erased_hit<'a>(&'a self, key: &'a str, rate: Rate) -> LocalBoxFuture<'a, Result<Decision>> {
        Box::pin(self.hit(key, rate))
    }

    fn erased_hit_now(&self, key: &str, rate: Rate) -> Option<Decision> {
        self.hit_now(key, rate)
    }
}
