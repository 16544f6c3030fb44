//! The seam between viewset and a database's driver.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::migration::MigrationSource;
use diesel_async::SimpleAsyncConnection;
use tokio::sync::Semaphore;

use super::in_flight::InFlight;
use super::operand::{Binds, Operand};
use super::sql::{Condition, Name, Side};
use super::statement::Many;

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
///
/// Statements are run by the traits [`Load`](super::Load), [`LoadWindow`](super::LoadWindow),
/// [`Delete`](super::Delete) and [`Store`](super::Store), which a
/// backend implements for all queries that it can run; those about many rows, which are of one type, by
/// [`write_many`](Self::write_many).
pub trait DbConnection: SimpleAsyncConnection + Sized + Send + 'static {
    /// What the database is called in messages: `SQLite`.
    const NAME: &'static str;
    /// Whether NULL is sorted before everything else, upwards.
    const NULLS_ARE_LEAST: bool;
    /// Whether one connection at a time writes, and so transactions wait in line for it.
    const ONE_WRITER: bool;
    /// Whether a connection belongs to the runtime that it was opened on.
    const BELONGS_TO_RUNTIME: bool;
    /// Whether a row can be stored on a condition about others of its table.
    const WRITES_ON_CONDITION: bool = true;
    /// The diesel backend that it speaks to.
    type Backend: diesel::backend::Backend<QueryBuilder: Default> + Binds + Default;
    /// What has to be known to open one more connection.
    type Target: Send + Sync + 'static;
    /// What runs single statements that need no transaction, where that is not a connection of their own.
    type Alone: Send + Sync + 'static;

    /// Makes it; `turn` is the right to write, for which transactions wait as well, and nobody longer than `wait`.
    fn alone(target: &Self::Target, turn: Arc<Semaphore>, wait: Duration) -> Self::Alone;
    /// Tables may look otherwise now.
    fn tables_changed(_alone: &Self::Alone) {}
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// It is no URL of such a database.
    fn target(url: &str) -> Result<Self::Target, DbError>;
    /// Whether all statements have to share one connection.
    fn is_single(_target: &Self::Target) -> bool {
        false
    }
    /// The same database for reads on the worker itself, where a connection can do that: they are known to be
    /// short, and wait for nobody.
    fn brief(_target: &Self::Target) -> Option<Self::Target> {
        None
    }
    /// Whether the database is so small that any of its tables is soon read through.
    fn is_small(&mut self) -> impl Future<Output = bool> {
        std::future::ready(false)
    }
    /// Whether a statement finds its rows by an index.
    fn is_search(&mut self, _statement: String) -> impl Future<Output = bool> {
        std::future::ready(false)
    }
    /// The sets of columns of a table, which is named as in SQL, whose values together are unique by an index that compares
    /// them as `=` does and fails the statement that breaks it.
    fn unique_indexes(
        &mut self,
        table: String,
    ) -> impl Future<Output = QueryResult<Vec<Vec<String>>>>;
    /// The columns of a unique index of a table, where errors name the index and nothing else; `None` where it is not known.
    fn columns_of_key(
        &mut self,
        _table: String,
        _key: &str,
    ) -> impl Future<Output = QueryResult<Option<Vec<String>>>> {
        std::future::ready(Ok(None))
    }
    /// Opens a connection.
    fn open(
        target: &Self::Target,
    ) -> impl Future<Output = Result<(Self, InFlight), DbError>> + Send;
    /// Somebody gets it who has sent nothing on it yet; `false` if it has been idle for so long that the server may have closed it.
    fn lend(&mut self) -> bool {
        true
    }
    /// Begins a transaction that writes.
    fn begin(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Commits the transaction.
    fn commit(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Rolls back whatever is open.
    fn rollback(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Comes to rest after a caller went away in the middle of something: waits for the statement that still
    /// runs or stops it, and rolls back whatever is open. `undecided`: he went while a transaction began or ended.
    ///
    /// # Errors
    ///
    /// Nobody knows what is open: the connection has to be closed.
    fn tidy(
        &mut self,
        target: &Self::Target,
        in_flight: &InFlight,
        undecided: bool,
    ) -> impl Future<Output = QueryResult<()>> + Send;
    /// Gives statements no more than a moment, or all the time that the server allows.
    fn set_limited(&mut self, _limited: bool) -> impl Future<Output = QueryResult<()>> + Send {
        std::future::ready(Ok(()))
    }
    /// Runs a statement about many rows; answers how many it has changed.
    fn write_many(&mut self, many: Many<Self::Backend>)
    -> impl Future<Output = QueryResult<usize>>;
    /// Lets go of all prepared statements.
    fn forget_statements(&mut self) -> impl Future<Output = QueryResult<()>> + Send;
    /// Whether a transaction is open. It is only asked while no statement is in flight.
    fn in_transaction(&mut self) -> bool;
    /// Runs the migrations that the database has not had yet, and answers which.
    ///
    /// # Errors
    ///
    /// A migration failed.
    fn migrate<S: MigrationSource<Self::Backend> + Send + 'static>(
        &mut self,
        target: &Self::Target,
        migrations: S,
    ) -> impl Future<Output = Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>>>;

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
