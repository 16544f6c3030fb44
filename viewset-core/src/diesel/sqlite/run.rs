//! Statements on SQLite: plain diesel on the connection's blocking side. The wrapper of diesel-async would copy
//! every row.

use diesel::expression::Expression;
use diesel::query_builder::QueryFragment;
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::result::Error;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{OptionalExtension as _, QueryResult, RunQueryDsl as _};

use super::SqliteConn;
use super::counts::counted;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Alone, Insert, Stored, Taken, Update};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Delete, Load, LoadWindow, StoreChange, StoreNew, Via};

impl<Q, T> Load<Q, T> for SqliteConn
where
    Q: for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        self.spawn_blocking(move |conn| query.internal_load(conn)?.collect()).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        self.spawn_blocking(move |conn| first(query, conn)).await
    }
}

/// The first row of a query.
fn first<Q, T>(query: Q, conn: &mut SqliteConnection) -> QueryResult<T>
where
    Q: for<'q> LoadQuery<'q, SqliteConnection, T>,
{
    query.internal_load(conn)?.next().unwrap_or(Err(diesel::NotFound))
}

impl<Counting, Selecting, T> LoadWindow<Counting, Selecting, T> for SqliteConn
where
    Counting: Send + 'static,
    for<'a> CountOf<'a, Counting>: LoadQuery<'a, SqliteConnection, i64>,
    for<'a> Limited<Selecting>: LoadQuery<'a, SqliteConnection, T>,
    T: Send + 'static,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<T>> {
        self.spawn_blocking(move |conn| {
            let (slice, total) = match window {
                Window::All => (None, None),
                Window::Slice(slice) => (Some(slice), None),
                Window::Counted(choose) => {
                    let count = |conn: &mut _| CountOf(&counting).get_result(conn);
                    let total = counted::<Counting>(conn, count)?;
                    let total = u64::try_from(total).unwrap_or_default();
                    match choose(total) {
                        None => return Ok(Fetched::no_page(total)),
                        Some(slice) if slice.offset >= total => return Ok(Fetched::nothing(total)),
                        slice => (slice, Some(total)),
                    }
                }
            };
            let rows = Limited::new(select(counting), slice).load(conn)?;
            Ok(Fetched { rows: Some(rows), count: total })
        })
        .await
    }
}

/// Runs a statement that writes.
async fn write<T: Send + 'static>(
    via: Via<'_, SqliteConn>,
    statement: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
) -> QueryResult<T> {
    match via {
        Via::Connection(conn) => conn.spawn_blocking(statement).await,
        Via::Database(db) => match &*db.alone {
            Some(writer) => writer.run(statement).await,
            None => out_of_reach(db.writer().await)?.spawn_blocking(statement).await,
        },
    }
}

// `RETURNING` makes a table for the rows, and a condition about the same table another one; in a transaction, and nobody
// else writes meanwhile, small statements one after another take less.

impl<Returning, T> StoreNew<Returning, T> for SqliteConn
where
    Returning: QueryFragment<Sqlite> + Expression + Send + 'static,
    Insert<Sqlite, Returning>: for<'q> LoadQuery<'q, SqliteConnection, T> + Send,
    for<'a> Stored<'a, Insert<Sqlite, Returning>>: LoadQuery<'a, SqliteConnection, T>,
    T: Send + 'static,
{
    async fn insert(
        via: Via<'_, Self>,
        insert: Insert<Sqlite, Returning>,
    ) -> QueryResult<Option<T>> {
        let is_in_transaction = is_in_transaction(&via);
        let run = move |conn: &mut SqliteConnection| {
            if !is_in_transaction || !insert.is_found_by_its_key() {
                return insert.get_result(conn).optional();
            }
            if is_taken(insert.taken(), conn)? {
                return Ok(None);
            }
            Alone(&insert).execute(conn)?;
            Stored(&insert).get_result(conn).map(Some).map_err(unknown_key)
        };
        write(via, run).await
    }
}

impl<Returning, T> StoreChange<Returning, T> for SqliteConn
where
    Returning: QueryFragment<Sqlite> + Expression + Send + 'static,
    Update<Sqlite, Returning>: for<'q> LoadQuery<'q, SqliteConnection, T> + Send,
    for<'a> Stored<'a, Update<Sqlite, Returning>>: LoadQuery<'a, SqliteConnection, T>,
    T: Send + 'static,
{
    async fn update(
        via: Via<'_, Self>,
        update: Update<Sqlite, Returning>,
    ) -> QueryResult<Option<T>> {
        let is_in_transaction = is_in_transaction(&via);
        let run = move |conn: &mut SqliteConnection| {
            if !is_in_transaction {
                return update.get_result(conn).optional();
            }
            if is_taken(update.taken(), conn)? || Alone(&update).execute(conn)? == 0 {
                return Ok(None);
            }
            Stored(&update).get_result(conn).optional()
        };
        write(via, run).await
    }
}

/// A row that is stored and not found again must not be taken for one that was refused.
fn unknown_key(error: Error) -> Error {
    match error {
        Error::NotFound => {
            let text = "the row is stored, but its primary key is not what SQLite counts";
            Error::DeserializationError(text.into())
        }
        error => error,
    }
}

/// Whether a statement that writes is in a transaction of its own thread's.
fn is_in_transaction(via: &Via<'_, SqliteConn>) -> bool {
    matches!(via, Via::Database(db) if db.alone.is_some())
}

/// Whether a condition holds that forbids a statement.
fn is_taken<'a, S>(question: Option<Taken<'a, S>>, conn: &mut SqliteConnection) -> QueryResult<bool>
where
    Taken<'a, S>: LoadQuery<'a, SqliteConnection, i32>,
{
    let Some(question) = question else { return Ok(false) };
    Ok(question.internal_load(conn)?.next().transpose()?.is_some())
}

impl<Q> Delete<Q> for SqliteConn
where
    Q: ExecuteDsl<SqliteConnection, Sqlite> + Send + 'static,
{
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        write(via, move |conn| Q::execute(delete, conn)).await
    }
}
