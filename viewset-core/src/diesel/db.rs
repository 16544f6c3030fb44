//! A database: its URL, its connections, its migrations.

use std::sync::Arc;
use std::time::Duration;

use diesel::migration::MigrationSource;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::backend::{DbConnection, DbError};
use super::brief::Brief;
use super::pool::{Lease, Pool, busy};
use super::unique::Indexes;

/// A database with its connections; cheap to clone, shared by all workers. Its names are [`Db`](super::Db) for the
/// default connection, and `SqliteDb`, `PgDb` and `MysqlDb`.
///
/// ```no_run
/// # use viewset_core::diesel::Db;
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Db::connect("sqlite://shop.db").await?;
/// # Ok(()) }
/// ```
pub struct Database<C: DbConnection> {
    pub(super) readers: Arc<Pool<C>>,
    pub(super) writer: Arc<Pool<C>>,
    pub(super) brief: Option<Arc<Brief<C>>>,
    /// The right to write, where one at a time has it.
    turn: Arc<Semaphore>,
    /// Runs single statements.
    pub(super) alone: Arc<C::Alone>,
    /// Whether single statements share connections, where they can.
    pub(super) shares: bool,
    /// What the database keeps unique by itself.
    pub(super) indexes: Arc<Indexes>,
}

impl<C: DbConnection> Clone for Database<C> {
    fn clone(&self) -> Self {
        Self {
            readers: self.readers.clone(),
            writer: self.writer.clone(),
            brief: self.brief.clone(),
            turn: self.turn.clone(),
            alone: self.alone.clone(),
            shares: self.shares,
            indexes: self.indexes.clone(),
        }
    }
}

impl<C: DbConnection> std::fmt::Debug for Database<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("of", &C::NAME).finish_non_exhaustive()
    }
}

/// How many connections a process has at most, and how long a request waits for one.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PoolOptions {
    pub(super) max_connections: usize,
    pub(super) wait: Duration,
    pub(super) shares: bool,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl PoolOptions {
    /// Four connections a core, 16 at least; 30 seconds. SQLite has one reader a core, four at least, and one
    /// writer beside them.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(4, usize::from);
        Self { max_connections: (cores * 4).max(16), wait: Duration::from_secs(30), shares: true }
    }

    /// How many connections the process has at most; one at least. The server may count more for a moment: what stops a
    /// statement whose client has hung up comes on a connection of its own.
    #[must_use]
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = max.max(1);
        self
    }

    /// Whether statements that need no transaction share connections, so that a trip to the server serves many of them
    /// (PostgreSQL). The server stops those that take longer than 25 ms there (`statement_timeout`, `lock_timeout`), and they are
    /// sent again alone. Not behind a pooler that lends a connection for a transaction: others would meet these limits.
    #[must_use]
    pub fn share_connections(mut self, shares: bool) -> Self {
        self.shares = shares;
        self
    }

    /// How long a request waits for a free connection before it is answered with 503.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}

impl<C: DbConnection> Database<C> {
    /// Opens a database, and asks for a connection at once, so that a wrong URL shows at start. Which URLs there
    /// are is told by the connection: [`SqliteConn`](super::SqliteConn), `PgConn`, `MysqlConn`.
    ///
    /// # Errors
    ///
    /// The URL is not one of such a database, or it is out of reach.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        Self::connect_with(url, PoolOptions::new()).await
    }

    /// The same, with other limits.
    ///
    /// # Errors
    ///
    /// As above.
    pub async fn connect_with(url: &str, options: PoolOptions) -> Result<Self, DbError> {
        let target = Arc::new(C::target(url)?);
        let is_single = C::is_single(&target);
        let pool = |size| Pool::new(target.clone(), size, options.wait);
        let (readers, writer) = match C::ONE_WRITER {
            true if is_single => {
                let only = pool(1);
                (only.clone(), only)
            }
            true => (pool(options.max_connections.div_ceil(4)), pool(1)),
            false => {
                let all = pool(options.max_connections);
                (all.clone(), all)
            }
        };
        let brief = C::brief(&target).map(|target| Brief::new(target, options.wait));
        let turn = Arc::new(Semaphore::new(1));
        let alone = Arc::new(C::alone(&target, turn.clone(), options.wait));
        let (shares, indexes) = (options.shares, Arc::default());
        let db = Self { readers, writer, brief, turn, alone, shares, indexes };
        drop(db.writer().await?);
        Ok(db)
    }

    /// A connection for statements of their own. It waits for a free one as long as the options say.
    ///
    /// # Errors
    ///
    /// None was free in time, or a new one could not be opened.
    pub async fn connection(&self) -> Result<Lease<C>, DbError> {
        self.readers.lease().await
    }

    /// The connection for transactions that write; those who wait get it in their order.
    pub(super) async fn writer(&self) -> Result<Lease<C>, DbError> {
        let turn = match C::ONE_WRITER {
            true => Some(self.turn().await?),
            false => None,
        };
        let mut lease = self.writer.lease().await?;
        lease.turn = turn;
        Ok(lease)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, DbError> {
        let turn = self.turn.clone().acquire_owned();
        let turn = tokio::time::timeout(self.writer.wait, turn).await;
        turn.map_err(|_| busy())?.map_err(|_| busy())
    }

    /// Runs statements that have no answer, such as `CREATE TABLE …`; for tests and scripts.
    ///
    /// # Errors
    ///
    /// A statement failed; those before it stay.
    pub async fn batch_execute(&self, sql: &str) -> Result<(), DbError> {
        let mut conn = self.writer().await?;
        let run = conn.batch_execute(sql).await;
        self.tables_changed();
        run.map_err(|error| DbError::new("the statements were not run", Some(error.into())))
    }

    /// Runs the migrations that the database has not had yet, each in a transaction:
    /// `db.migrate(MIGRATIONS).await?` with `embed_migrations!`.
    ///
    /// # Errors
    ///
    /// A migration failed; those before it stay.
    pub async fn migrate<S>(&self, migrations: S) -> Result<(), DbError>
    where
        S: MigrationSource<C::Backend> + Send + 'static,
    {
        let mut conn = self.writer().await?;
        let failed = |error| DbError::new("the database was not migrated", Some(error));
        let done = conn.migrate(&self.writer.target, migrations).await;
        self.tables_changed();
        for version in done.map_err(failed)? {
            tracing::info!("migration {version} was run");
        }
        Ok(())
    }
}
