//! A pool of connections that loses none: one that comes back in the middle of something is cleaned up
//! in the background before anyone else gets it. None is asked whether it still lives: one that is lost says so
//! by the first statement that fails, and then no other that is as old is used again.

mod seats;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::DatabaseErrorKind;
use tokio::runtime::{Handle, Id};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::timeout;

use super::backend::{DbConnection, DbError};
use super::in_flight::InFlight;
use seats::{AtOnce, Entry, Next, PATIENCE, Seats};

pub(super) struct Pool<C: DbConnection> {
    pub(super) target: Arc<C::Target>,
    pub(super) wait: Duration,
    /// Whether each runtime has connections of its own.
    by_runtime: bool,
    seats: Mutex<Seats<C>>,
}

/// A connection with what is known of it.
struct Member<C> {
    conn: C,
    in_flight: InFlight,
    /// How often connections had been lost when it was opened.
    opened: u64,
}

/// A place in a pool, given back when it is dropped.
struct Seat<C: DbConnection> {
    /// `None` once it is given back.
    pool: Option<Arc<Pool<C>>>,
    home: Option<Id>,
    /// `None` before it is opened, and once it is closed.
    member: Option<Box<Member<C>>>,
}

impl<C: DbConnection> Drop for Seat<C> {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        let mut given = Some((self.home, self.member.take()));
        while let Some((home, member)) = given.take() {
            let next = pool.seats().leave(home, member);
            let Some(Next { who, home, member }) = next else { return };
            // What nobody waits for any more goes on to the next.
            if let Err(mut seat) = who.send(Seat { pool: Some(pool.clone()), home, member }) {
                seat.pool = None;
                given = Some((home, seat.member.take()));
            }
        }
    }
}

/// The error of those who waited in vain.
pub(super) fn busy() -> DbError {
    DbError::new("no database connection was free in time", None)
}

impl<C: DbConnection> Pool<C> {
    pub(super) fn new(target: Arc<C::Target>, most: usize, wait: Duration) -> Arc<Self> {
        let (by_runtime, seats) = (C::BELONGS_TO_RUNTIME, Mutex::new(Seats::new(most)));
        Arc::new(Self { target, wait, by_runtime, seats })
    }

    /// One whose connections stay with the worker that has opened them, though they need not: what they have read is in the
    /// caches of its core.
    pub(super) fn by_runtime(target: Arc<C::Target>, most: usize, wait: Duration) -> Arc<Self> {
        Arc::new(Self { target, wait, by_runtime: true, seats: Mutex::new(Seats::new(most)) })
    }

    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease<C>, DbError> {
        self.lease_as(false).await
    }

    /// A connection whose statements have no more than a moment.
    #[cfg(feature = "postgres")]
    pub(super) async fn lease_limited(self: &Arc<Self>) -> Result<Lease<C>, DbError> {
        self.lease_as(true).await
    }

    /// The same, if there is one that nobody has to be waited for.
    #[cfg(feature = "postgres")]
    pub(super) async fn lease_limited_at_once(
        self: &Arc<Self>,
    ) -> Result<Option<Lease<C>>, DbError> {
        let home = self.home();
        let Some(entry) = self.seats().enter_at_once(home, true) else { return Ok(None) };
        self.open_seat(self.seat_of(entry, home), true).await.map(Some)
    }

    async fn lease_as(self: &Arc<Self>, limited: bool) -> Result<Lease<C>, DbError> {
        let home = self.home();
        let entry = self.seats().enter(home, limited);
        let seat = match entry {
            Entry::Line(line) => Box::pin(self.wait_in(line, home)).await?,
            Entry::AtOnce(entry) => self.seat_of(entry, home),
        };
        self.open_seat(seat, limited).await
    }

    fn home(&self) -> Option<Id> {
        self.by_runtime.then(Handle::current).map(|runtime| runtime.id())
    }

    fn seat_of(self: &Arc<Self>, entry: AtOnce<C>, home: Option<Id>) -> Seat<C> {
        let member = match entry {
            AtOnce::Open(member) => Some(member),
            AtOnce::Free => None,
        };
        Seat { pool: Some(self.clone()), home, member }
    }

    /// The connection of a seat, which may have to be opened.
    async fn open_seat(&self, mut seat: Seat<C>, limited: bool) -> Result<Lease<C>, DbError> {
        if seat.member.as_mut().is_some_and(|member| !member.conn.lend()) {
            seat.member = None;
        }
        if let Some(member) = &mut seat.member
            && member.in_flight.is_limited() != limited
            && Box::pin(member.conn.set_limited(limited)).await.is_err()
        {
            seat.member = None;
        }
        if seat.member.is_none() {
            seat.member = Some(Box::pin(self.open(limited)).await?);
        }
        Ok(Lease { seat: Some(seat), undecided: false, turn: None })
    }

    async fn open(&self, limited: bool) -> Result<Box<Member<C>>, DbError> {
        let opened = self.seats().losses();
        let (mut conn, in_flight) = C::open(&self.target).await?;
        if limited {
            let failed =
                |error: diesel::result::Error| DbError::new("no limit", Some(error.into()));
            conn.set_limited(true).await.map_err(failed)?;
        }
        Ok(Box::new(Member { conn, in_flight, opened }))
    }

    /// Waits for somebody to leave, and looks now and then whether something can be had otherwise.
    async fn wait_in(
        self: &Arc<Self>,
        mut line: oneshot::Receiver<Seat<C>>,
        home: Option<Id>,
    ) -> Result<Seat<C>, DbError> {
        let mut rest = self.wait;
        while !rest.is_zero() {
            let step = PATIENCE.min(rest);
            if let Ok(seat) = timeout(step, &mut line).await {
                return seat.map_err(|_| busy());
            }
            if self.seats().insist(home) {
                return Ok(Seat { pool: Some(self.clone()), home, member: None });
            }
            rest -= step;
        }
        Err(busy())
    }

    fn seats(&self) -> MutexGuard<'_, Seats<C>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan from a [`Database`](super::Database). Dropping it gives it back, at any moment: a
/// statement that still runs is waited for and an open transaction rolled back first, in the background.
pub struct Lease<C: DbConnection> {
    /// `None` only while it is dropped.
    seat: Option<Seat<C>>,
    /// A transaction is about to begin or to end.
    undecided: bool,
    /// The right to write, where one at a time has it.
    pub(super) turn: Option<OwnedSemaphorePermit>,
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

    #[cfg(all(test, feature = "sqlite"))]
    pub(super) fn kept_statements(&self) -> usize {
        self.member().map_or(0, |member| member.in_flight.kept_statements())
    }

    fn member(&self) -> Option<&Member<C>> {
        self.seat.as_ref()?.member.as_deref()
    }
}

impl<C: DbConnection> Deref for Lease<C> {
    type Target = C;

    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref(&self) -> &C {
        &self.member().expect("a lease holds its connection until it is dropped").conn
    }
}

impl<C: DbConnection> DerefMut for Lease<C> {
    #[expect(clippy::expect_used, reason = "the connection is only taken by drop")]
    fn deref_mut(&mut self) -> &mut C {
        let member = self.seat.as_mut().and_then(|seat| seat.member.as_deref_mut());
        &mut member.expect("a lease holds its connection until it is dropped").conn
    }
}

impl<C: DbConnection> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut seat) = self.seat.take() else { return };
        let Some(member) = &mut seat.member else { return };
        let is_clean = member.in_flight.is_lost()
            || member.in_flight.is_clean() && !self.undecided && !member.conn.in_transaction();
        let runtime = Handle::try_current().ok();
        // Too many statements are no reason to lose a connection where nobody can tidy it.
        if is_clean && (runtime.is_none() || !member.in_flight.is_crowded()) {
            return;
        }
        // Without a runtime the connection is closed, which rolls back as well.
        let Some(runtime) = runtime else {
            seat.member = None;
            return;
        };
        let (undecided, turn) = (self.undecided, self.turn.take());
        runtime.spawn(async move {
            // It comes back once it is at rest, and is closed whatever else may happen.
            let (Some(pool), Some(mut member)) = (&seat.pool, seat.member.take()) else { return };
            let target = pool.target.clone();
            match tidied(&mut member, &target, undecided).await {
                Ok(()) => seat.member = Some(member),
                Err(error) => {
                    tracing::warn!("a connection that could not roll back is closed: {error}");
                }
            }
            drop(seat);
            drop(turn);
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
async fn tidied<C: DbConnection>(
    member: &mut Member<C>,
    target: &C::Target,
    undecided: bool,
) -> QueryResult<()> {
    member.conn.tidy(target, &member.in_flight, undecided).await?;
    if member.conn.in_transaction() {
        return Err(diesel::result::Error::BrokenTransactionManager);
    }
    if member.in_flight.is_crowded() {
        member.conn.forget_statements().await?;
        member.in_flight.forget_statements();
    }
    Ok(())
}
