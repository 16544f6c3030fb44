//! The store in a Redis server: one count for all processes.
//!
//! What is decided, `redis/hit.lua` decides, inside the server; `driver` brings it there.

mod driver;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use self::driver::{Driver, Hit};
use super::{Decision, Rate, ThrottleStore};
use crate::error::{Error, Result};

/// Longer keys are hashed.
const LONGEST: usize = 128;

/// The store in a Redis server (5.0 or newer, or Valkey), for a server of several processes or machines
/// that count together. Cheap to clone. Needs the feature `redis`.
///
/// ```no_run
/// # use viewset_core::throttling::RedisStore;
/// # fn run() -> std::io::Result<()> {
/// let store = RedisStore::connect("redis://127.0.0.1:6379/0")?.prefix("shop:throttle:");
/// # Ok(()) }
/// ```
///
/// A hit is one round trip: a script drops what has expired, counts, and refuses or records, in one step
/// and by the server's own clock. All workers share one connection, which a thread of its own drives, so it
/// does not matter which worker begins, hangs or ends. When the connection breaks, the next hit opens
/// another; a hit that was under way then is sent once more, and is counted twice if the server had it.
///
/// Each client is a list under the prefix and the throttle's key, about 10 bytes a hit, which Redis drops
/// when the period has passed. Keys longer than 128 bytes are stored with their first 88 bytes and a SHA-1.
/// Against a flood of clients Redis' own `maxmemory` is the bound, with a policy that evicts; a client that is
/// evicted begins with a fresh budget.
///
/// # When Redis does not answer
///
/// A request waits one second at most ([`timeout`](Self::timeout)) and then fails with 503 and
/// `Retry-After: 1`, or passes uncounted under [`fail_open`](Self::fail_open). A refused connection is known
/// at once.
#[derive(Clone)]
pub struct RedisStore {
    driver: Arc<Driver>,
    prefix: Cow<'static, str>,
    timeout: Duration,
    fail_open: bool,
}

impl RedisStore {
    /// A store in the server at `url`: `redis://[user:password@]host[:port][/database]`, or
    /// `redis+unix:///path`. For `rediss://` (TLS) the app names the crate `redis` with its feature
    /// `tokio-rustls-comp`.
    ///
    /// It does not wait: the first connection is opened in the background, and an app can start before its
    /// Redis. If it cannot be opened, that is logged as a warning.
    ///
    /// # Errors
    ///
    /// The URL cannot be read ([`io::ErrorKind::InvalidInput`]), or the system gives no thread.
    pub fn connect(url: &str) -> io::Result<Self> {
        let client = ::redis::Client::open(url)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let timeout = Duration::from_secs(1);
        let driver = Arc::new(Driver::start(client, timeout)?);
        Ok(Self { driver, prefix: "viewset:throttle:".into(), timeout, fail_open: false })
    }

    /// What all keys in Redis begin with; the default is `viewset:throttle:`.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<Cow<'static, str>>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// How long a request waits for Redis, connecting included; the default is one second.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        // A clock cannot be set to any time; a day is as good as never.
        Self { timeout: timeout.min(Duration::from_secs(86_400)), ..self }
    }

    /// Whether requests pass, uncounted and with a warning in the log, while Redis does not answer. The
    /// default is `false`: they fail with 503.
    #[must_use]
    pub fn fail_open(self, fail_open: bool) -> Self {
        Self { fail_open, ..self }
    }

    /// The key in Redis. A hashed one is longer than any that is not, so no client can write one.
    fn key(&self, key: &str) -> Vec<u8> {
        let mut bytes = self.prefix.as_bytes().to_vec();
        if key.len() <= LONGEST {
            bytes.extend_from_slice(key.as_bytes());
        } else {
            bytes.extend_from_slice(&key.as_bytes()[..88]);
            bytes.push(b'#');
            bytes.extend_from_slice(sha1_smol::Sha1::from(key).digest().to_string().as_bytes());
        }
        bytes
    }
}

impl ThrottleStore for RedisStore {
    async fn hit(&self, key: &str, rate: Rate) -> Result<Decision> {
        match self.driver.hit(Hit { key: self.key(key), rate }, self.timeout).await {
            Ok(decision) => Ok(decision),
            Err(error) if self.fail_open => {
                tracing::warn!("a request passes unthrottled, as Redis does not answer: {error}");
                Ok(Decision::Allowed)
            }
            Err(error) => Err(Error::unavailable(error)),
        }
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL has a password.
        f.debug_struct("RedisStore")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("fail_open", &self.fail_open)
            .finish_non_exhaustive()
    }
}
