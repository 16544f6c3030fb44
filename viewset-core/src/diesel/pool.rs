//! A pool of connections that loses none: one that comes back in the middle of something is cleaned up
//! in the background before anyone else gets it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::QueryResult;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::backend::{DbConnection, DbError, InFlight};

/// How long a request waits for a free connection before it is answered with 503.
const WAIT: Duration = Duration::from_secs(30);

pub(super) struct Pool<C: DbConnection> {
    target: Arc<C::Target>,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(C, InFlight)>>,
}

impl<C: DbConnection> Pool<C> {
    pub(super) fn new(target: Arc<C::Target>, size: usize) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size));
        Arc::new(Self { target, permits, idle: Mutex::new(Vec::new()) })
    }

    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease<C>, DbError> {
        let free = tokio::time::timeout(WAIT, self.permits.clone().acquire_owned());
        let busy = || DbError::new("no database connection was free in time", None);
        let permit = free.await.map_err(|_| busy())?.map_err(|_| busy())?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (conn, in_flight) = match idle {
            Some(idle) => idle,
            None => C::open(&self.target).await?,
        };
        Ok(Lease { conn: Some(conn), in_flight, pool: self.clone(), permit: Some(permit) })
    }

    fn put_back(&self, conn: C, in_flight: InFlight) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((conn, in_flight));
    }
}

/// A connection on loan from a [`Db`](super::Db). Dropping it gives it back, at any moment: a statement
/// that still runs is waited for and an open transaction rolled back first, in the background.
pub struct Lease<C: DbConnection> {
    /// `None` only while it is dropped.
    conn: Option<C>,
    in_flight: InFlight,
    pool: Arc<Pool<C>>,
    permit: Option<OwnedSemaphorePermit>,
}

#[cfg(test)]
impl<C: DbConnection> Lease<C> {
    pub(super) fn kept_statements(&self) -> usize {
        self.in_flight.kept_statements()
    }
}

impl<C: DbConnection> Deref for Lease<C> {
    type Target = C;

    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref(&self) -> &C {
        self.conn.as_ref().expect("a lease holds its connection until it is dropped")
    }
}

impl<C: DbConnection> DerefMut for Lease<C> {
    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref_mut(&mut self) -> &mut C {
        self.conn.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl<C: DbConnection> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        let is_clean = self.in_flight.is_clean() && !conn.in_transaction();
        let runtime = Handle::try_current().ok();
        // Too many statements are no reason to lose a connection where nobody can tidy it.
        if is_clean && (runtime.is_none() || !self.in_flight.is_crowded()) {
            self.pool.put_back(conn, self.in_flight.clone());
            return;
        }
        // Without a runtime the connection is closed, which rolls back as well.
        let Some(runtime) = runtime else {
            return;
        };
        let (pool, in_flight, permit) =
            (self.pool.clone(), self.in_flight.clone(), self.permit.take());
        runtime.spawn(async move {
            // A rollback that overtook the statement would leave what the statement does.
            in_flight.settle().await;
            match tidied(&mut conn, &in_flight).await {
                Ok(()) => pool.put_back(conn, in_flight),
                Err(error) => {
                    tracing::warn!("a connection that could not roll back is closed: {error}")
                }
            }
            drop(permit);
        });
    }
}

/// Rolls back what is open, and lets go of too many statements.
async fn tidied<C: DbConnection>(conn: &mut C, in_flight: &InFlight) -> QueryResult<()> {
    conn.rollback().await?;
    if in_flight.is_crowded() {
        conn.forget_statements().await?;
        in_flight.forget_statements();
    }
    Ok(())
}
