//! Reads that run on the worker itself, on connections of their own: going to another thread and back costs more than
//! a short read.
//!
//! What bounds them: a row is found by its key, and a list without filters is read only while the whole database is
//! small. What cannot be answered at once goes the usual way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::backend::DbConnection;
use super::db::Database;
use super::pool::{Lease, Pool};
use crate::error::Result;
use crate::request::RequestHead;

/// How many connections there are: a worker has one at a time.
const CONNECTIONS: usize = 256;

/// How long it is believed that a database is small, in milliseconds: it cannot grow by much until then.
const BELIEVED: u64 = 500;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// A row, by its key.
    Row,
    /// A page of a table, for which all of it may have to be read.
    Table,
}

/// The connections for such reads.
pub(super) struct Brief<C: DbConnection> {
    pool: Arc<Pool<C>>,
    since: Instant,
    /// When the size was asked last, in milliseconds, and one more.
    asked: AtomicU64,
    small: AtomicBool,
}

impl<C: DbConnection> Brief<C> {
    pub(super) fn new(target: C::Target, wait: Duration) -> Arc<Self> {
        let pool = Pool::new(Arc::new(target), CONNECTIONS, wait);
        let (asked, small) = (AtomicU64::new(0), AtomicBool::new(false));
        Arc::new(Self { pool, since: Instant::now(), asked, small })
    }

    /// A connection for a read, if it is bound to be short.
    pub(super) async fn lease(&self, read: Read) -> Option<Lease<C>> {
        let mut lease = self.pool.lease().await.ok()?;
        let allowed = read == Read::Row || self.is_small(&mut lease).await;
        allowed.then_some(lease)
    }

    async fn is_small(&self, conn: &mut C) -> bool {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let asked = self.asked.load(Ordering::Relaxed);
        if asked == 0 || now.saturating_sub(asked - 1) >= BELIEVED {
            let small = conn.is_small().await;
            self.small.store(small, Ordering::Relaxed);
            self.asked.store(now.saturating_add(1), Ordering::Relaxed);
        }
        self.small.load(Ordering::Relaxed)
    }
}

impl<C: DbConnection> Database<C> {
    /// A connection whose statements run on the worker, where there is one for this read.
    pub(super) async fn brief(&self, read: Read) -> Option<Lease<C>> {
        self.brief.as_ref()?.lease(read).await
    }
}

/// Does some reading, on the worker if it can be done there, else the usual way. `work` has to be free of
/// effects: it is done once more where the first attempt fails on the database.
pub(crate) async fn briefly<T>(
    req: &RequestHead,
    read: Read,
    work: impl AsyncFn() -> Result<T>,
) -> Result<T> {
    let planned = req.database.plan(read);
    let result = work().await;
    match (planned, result) {
        (Some(planned), Err(error)) if error.is_unavailable() => {
            drop(planned);
            Box::pin(work()).await
        }
        (_, result) => result,
    }
}
