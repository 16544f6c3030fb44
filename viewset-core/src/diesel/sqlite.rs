//! The embedded SQLite: WAL, foreign keys, one connection for transactions, others for single statements.
//!
//! [`Strategy`] is the seam at which statements leave the worker: the wrapper of diesel-async hands it
//! every closure that touches the connection.

use std::cell::RefCell;
use std::error::Error as StdError;
use std::sync::Arc;

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Instrumentation, InstrumentationEvent, SimpleConnection,
    TransactionManager, get_default_instrumentation,
};
use diesel::migration::MigrationSource;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{Connection as _, QueryResult, declare_sql_function};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, TransactionManager as AsyncTransactionManager};
use diesel_migrations::MigrationHarness;
use futures_core::future::BoxFuture;
use regex::Regex;

use super::backend::{Case, DbConnection, DbError, InFlight};
use super::db::Db;
use super::pool::Pool;
use super::sql::{Condition, Name, Operand, Side, bind};

/// The connection of models on SQLite, for diesel-async's `RunQueryDsl`.
pub type SqliteConn = SyncConnectionWrapper<SqliteConnection, Strategy>;

/// Set on every connection. The busy timeout is for other processes and for single statements that write;
/// transactions of this process queue for their connection.
const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// How statements leave the worker thread: each runs on the blocking pool, to its end, even if the
/// request that wanted it is gone.
pub struct Strategy {
    in_flight: InFlight,
}

impl SpawnBlocking for Strategy {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn StdError + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        let running = self.in_flight.begin();
        let handle = tokio::task::spawn_blocking(move || {
            let result = task();
            drop(running);
            result
        });
        Box::pin(async move {
            match handle.await {
                Ok(result) => Ok(result),
                // A panic is the action's, as if the statement had run there.
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn get_runtime() -> Self {
        Self { in_flight: InFlight::default() }
    }
}

impl DbConnection for SqliteConn {
    const NAME: &'static str = "SQLite";
    const NULLS_ARE_LEAST: bool = true;
    type Backend = Sqlite;
    type Target = String;

    async fn open(target: &String) -> Result<(Self, InFlight), DbError> {
        let path = target.clone();
        let opened = tokio::task::spawn_blocking(move || open(&path)).await;
        let mut conn = opened
            .map_err(|error| DbError::new("the database was not opened", Some(error.into())))??;
        let in_flight = InFlight::default();
        conn.set_instrumentation(Count {
            next: get_default_instrumentation(),
            of: in_flight.clone(),
        });
        let strategy = Strategy { in_flight: in_flight.clone() };
        Ok((SyncConnectionWrapper::with_runtime(conn, strategy), in_flight))
    }

    async fn begin(&mut self) -> QueryResult<()> {
        // IMMEDIATE takes the write lock at once: a transaction that reads first cannot fail later for
        // want of it.
        self.spawn_blocking(|conn| {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        })
        .await
    }

    async fn commit(&mut self) -> QueryResult<()> {
        self.spawn_blocking(AnsiTransactionManager::commit_transaction).await
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        self.spawn_blocking(|conn| {
            let depth = |conn: &mut _| {
                AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_depth()
            };
            // An error here means that nobody knows what is open; the pool closes the connection.
            while depth(conn)?.is_some() {
                AnsiTransactionManager::rollback_transaction(conn)?;
            }
            Ok(())
        })
        .await
    }

    async fn forget_statements(&mut self) -> QueryResult<()> {
        self.spawn_blocking(|conn| {
            // Each change of its size begins the cache anew.
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
            conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
            Ok(())
        })
        .await
    }

    fn in_transaction(&mut self) -> bool {
        type Manager = <SqliteConn as AsyncConnection>::TransactionManager;
        let status =
            <Manager as AsyncTransactionManager<Self>>::transaction_manager_status_mut(self);
        !matches!(status.transaction_depth(), Ok(None))
    }

    fn text(value: String) -> Operand<Sqlite> {
        bind::<_, Text, _>(value)
    }

    fn integer(value: i64) -> Operand<Sqlite> {
        bind::<_, BigInt, _>(value)
    }

    /// SQLite's LIKE knows no case of ASCII letters; Django leaves it at that (row K10).
    fn like(column: &'static Name<Sqlite>, pattern: String, _: Case) -> Condition<Sqlite> {
        Condition::compare(Side::of(column), " LIKE ", Self::text(pattern), " ESCAPE '\\'")
    }

    fn regex(column: &'static Name<Sqlite>, regex: String, case: Case) -> Condition<Sqlite> {
        let regex = match case {
            Case::Sensitive => regex,
            Case::Insensitive => format!("(?i){regex}"),
        };
        Condition::compare(Side::of(column), " REGEXP ", Self::text(regex), "")
    }

    fn date_of(column: &'static Name<Sqlite>) -> Side<Sqlite> {
        Side::call("date(", column, ")")
    }

    fn year_of(column: &'static Name<Sqlite>) -> Side<Sqlite> {
        Side::call("CAST(strftime('%Y', ", column, ") AS INTEGER)")
    }

    fn month_of(column: &'static Name<Sqlite>) -> Side<Sqlite> {
        Side::call("CAST(strftime('%m', ", column, ") AS INTEGER)")
    }

    fn day_of(column: &'static Name<Sqlite>) -> Side<Sqlite> {
        Side::call("CAST(strftime('%d', ", column, ") AS INTEGER)")
    }
}

/// Counts the statements that a connection keeps, and hands everything on to the process's own instrumentation.
struct Count {
    next: Option<Box<dyn Instrumentation>>,
    of: InFlight,
}

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { .. } = event {
            self.of.keep_statement();
        }
        self.next.on_connection_event(event);
    }
}

#[declare_sql_function]
extern "SQL" {
    /// What SQLite calls for `text REGEXP regex`.
    fn regexp(regex: Text, text: Nullable<Text>) -> Bool;
}

thread_local! {
    /// The regex of the statement that runs: it is asked about each row.
    static REGEX: RefCell<Option<Regex>> = const { RefCell::new(None) };
}

/// Whether a text matches a regex anywhere. What is no regex matches nothing; it was refused before.
fn matches_regex(regex: &str, text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    REGEX.with_borrow_mut(|known| {
        if known.as_ref().is_none_or(|known| known.as_str() != regex) {
            *known = Regex::new(regex).ok();
        }
        known.as_ref().is_some_and(|known| known.is_match(text))
    })
}

fn open(path: &str) -> Result<SqliteConnection, DbError> {
    let fail = |error: Box<dyn StdError + Send + Sync>| {
        DbError::new(format!("the database `{path}` was not opened"), Some(error))
    };
    let mut conn = SqliteConnection::establish(path).map_err(|error| fail(error.into()))?;
    conn.batch_execute(SETUP).map_err(|error| fail(error.into()))?;
    let function = |regex: String, text: Option<String>| matches_regex(&regex, text.as_deref());
    regexp_utils::register_impl(&mut conn, function).map_err(|error| fail(error.into()))?;
    Ok(conn)
}

impl Db<SqliteConn> {
    /// Opens a SQLite database, and makes the file if it is missing. `url` is `sqlite://shop.db`
    /// (relative), `sqlite:///var/lib/shop.db` (absolute), a bare path, or `sqlite::memory:` for one
    /// that lives as long as this value.
    ///
    /// Every connection is in WAL mode with foreign keys on and a busy timeout of 5 seconds. With
    /// `synchronous = NORMAL` a commit survives the end of the process; after a power failure the last
    /// commits may be missing, but the file is sound.
    ///
    /// # Errors
    ///
    /// The file cannot be opened or is no database.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        let path =
            url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
        if path.contains("://") {
            return Err(DbError::new(format!("`{url}` is not the URL of a SQLite database"), None));
        }
        let in_memory = path == ":memory:" || path.is_empty();
        let target = Arc::new(if in_memory { ":memory:" } else { path }.to_owned());
        let writer = Pool::new(target.clone(), 1);
        // A database in memory belongs to one connection; it serves for both.
        let readers = if in_memory { writer.clone() } else { Pool::new(target, readers()) };
        let db = Self { readers, writer };
        drop(db.writer().await?);
        Ok(db)
    }

    /// Runs statements that have no answer, such as `CREATE TABLE …`; for tests and scripts.
    ///
    /// # Errors
    ///
    /// A statement failed; those before it stay.
    pub async fn batch_execute(&self, sql: &str) -> Result<(), DbError> {
        let mut conn = self.writer().await?;
        let sql = sql.to_owned();
        let run = conn.spawn_blocking(move |conn| conn.batch_execute(&sql)).await;
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
        S: MigrationSource<Sqlite> + Send + 'static,
    {
        let mut conn = self.writer().await?;
        let run = conn.spawn_blocking(move |conn| {
            let done = conn.run_pending_migrations(migrations);
            Ok(done.map(|versions| versions.iter().map(ToString::to_string).collect::<Vec<_>>()))
        });
        let failed = |error| DbError::new("the database was not migrated", Some(error));
        let versions = run.await.map_err(|error| failed(error.into()))?.map_err(failed)?;
        for version in versions {
            tracing::info!("migration {version} was run");
        }
        Ok(())
    }
}

/// One reader a core, four at least.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4))
}

#[cfg(test)]
mod tests {
    use diesel::QueryDsl as _;

    use super::*;
    use crate::diesel::{Fetched, Slice, Window, run};

    diesel::table! {
        things (id) { id -> Integer, }
    }

    /// Clients choose the size of pages, and each is a statement of its own.
    #[test]
    fn a_connection_keeps_so_many_statements_and_no_more() -> Result<(), Box<dyn StdError>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let most = runtime.block_on(most_statements())?;
        assert!((256..=300).contains(&most), "{most}");
        Ok(())
    }

    async fn most_statements() -> Result<usize, Box<dyn StdError>> {
        let db = Db::connect("sqlite::memory:").await?;
        db.batch_execute("CREATE TABLE things (id INTEGER PRIMARY KEY)").await?;
        let mut most = 0;
        for limit in 1..=600 {
            let mut conn = db.connection().await?;
            let fetch = conn.spawn_blocking(move |conn| {
                let window = Window::Slice(Slice { offset: 0, limit });
                let query = things::table.into_boxed();
                run(query, window, |query| query.count(), |query| query.select(things::id), conn)
            });
            let rows: Fetched<i32> = fetch.await?;
            assert_eq!(rows.count, None);
            most = most.max(conn.kept_statements());
        }
        Ok(most)
    }
}
