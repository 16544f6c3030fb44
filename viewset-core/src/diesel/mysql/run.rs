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
use crate::diesel::networked::total;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Alone, Returning, Stored, not_found_again};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Delete, FindRow, Load, LoadWindow, Store, Via, connection};
use crate::error::Result;
use crate::request::RequestHead;

/// The rows of a query.
async fn rows<Q, T, ST>(conn: &mut MysqlConn, query: Q) -> QueryResult<Vec<T>>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    let rows = AsyncConnectionCore::load(conn, query).await?;
    let read = |row| async move { T::build_from_row(&row).map_err(Error::DeserializationError) };
    rows.and_then(read).try_collect().await
}

impl<Q, T, ST> Load<Q, T> for MysqlConn
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        rows(self, query).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        rows(self, query).await?.into_iter().next().ok_or(Error::NotFound)
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
        Ok(rows(&mut conn, find).await?.into_iter().next())
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
    match rows(conn, Stored(&statement)).await?.into_iter().next() {
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
