//! Statements on MySQL and MariaDB, which return no rows of what they store: it is read back by its key.

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::expression::Expression;
use diesel::mysql::Mysql;
use diesel::query_builder::{AsQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::BigInt;
use diesel_async::AsyncConnectionCore;
use futures_util::TryStreamExt as _;

use super::MysqlConn;
use crate::diesel::gather::GatherFrom;
use crate::diesel::networked::total;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Alone, Returning, Stored, not_found_again};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Delete, FindRow, Load, LoadWindow, Store, Via, connection};
use crate::error::Result;
use crate::request::RequestHead;

/// The rows of a query.
async fn rows<Q, R, ST>(conn: &mut MysqlConn, room: usize, query: Q) -> QueryResult<R>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<R::Row, Mysql, SqlType = ST>,
    R: GatherFrom<ST, Mysql>,
{
    let mut rows = AsyncConnectionCore::load(conn, query).await?;
    let mut all = R::with_room(room);
    while let Some(row) = rows.try_next().await? {
        all.push(&row).map_err(Error::DeserializationError)?;
    }
    Ok(all)
}

/// The row of a query that has one at most.
async fn only<Q, T, ST>(conn: &mut MysqlConn, query: Q) -> QueryResult<Option<T>>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    let rows: Vec<T> = rows(conn, 1, query).await?;
    Ok(rows.into_iter().next())
}

impl<Q, T, ST> Load<Q, T> for MysqlConn
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        rows(self, 0, query).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        only(self, query).await?.ok_or(Error::NotFound)
    }
}

impl<F, T, ST> FindRow<F, T> for MysqlConn
where
    F: Query + QueryFragment<Mysql> + QueryId,
    F::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn find_row(req: &RequestHead, find: F) -> Result<Option<T>> {
        let mut conn = connection::<Self>(req).await?;
        Ok(only(&mut conn, find).await?)
    }
}

impl<Q: QueryFragment<Mysql> + QueryId> Delete<Q> for MysqlConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        match via {
            Via::Connection(conn) => conn.execute_returning_count(delete).await,
            Via::Database(db) => {
                out_of_reach(db.connection().await)?.execute_returning_count(delete).await
            }
        }
    }
}

impl<Counting, Selecting, R, ST> LoadWindow<Counting, Selecting, R> for MysqlConn
where
    for<'a> CountOf<'a, Counting>: QueryFragment<Mysql> + QueryId + Query<SqlType = BigInt>,
    Limited<Selecting>: QueryFragment<Mysql> + QueryId + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<R::Row, Mysql, SqlType = ST>,
    R: GatherFrom<ST, Mysql>,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<R>> {
        let (slice, total) = match window {
            Window::All => (None, None),
            Window::Slice(slice) => (Some(slice), None),
            Window::Counted(choose) => {
                let total = total(rows(self, 1, CountOf(&counting)).await?)?;
                match choose(total) {
                    None => return Ok(Fetched::no_page(total)),
                    Some(slice) if slice.offset >= total => return Ok(Fetched::nothing(total)),
                    slice => (slice, Some(total)),
                }
            }
        };
        let room = slice.map_or(0, |slice| slice.room());
        let rows = rows(self, room, Limited::new(select(counting), slice)).await?;
        Ok(Fetched { rows: Some(rows), count: total })
    }
}

/// Runs a statement and reads back the row that it has stored.
async fn stored<E, T, ST>(
    conn: &mut MysqlConn,
    statement: Returning<Mysql, E>,
) -> QueryResult<Option<T>>
where
    E: Expression,
    E::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    conn.execute_returning_count(Alone(&statement.write)).await?;
    match only(conn, Stored(&statement)).await? {
        None if statement.write.is_new() => Err(not_found_again()),
        row => Ok(row),
    }
}

impl<E, T, ST> Store<E, T> for MysqlConn
where
    E: Expression,
    E::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn store(via: Via<'_, Self>, statement: Returning<Mysql, E>) -> QueryResult<Option<T>> {
        match via {
            Via::Connection(conn) => stored(conn, statement).await,
            Via::Database(db) => {
                stored(&mut *out_of_reach(db.connection().await)?, statement).await
            }
        }
    }
}
