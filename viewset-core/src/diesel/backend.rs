//! The seam between viewset and a database's driver.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::QueryResult;

/// How a backend opens connections and handles transactions; implemented for each backend.
pub trait DbConnection: Sized + Send + 'static {
    /// What the database is called in messages: `SQLite`.
    const NAME: &'static str;
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
    /// Whether a transaction is open. It is only asked while no statement is in flight.
    fn in_transaction(&mut self) -> bool;
}

/// Counts the statements of a connection that still run, also those whose caller has gone away.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }

    pub(super) fn begin(&self) -> Running {
        self.0.fetch_add(1, Ordering::AcqRel);
        Running(self.clone())
    }
}

/// A statement that runs; dropped when it has ended.
pub(super) struct Running(InFlight);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
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
