//! Statements on SQLite: plain diesel on the connection's blocking side. The wrapper of diesel-async would copy
//! every row.

use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{QueryResult, RunQueryDsl as _};

use super::SqliteConn;
use crate::diesel::statement::{Insert, Update};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Execute, Load, LoadWindow, StoreChange, StoreNew};

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

impl<Q> Execute<Q> for SqliteConn
where
    Q: ExecuteDsl<SqliteConnection, Sqlite> + Send + 'static,
{
    async fn execute(&mut self, statement: Q) -> QueryResult<usize> {
        self.spawn_blocking(move |conn| Q::execute(statement, conn)).await
    }
}

impl<Returning, T> StoreNew<Returning, T> for SqliteConn
where
    Insert<Sqlite, Returning>: for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn insert(&mut self, insert: Insert<Sqlite, Returning>) -> QueryResult<T> {
        self.spawn_blocking(move |conn| insert.get_result(conn)).await
    }
}

impl<Set, Key, Returning, T> StoreChange<Set, Key, Returning, T> for SqliteConn
where
    Update<Sqlite, Set, Key, Returning>:
        for<'q> LoadQuery<'q, SqliteConnection, T> + Send + 'static,
    T: Send + 'static,
{
    async fn update(&mut self, update: Update<Sqlite, Set, Key, Returning>) -> QueryResult<T> {
        self.spawn_blocking(move |conn| update.get_result(conn)).await
    }
}
