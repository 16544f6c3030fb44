//! The seam between viewset and a database's driver.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use diesel::QueryResult;
use tokio::sync::Notify;

use super::sql::{Condition, Name, Operand, Side};

/// Whether upper and lower case count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `a` is another letter than `A`.
    Sensitive,
    /// They are the same.
    Insensitive,
}

/// How a backend opens connections and handles transactions, and how it spells what SQL leaves to it;
/// implemented for each backend.
pub trait DbConnection: Sized + Send + 'static {
    /// What the database is called in messages: `SQLite`.
    const NAME: &'static str;
    /// Whether NULL is sorted before everything else, upwards.
    const NULLS_ARE_LEAST: bool;
    /// The diesel backend that it speaks to.
    type Backend: diesel::backend::Backend;
    /// What has to be known to open one more connection.
    type Target: Send + Sync + 'static;

    /// Opens a connection.
    fn open(
        target: &Self::Target,
    ) -> impl Future<Output = Result<(Self, InFlight), DbError>> + Send;
    /// Begins a transaction that writes.
    fn begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Commits the transaction.
    fn commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Rolls back whatever is open.
    fn rollback(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Lets go of all prepared statements.
    fn forget_statements(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Whether a transaction is open. It is only asked while no statement is in flight.
    fn in_transaction(&mut self) -> bool;

    /// Binds a text.
    fn text(value: String) -> Operand<Self::Backend>;
    /// Binds an integer.
    fn integer(value: i64) -> Operand<Self::Backend>;
    /// A column is like a pattern, in which a backslash takes the meaning of a wildcard away.
    fn like(
        column: &'static Name<Self::Backend>,
        pattern: String,
        case: Case,
    ) -> Condition<Self::Backend>;
    /// A column matches a regex, anywhere.
    fn regex(
        column: &'static Name<Self::Backend>,
        regex: String,
        case: Case,
    ) -> Condition<Self::Backend>;
    /// The date of a point in time, as text.
    fn date_of(column: &'static Name<Self::Backend>) -> Side<Self::Backend>;
    /// The year of a date, as an integer.
    fn year_of(column: &'static Name<Self::Backend>) -> Side<Self::Backend>;
    /// The month of a date, as an integer.
    fn month_of(column: &'static Name<Self::Backend>) -> Side<Self::Backend>;
    /// The day of a date, as an integer.
    fn day_of(column: &'static Name<Self::Backend>) -> Side<Self::Backend>;
}

/// How many prepared statements a connection keeps.
const MAX_STATEMENTS: usize = 256;

/// The statements of a connection: those that still run, also for callers who have gone away, and how many it keeps.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Statements>);

#[derive(Debug, Default)]
struct Statements {
    running: AtomicUsize,
    /// How many prepared statements the connection keeps.
    kept: AtomicUsize,
    /// One has panicked since the connection was last clean.
    panicked: AtomicBool,
    idle: Notify,
}

impl InFlight {
    pub(super) fn begin(&self) -> Running {
        self.0.running.fetch_add(1, Ordering::AcqRel);
        Running(self.clone())
    }

    /// Whether nothing runs and nothing has gone wrong: the connection may be looked into at once.
    pub(super) fn is_clean(&self) -> bool {
        self.is_idle() && !self.0.panicked.load(Ordering::Acquire)
    }

    /// One more statement is kept.
    pub(super) fn keep_statement(&self) {
        self.0.kept.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether so many are kept that it is time to begin anew: clients choose how statements look, and diesel lets
    /// go of none.
    pub(super) fn is_crowded(&self) -> bool {
        self.0.kept.load(Ordering::Relaxed) > MAX_STATEMENTS
    }

    #[cfg(test)]
    pub(super) fn kept_statements(&self) -> usize {
        self.0.kept.load(Ordering::Relaxed)
    }

    /// None are kept any more.
    pub(super) fn forget_statements(&self) {
        self.0.kept.store(0, Ordering::Relaxed);
    }

    /// Waits until nothing runs, and forgets what went wrong. There is one who waits, at most.
    pub(super) async fn settle(&self) {
        while !self.is_idle() {
            self.0.idle.notified().await;
        }
        self.0.panicked.store(false, Ordering::Release);
    }

    fn is_idle(&self) -> bool {
        self.0.running.load(Ordering::Acquire) == 0
    }
}

/// A statement that runs; dropped when it has ended.
pub(super) struct Running(InFlight);

impl Drop for Running {
    fn drop(&mut self) {
        let statements = &self.0.0;
        if std::thread::panicking() {
            statements.panicked.store(true, Ordering::Release);
        }
        statements.running.fetch_sub(1, Ordering::AcqRel);
        // The permit is kept for one who begins to wait later.
        statements.idle.notify_one();
    }
}

/// A database could not be opened or migrated.
#[derive(Debug)]
pub struct DbError {
    pub(super) what: String,
    pub(super) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl DbError {
    pub(super) fn new(
        what: impl Into<String>,
        source: impl Into<Option<Box<dyn std::error::Error + Send + Sync>>>,
    ) -> Self {
        Self { what: what.into(), source: source.into() }
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for DbError {}
