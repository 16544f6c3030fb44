//! Statements on SQLite: plain diesel on the connection's blocking side. The wrapper of diesel-async would copy
//! every row.

use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{OptionalExtension as _, QueryResult, RunQueryDsl as _};

use super::SqliteConn;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Insert, Update};
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
                    let total: i64 = CountOf(&counting).get_result(conn)?;
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

impl<Returning, T> StoreNew<Returning, T> for SqliteConn
where
    Insert<Sqlite, Returning>: for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn insert(
        via: Via<'_, Self>,
        insert: Insert<Sqlite, Returning>,
    ) -> QueryResult<Option<T>> {
        write(via, move |conn| insert.get_result(conn)).await.optional()
    }
}

impl<Set, Key, Returning, T> StoreChange<Set, Key, Returning, T> for SqliteConn
where
    Update<Sqlite, Set, Key, Returning>:
        for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn update(
        via: Via<'_, Self>,
        update: Update<Sqlite, Set, Key, Returning>,
    ) -> QueryResult<Option<T>> {
        write(via, move |conn| update.get_result(conn)).await.optional()
    }
}

impl<Q> Delete<Q> for SqliteConn
where
    Q: ExecuteDsl<SqliteConnection, Sqlite> + Send + 'static,
{
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        write(via, move |conn| Q::execute(delete, conn)).await
    }
}
