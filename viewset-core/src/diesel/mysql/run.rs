//! Statements on MySQL and MariaDB, which return no rows of what they store: it is read back by its key.

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::mysql::Mysql;
use diesel::query_builder::{AsQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::sql_types::BigInt;
use diesel_async::AsyncConnectionCore as _;

use super::MysqlConn;
use crate::diesel::networked::{collect, run_by_diesel_async, total};
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Alone, Stored};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{LoadWindow, Store, Via};

run_by_diesel_async!(MysqlConn, Mysql);

/// The rows of a query.
async fn rows<Q, T, ST>(conn: &mut MysqlConn, query: Q) -> QueryResult<Vec<T>>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    collect(conn.load(query).await?, |row| T::build_from_row(row)).await
}

impl<Counting, Selecting, T, ST> LoadWindow<Counting, Selecting, T> for MysqlConn
where
    for<'a> CountOf<'a, Counting>: QueryFragment<Mysql> + QueryId + Query<SqlType = BigInt>,
    Limited<Selecting>: QueryFragment<Mysql> + QueryId + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<T>> {
        let (slice, total) = match window {
            Window::All => (None, None),
            Window::Slice(slice) => (Some(slice), None),
            Window::Counted(choose) => {
                let total = total(rows(self, CountOf(&counting)).await?)?;
                match choose(total) {
                    None => return Ok(Fetched::no_page(total)),
                    Some(slice) if slice.offset >= total => return Ok(Fetched::nothing(total)),
                    slice => (slice, Some(total)),
                }
            }
        };
        let rows = rows(self, Limited::new(select(counting), slice)).await?;
        Ok(Fetched { rows: Some(rows), count: total })
    }
}

/// Runs a statement and reads back the row that it has stored.
async fn stored<S, T, ST>(conn: &mut MysqlConn, statement: S) -> QueryResult<Option<T>>
where
    for<'q> Alone<'q, S>: QueryFragment<Mysql> + QueryId,
    for<'q> Stored<'q, S>: Query + QueryFragment<Mysql> + QueryId,
    for<'q> <Stored<'q, S> as Query>::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    conn.execute_returning_count(Alone(&statement)).await?;
    Ok(rows(conn, Stored(&statement)).await?.into_iter().next())
}

impl<S, T, ST> Store<S, T> for MysqlConn
where
    for<'q> Alone<'q, S>: QueryFragment<Mysql> + QueryId,
    for<'q> Stored<'q, S>: Query + QueryFragment<Mysql> + QueryId,
    for<'q> <Stored<'q, S> as Query>::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn store(via: Via<'_, Self>, statement: S) -> QueryResult<Option<T>> {
        match via {
            Via::Connection(conn) => stored(conn, statement).await,
            Via::Database(db) => {
                stored(&mut *out_of_reach(db.connection().await)?, statement).await
            }
        }
    }
}
