//! A pool of connections that loses none: one that comes back in the middle of something is cleaned up
//! in the background before anyone else gets it. None is asked whether it still lives: one that is lost says so
//! by the first statement that fails, and then no other that is as old is used again.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::DatabaseErrorKind;
use tokio::runtime::{Handle, Id};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::backend::{DbConnection, DbError};
use super::in_flight::InFlight;

pub(super) struct Pool<C: DbConnection> {
    pub(super) target: Arc<C::Target>,
    size: usize,
    wait: Duration,
    pub(super) permits: Arc<Semaphore>,
    idle: Mutex<Idle<C>>,
}

/// The connections that nobody uses.
struct Idle<C> {
    members: Vec<Member<C>>,
    /// How often connections were found lost. Those that were opened before the last time are not used again.
    losses: u64,
}

/// A connection with what is known of it.
struct Member<C> {
    conn: C,
    in_flight: InFlight,
    /// The runtime that it belongs to; `None` if it belongs to none.
    home: Option<Id>,
    /// The number of losses when it was opened.
    opened: u64,
}

impl<C: DbConnection> Pool<C> {
    pub(super) fn new(target: Arc<C::Target>, size: usize, wait: Duration) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size));
        let idle = Mutex::new(Idle { members: Vec::new(), losses: 0 });
        Arc::new(Self { target, size, wait, permits, idle })
    }

    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease<C>, DbError> {
        let permit = self.permit().await?;
        let home = C::BELONGS_TO_RUNTIME.then(Handle::current).map(|runtime| runtime.id());
        let (idle, losses) = {
            let mut idle = self.idle();
            let found = idle.take(home);
            if found.is_none() {
                // Those of other runtimes count as well: one of them makes room.
                let leased = self.size - self.permits.available_permits();
                if leased + idle.members.len() > self.size {
                    idle.members.pop();
                }
            }
            (found, idle.losses)
        };
        let member = match idle {
            Some(member) => member,
            None => {
                let (conn, in_flight) = C::open(&self.target).await?;
                Member { conn, in_flight, home, opened: losses }
            }
        };
        let (pool, permit) = (self.clone(), Some(permit));
        Ok(Lease { member: Some(member), undecided: false, pool, permit })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, DbError> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let free = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned());
        let busy = || DbError::new("no database connection was free in time", None);
        free.await.map_err(|_| busy())?.map_err(|_| busy())
    }

    fn put_back(&self, member: Member<C>) {
        let mut idle = self.idle();
        if member.in_flight.is_lost() {
            idle.losses = idle.losses.max(member.opened + 1);
        } else {
            idle.members.push(member);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Idle<C> {
    /// One of this runtime that is not lost; those that are lost are closed.
    fn take(&mut self, home: Option<Id>) -> Option<Member<C>> {
        let Self { members, losses } = self;
        members.retain(|member| member.opened == *losses && !member.in_flight.is_lost());
        let place = members.iter().rposition(|member| member.home == home)?;
        Some(members.swap_remove(place))
    }
}

/// A connection on loan from a [`Database`](super::Database). Dropping it gives it back, at any moment: a
/// statement that still runs is waited for and an open transaction rolled back first, in the background.
pub struct Lease<C: DbConnection> {
    /// `None` only while it is dropped.
    member: Option<Member<C>>,
    /// A transaction is about to begin or to end.
    undecided: bool,
    pool: Arc<Pool<C>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<C: DbConnection> Lease<C> {
    /// Begins a transaction that writes.
    pub(super) async fn begin(&mut self) -> QueryResult<()> {
        self.undecided = true;
        let result = C::begin(self).await;
        self.undecided = false;
        result
    }

    /// Commits the transaction.
    pub(super) async fn commit(&mut self) -> QueryResult<()> {
        self.undecided = true;
        let result = C::commit(self).await;
        self.undecided = false;
        result
    }

    /// Rolls back whatever is open.
    pub(super) async fn rollback(&mut self) -> QueryResult<()> {
        self.undecided = true;
        let result = C::rollback(self).await;
        self.undecided = false;
        result
    }

    #[cfg(test)]
    pub(super) fn kept_statements(&self) -> usize {
        self.member.as_ref().map_or(0, |member| member.in_flight.kept_statements())
    }
}

impl<C: DbConnection> Deref for Lease<C> {
    type Target = C;

    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref(&self) -> &C {
        &self.member.as_ref().expect("a lease holds its connection until it is dropped").conn
    }
}

impl<C: DbConnection> DerefMut for Lease<C> {
    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref_mut(&mut self) -> &mut C {
        &mut self.member.as_mut().expect("a lease holds its connection until it is dropped").conn
    }
}

impl<C: DbConnection> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut member) = self.member.take() else {
            return;
        };
        let is_clean = member.in_flight.is_lost()
            || member.in_flight.is_clean() && !self.undecided && !member.conn.in_transaction();
        let runtime = Handle::try_current().ok();
        // Too many statements are no reason to lose a connection where nobody can tidy it.
        if is_clean && (runtime.is_none() || !member.in_flight.is_crowded()) {
            self.pool.put_back(member);
            return;
        }
        // Without a runtime the connection is closed, which rolls back as well.
        let Some(runtime) = runtime else {
            return;
        };
        let (pool, permit) = (self.pool.clone(), self.permit.take());
        let undecided = self.undecided;
        runtime.spawn(async move {
            match tidied(&mut member, undecided).await {
                Ok(()) => pool.put_back(member),
                Err(error) => {
                    tracing::warn!("a connection that could not roll back is closed: {error}");
                }
            }
            drop(permit);
        });
    }
}

/// Where a connection is needed in order to run a statement, its lack is an error of the statement.
pub(super) fn out_of_reach<T>(connection: Result<T, DbError>) -> QueryResult<T> {
    connection.map_err(|error| {
        let message = Box::new(error.to_string());
        diesel::result::Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, message)
    })
}

/// Brings a connection to rest, and lets go of too many statements.
async fn tidied<C: DbConnection>(member: &mut Member<C>, undecided: bool) -> QueryResult<()> {
    member.conn.tidy(&member.in_flight, undecided).await?;
    if member.in_flight.is_crowded() {
        member.conn.forget_statements().await?;
        member.in_flight.forget_statements();
    }
    Ok(())
}
