//! The connection to SQLite: diesel's, whose statements leave the worker.

mod for_users;
mod held;

use std::sync::{Arc, Mutex, PoisonError};

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, Connection as _};
use diesel::sqlite::SqliteConnection;
use futures_core::future::BoxFuture;

pub use for_users::{SqliteRows, SqliteTransactions};
use held::Held;

use super::counts::{self, Counts};
use super::work::{Work, failed};
use crate::diesel::in_flight::InFlight;
use crate::diesel::watch::Watch;

/// The connection of models on SQLite, for diesel-async's `RunQueryDsl`. The URL is `sqlite://shop.db`
/// (relative), `sqlite:///var/lib/shop.db` (absolute), a bare path, or `sqlite::memory:` for a database that lives
/// as long as its [`Database`](crate::diesel::Database); a file that is missing is made.
///
/// Every connection is in WAL mode with foreign keys on and a busy timeout of 5 seconds. With
/// `synchronous = NORMAL` a commit survives the end of the process; after a power failure the last
/// commits may be missing, but the file is sound.
///
/// Some errors end a transaction (`RAISE(ROLLBACK)`, `ON CONFLICT ROLLBACK`, a full disk): then all further statements in
/// it fail, and its commit.
pub struct SqliteConn {
    held: Arc<Mutex<Held>>,
    in_flight: InFlight,
    /// What a brief connection has counted.
    counts: Option<Counts>,
}

impl std::fmt::Debug for SqliteConn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteConn").finish_non_exhaustive()
    }
}

impl SqliteConn {
    /// With a connection that is set up; whether its statements are known to be brief, and stay on the worker.
    pub(super) fn new(mut conn: SqliteConnection, brief: bool) -> Self {
        let in_flight = InFlight::default();
        in_flight.set_brief(brief);
        conn.set_instrumentation(Watch::kept(&in_flight));
        let held = Arc::new(Mutex::new(Held::new(conn, in_flight.clone())));
        Self { held, in_flight, counts: None }
    }

    /// What is known of it without asking.
    pub(super) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Runs anything on diesel's own connection, where it may take its time, and to its end, even if the request that wanted
    /// it is gone.
    pub fn spawn_blocking<R: Send + 'static>(
        &mut self,
        task: impl FnOnce(&mut SqliteConnection) -> QueryResult<R> + Send + 'static,
    ) -> BoxFuture<'static, QueryResult<R>> {
        self.run(move |held| held.anything(task))
    }

    /// Runs a statement that begins and ends no transaction.
    pub(super) fn statement<R: Send + 'static>(
        &mut self,
        task: impl FnOnce(&mut SqliteConnection) -> QueryResult<R> + Send + 'static,
    ) -> BoxFuture<'static, QueryResult<R>> {
        self.run(move |held| held.statement(task))
    }

    /// Runs one that keeps what came of it.
    pub(super) fn carry(
        &mut self,
        work: Box<dyn Work>,
    ) -> BoxFuture<'static, QueryResult<Box<dyn Work>>> {
        self.run(move |held| held.work(work))
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin_to_write(&mut self) -> QueryResult<()> {
        // IMMEDIATE takes the write lock at once: a transaction that reads first cannot fail later for
        // want of it.
        self.statement(|conn| {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        })
        .await
    }

    /// Commits the transaction, or the innermost savepoint.
    pub(super) async fn commit_one(&mut self) -> QueryResult<()> {
        self.run(Held::commit).await
    }

    /// Rolls back the transaction, or the innermost savepoint.
    async fn roll_back_one(&mut self) -> QueryResult<()> {
        self.run(Held::roll_back_one).await
    }

    /// Rolls back what diesel knows to be open.
    pub(super) async fn roll_back(&mut self) -> QueryResult<()> {
        self.run(Held::roll_back).await
    }

    /// Rolls back whatever is open.
    pub(super) async fn come_to_rest(&mut self) -> QueryResult<()> {
        self.run(Held::come_to_rest).await
    }

    /// Whether a transaction is open, as far as is known; what still runs may have begun one.
    pub(super) fn has_transaction(&mut self) -> bool {
        self.at_rest().is_none_or(|held| held.is_open())
    }

    /// What is held, while nothing runs.
    fn at_rest(&mut self) -> Option<&mut Held> {
        let held = Arc::get_mut(&mut self.held)?;
        Some(held.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is done on the blocking pool is done to its end, even if the request that wanted it is gone. What a brief
    /// connection does does not leave the worker: it is known to be short.
    fn run<R: Send + 'static>(
        &mut self,
        task: impl FnOnce(&mut Held) -> QueryResult<R> + Send + 'static,
    ) -> BoxFuture<'static, QueryResult<R>> {
        let running = self.in_flight.begin();
        let held = self.held.clone();
        let task = move || {
            let result = task(&mut held.lock().unwrap_or_else(PoisonError::into_inner));
            drop(held);
            drop(running);
            result
        };
        if self.in_flight.is_brief() {
            let result = counts::with(&mut self.counts, task);
            return Box::pin(std::future::ready(result));
        }
        let handle = tokio::task::spawn_blocking(task);
        Box::pin(async move {
            match handle.await {
                Ok(result) => result,
                // A panic is the action's, as if the statement had run there.
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => Err(failed(&error.to_string())),
            }
        })
    }
}
