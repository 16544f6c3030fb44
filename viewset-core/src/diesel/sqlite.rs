//! The embedded SQLite: WAL, foreign keys, one connection for transactions, others for single statements.
//!
//! How statements leave the worker is said in `sqlite/conn.rs`.

mod asked;
mod conn;
mod counts;
mod run;
mod work;
mod writer;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{CacheSize, SimpleConnection as _};
use diesel::dsl::{sql, sql_query};
use diesel::migration::MigrationSource;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{
    Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, declare_sql_function,
};
use diesel_migrations::MigrationHarness;
use tokio::sync::Semaphore;

use super::backend::{Case, DbConnection, DbError};
use super::in_flight::InFlight;
use super::operand::{Operand, bind};
use super::regexes;
use super::sql::{Condition, Name, Side};
use super::statement::Many;
use super::unique::{collected, unquoted};
pub use conn::{SqliteConn, SqliteRows, SqliteTransactions};
pub(super) use run::Any;
pub use writer::Writer;

/// The path of a database in memory.
const IN_MEMORY: &str = ":memory:";

/// Set on every connection. The busy timeout is for other processes and for single statements that write;
/// transactions of this process queue for their connection.
const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// Set on the connections whose statements run on the worker: it waits for nobody.
const SETUP_BRIEF: &str = "PRAGMA busy_timeout = 0; PRAGMA query_only = ON;";

/// How many pages a database has at most whose tables are read through on the worker: 16 MiB, as SQLite makes
/// pages.
const FEW_PAGES: i64 = 4096;

/// A step of a query plan.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A file, and how its connections are set up.
pub struct SqliteTarget {
    path: String,
    brief: bool,
}

/// The indexes of a table with their columns, which are NULL for expressions; none where an index may compare otherwise
/// than `=` does, or may take the other row away.
const UNIQUE_INDEXES: &str = "
)
    SELECT list.name, info.name
    FROM named, pragma_index_list(named.name) AS list, pragma_index_info(list.name) AS info
    WHERE list.\"unique\" AND NOT list.partial AND NOT EXISTS (
        SELECT 1 FROM sqlite_master
        WHERE tbl_name = named.name COLLATE NOCASE AND (sql LIKE '%COLLATE%' OR sql LIKE '%CONFLICT%')
    )";

impl DbConnection for SqliteConn {
    const NAME: &'static str = "SQLite";
    const NULLS_ARE_LEAST: bool = true;
    const ONE_WRITER: bool = true;
    const BELONGS_TO_RUNTIME: bool = false;
    type Backend = Sqlite;
    type Target = SqliteTarget;
    /// None for a database in memory, which belongs to one connection.
    type Alone = Option<Writer>;

    fn target(url: &str) -> Result<SqliteTarget, DbError> {
        let path =
            url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
        if path.contains("://") {
            return Err(DbError::new(format!("`{url}` is not the URL of a SQLite database"), None));
        }
        let path = if path.is_empty() { IN_MEMORY } else { path }.to_owned();
        Ok(SqliteTarget { path, brief: false })
    }

    /// A database in memory belongs to one connection.
    fn is_single(target: &SqliteTarget) -> bool {
        target.path == IN_MEMORY
    }

    fn brief(target: &SqliteTarget) -> Option<SqliteTarget> {
        let path = (!Self::is_single(target)).then(|| target.path.clone())?;
        Some(SqliteTarget { path, brief: true })
    }

    fn alone(target: &SqliteTarget, turn: Arc<Semaphore>, wait: Duration) -> Option<Writer> {
        (!Self::is_single(target)).then(|| Writer::new(target, turn, wait))
    }

    fn tables_changed(alone: &Option<Writer>) {
        if let Some(writer) = alone {
            writer.tables_changed();
        }
    }

    async fn is_small(&mut self) -> bool {
        let pages = |conn: &mut _| sql::<BigInt>("PRAGMA page_count").get_result::<i64>(conn);
        self.statement(pages).await.is_ok_and(|pages| pages <= FEW_PAGES)
    }

    async fn write_many(&mut self, many: Many<Sqlite>) -> QueryResult<usize> {
        self.statement(move |conn| Any::new(&many).execute(conn)).await
    }

    async fn is_search(&mut self, statement: String) -> bool {
        let plan = move |conn: &mut _| {
            sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load::<Step>(conn)
        };
        let steps = self.statement(plan).await.unwrap_or_default();
        !steps.is_empty() && steps.iter().all(|step| step.detail.starts_with("SEARCH "))
    }

    async fn unique_indexes(&mut self, table: String) -> QueryResult<Vec<Vec<String>>> {
        let Some(table) = unquoted(&table) else { return Ok(Vec::new()) };
        let rows = move |conn: &mut SqliteConnection| {
            let named = sql::<(Text, Nullable<Text>)>("WITH named (name) AS (SELECT ");
            named.bind::<Text, _>(table).sql(UNIQUE_INDEXES).load(conn)
        };
        self.statement(rows).await.map(collected)
    }

    async fn open(target: &SqliteTarget) -> Result<(Self, InFlight), DbError> {
        let SqliteTarget { path, brief } = target;
        let (path, brief) = (path.clone(), *brief);
        let opened = tokio::task::spawn_blocking(move || open(&path, brief)).await;
        let conn = opened
            .map_err(|error| DbError::new("the database was not opened", Some(error.into())))??;
        let conn = Self::new(conn, brief);
        let in_flight = conn.in_flight().clone();
        Ok((conn, in_flight))
    }

    async fn begin(&mut self) -> QueryResult<()> {
        self.begin_to_write().await
    }

    async fn commit(&mut self) -> QueryResult<()> {
        self.commit_one().await
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        self.roll_back().await
    }

    async fn tidy(
        &mut self,
        _target: &SqliteTarget,
        in_flight: &InFlight,
        _undecided: bool,
    ) -> QueryResult<()> {
        // A rollback that overtook the statement would leave what the statement does.
        in_flight.settle().await;
        self.come_to_rest().await
    }

    async fn forget_statements(&mut self) -> QueryResult<()> {
        self.statement(|conn| {
            forget_statements(conn);
            Ok(())
        })
        .await
    }

    fn in_transaction(&mut self) -> bool {
        self.has_transaction()
    }

    async fn migrate<S: MigrationSource<Sqlite> + Send + 'static>(
        &mut self,
        _target: &SqliteTarget,
        migrations: S,
    ) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>> {
        let run = self.spawn_blocking(move |conn| {
            let done = conn.run_pending_migrations(migrations);
            Ok(done.map(|versions| versions.iter().map(ToString::to_string).collect()))
        });
        run.await?
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
        let regex = regexes::in_case(&regex, case);
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

/// Each change of its size begins the cache anew.
fn forget_statements(conn: &mut SqliteConnection) {
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
}

#[declare_sql_function]
extern "SQL" {
    /// What SQLite calls for `text REGEXP regex`.
    fn regexp(regex: Text, text: Nullable<Text>) -> Bool;
}

fn open(path: &str, brief: bool) -> Result<SqliteConnection, DbError> {
    let fail = |error: Box<dyn StdError + Send + Sync>| {
        DbError::new(format!("the database `{path}` was not opened"), Some(error))
    };
    let mut conn = SqliteConnection::establish(path).map_err(|error| fail(error.into()))?;
    conn.batch_execute(SETUP).map_err(|error| fail(error.into()))?;
    if brief {
        conn.batch_execute(SETUP_BRIEF).map_err(|error| fail(error.into()))?;
    }
    let function = |regex: String, text: Option<String>| {
        text.is_some_and(|text| regexes::matches(&regex, &text))
    };
    regexp_utils::register_impl(&mut conn, function).map_err(|error| fail(error.into()))?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use diesel::QueryDsl as _;

    use super::*;
    use crate::diesel::{Database, Fetched, LoadWindow as _, RowCount, Slice, Window};

    diesel::table! {
        things (id) { id -> Integer, }
    }

    /// A worker looks for rows by their key only where that is no reading of the whole table.
    #[test]
    fn a_key_is_found_in_an_index_or_is_not() -> Result<(), Box<dyn StdError>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        runtime.block_on(async {
            let db = Database::<SqliteConn>::connect("sqlite::memory:").await?;
            db.batch_execute(
                "CREATE TABLE rowids (id INTEGER PRIMARY KEY);
                 CREATE TABLE texts (id TEXT PRIMARY KEY);
                 CREATE TABLE uniques (id INTEGER UNIQUE);
                 CREATE TABLE heaps (id INTEGER);
                 CREATE VIEW sums AS SELECT id, sum(id) FROM heaps GROUP BY id;",
            )
            .await?;
            let mut conn = db.connection().await?;
            for (table, expected) in [
                ("rowids", true),
                ("texts", true),
                ("uniques", true),
                ("heaps", false),
                ("sums", false),
            ] {
                let statement = format!("SELECT 1 FROM {table} WHERE {table}.id = ?");
                assert_eq!(conn.is_search(statement).await, expected, "{table}");
            }
            assert!(!conn.is_search("SELECT 1 FROM nowhere".to_owned()).await);
            Ok(())
        })
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
        let db = Database::<SqliteConn>::connect("sqlite::memory:").await?;
        db.batch_execute("CREATE TABLE things (id INTEGER PRIMARY KEY)").await?;
        let mut most = 0;
        for limit in 1..=600 {
            let mut conn = db.connection().await?;
            let window = Window::Slice(Slice { offset: 0, limit });
            let query = things::table.into_boxed().select(RowCount);
            let rows: Fetched<Vec<i32>> =
                conn.load_window(query, window, |query| query.select(things::id)).await?;
            assert_eq!(rows.count, None);
            most = most.max(conn.kept_statements());
        }
        Ok(most)
    }
}
