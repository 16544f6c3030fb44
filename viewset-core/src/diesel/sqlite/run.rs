//! Statements on SQLite: plain diesel on the connection's blocking side. The wrapper of diesel-async would copy
//! every row.

use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::result::Error;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{OptionalExtension as _, QueryResult, RunQueryDsl as _};

use super::SqliteConn;
use super::counts::counted;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Returning, Stored};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Delete, FindRow, Load, LoadWindow, Store, Via, connection};
use crate::error::Result;
use crate::request::RequestHead;

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

impl<F, T> FindRow<F, T> for SqliteConn
where
    F: for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn find_row(req: &RequestHead, find: F) -> Result<Option<T>> {
        let mut conn = connection::<Self>(req).await?;
        Ok(conn.spawn_blocking(move |conn| first(find, conn).optional()).await?)
    }
}

/// Runs a statement that writes.
async fn write<T: Send + 'static>(
    via: Via<'_, SqliteConn>,
    mut statement: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
) -> QueryResult<T> {
    match via {
        Via::Connection(conn) => conn.spawn_blocking(move |conn| statement(conn)).await,
        Via::Database(db) => match &*db.alone {
            Some(writer) => writer.run(statement).await,
            None => {
                let mut conn = out_of_reach(db.writer().await)?;
                conn.spawn_blocking(move |conn| statement(conn)).await
            }
        },
    }
}

impl<E, T> Store<E, T> for SqliteConn
where
    Returning<Sqlite, E>: for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    for<'a> Stored<'a, Sqlite, E>: LoadQuery<'a, SqliteConnection, T>,
    T: Send + 'static,
{
    async fn store(via: Via<'_, Self>, statement: Returning<Sqlite, E>) -> QueryResult<Option<T>> {
        // On the writer's thread a statement is in a transaction, and nobody else writes meanwhile.
        let takes_steps = statement.write.is_found_by_its_key()
            && matches!(&via, Via::Database(db) if db.alone.is_some());
        let mut statement = Some(statement);
        let store = move |conn: &mut SqliteConnection| match &statement {
            Some(statement) if takes_steps => store_in_steps(statement, conn),
            _ => statement.take().map_or(Ok(None), |all| all.get_result(conn).optional()),
        };
        write(via, store).await
    }
}

/// `RETURNING` makes a table for the rows, and a condition about the same table another one: small statements one after
/// another take less.
fn store_in_steps<E, T>(
    statement: &Returning<Sqlite, E>,
    conn: &mut SqliteConnection,
) -> QueryResult<Option<T>>
where
    for<'a> Stored<'a, Sqlite, E>: LoadQuery<'a, SqliteConnection, T>,
{
    if !statement.write.store_in_steps(conn)? {
        return Ok(None);
    }
    Stored(statement).get_result(conn).map(Some).map_err(|error| match error {
        // It must not be taken for a row that was refused.
        Error::NotFound => {
            let text = "the row is stored, but not found by its primary key";
            Error::DeserializationError(text.into())
        }
        error => error,
    })
}

impl<Q> Delete<Q> for SqliteConn
where
    Q: ExecuteDsl<SqliteConnection, Sqlite> + Send + 'static,
{
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        let mut delete = Some(delete);
        let run = move |conn: &mut SqliteConnection| {
            delete.take().map_or(Ok(0), |delete| Q::execute(delete, conn))
        };
        write(via, run).await
    }
}
