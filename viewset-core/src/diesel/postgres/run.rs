//! Statements on PostgreSQL. What does not depend on one another is sent at once.

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, Query, QueryFragment};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::BigInt;
use futures_util::future::try_join;

use super::shared::{self, Kind};
use super::written::Written;
use super::{PgConn, PgRow};
use crate::diesel::networked::total;
use crate::diesel::window::{CountOf, Fetched, Limited, Slice, Window};
use crate::diesel::{Delete, FindRow, Load, LoadWindow, Store, Via, database};
use crate::error::Result;
use crate::request::RequestHead;

/// All rows of a query.
async fn rows<T, ST>(conn: &PgConn, query: QueryResult<Written>) -> QueryResult<Vec<T>>
where
    T: FromSqlRow<ST, Pg>,
{
    let mut rows = Vec::new();
    let look = |row: &PgRow| {
        rows.push(T::build_from_row(row)?);
        Ok(())
    };
    conn.each(query, look).await?;
    Ok(rows)
}

/// The row of a statement that has one at most. It counts only once the server has come to the end: a statement is
/// committed after its row was sent, and that can fail.
async fn row<T, ST>(conn: &PgConn, query: QueryResult<Written>) -> QueryResult<Option<T>>
where
    T: FromSqlRow<ST, Pg>,
{
    let mut first = None;
    let look = |row: &PgRow| {
        if first.is_none() {
            first = Some(T::build_from_row(row)?);
        }
        Ok(())
    };
    conn.each(query, look).await?;
    Ok(first)
}

impl<Q, T, ST> Load<Q, T> for PgConn
where
    Q: AsQuery,
    Q::Query: QueryFragment<Pg>,
    Q::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        rows::<T, ST>(self, self.write(&query.as_query())).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        row::<T, ST>(self, self.write(&query.as_query())).await?.ok_or(Error::NotFound)
    }
}

impl<Counting, Selecting, T, ST> LoadWindow<Counting, Selecting, T> for PgConn
where
    Counting: Send + 'static,
    for<'a> CountOf<'a, Counting>: QueryFragment<Pg> + Query<SqlType = BigInt>,
    Limited<Selecting>: QueryFragment<Pg> + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<T>> {
        let conn: &Self = self;
        let slice = match window {
            Window::All => None,
            Window::Slice(slice) => Some(slice),
            Window::Counted(choose) => {
                let counted = rows::<_, BigInt>(conn, conn.write(&CountOf(&counting)));
                return match choose(u64::MAX).filter(Slice::is_near) {
                    // Which page it is does not depend on the count: both are asked at once.
                    Some(guess) => {
                        let page = Limited::new(select(counting), Some(guess));
                        let page = rows::<T, ST>(conn, conn.write(&page));
                        let (counted, rows) = try_join(counted, page).await?;
                        let total = total(counted)?;
                        Ok(match choose(total) {
                            Some(slice) if slice == guess => {
                                Fetched { rows: Some(rows), count: Some(total) }
                            }
                            Some(_) => Fetched::nothing(total),
                            None => Fetched::no_page(total),
                        })
                    }
                    None => {
                        let total = total(counted.await?)?;
                        match choose(total) {
                            None => Ok(Fetched::no_page(total)),
                            Some(slice) if slice.offset >= total => Ok(Fetched::nothing(total)),
                            slice => {
                                let page = Limited::new(select(counting), slice);
                                let rows = Some(rows::<T, ST>(conn, conn.write(&page)).await?);
                                Ok(Fetched { rows, count: Some(total) })
                            }
                        }
                    }
                };
            }
        };
        let query = Limited::new(select(counting), slice);
        let rows = rows::<T, ST>(conn, conn.write(&query)).await?;
        Ok(Fetched { rows: Some(rows), count: None })
    }
}

impl<F, T, ST> FindRow<F, T> for PgConn
where
    F: Query + QueryFragment<Pg>,
    F::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn find_row(req: &RequestHead, by_key: F) -> Result<Option<T>> {
        let find = async |conn: &_, query| row::<T, ST>(conn, query).await;
        Ok(shared::run(database(req)?, Kind::Reads, by_key, find).await?)
    }
}

impl<S, T, ST> Store<S, T> for PgConn
where
    S: Query + QueryFragment<Pg>,
    S::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn store(via: Via<'_, Self>, statement: S) -> QueryResult<Option<T>> {
        match via {
            Via::Connection(conn) => row::<T, ST>(conn, conn.write(&statement)).await,
            Via::Database(db) => {
                let store = async |conn: &_, query| row::<T, ST>(conn, query).await;
                shared::run(db, Kind::Writes, statement, store).await
            }
        }
    }
}

impl<Q: QueryFragment<Pg>> Delete<Q> for PgConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        let deleted = match via {
            Via::Connection(conn) => conn.each(conn.write(&delete), |_| Ok(())).await?,
            Via::Database(db) => {
                let run = async |conn: &PgConn, query| conn.each(query, |_| Ok(())).await;
                shared::run(db, Kind::Writes, delete, run).await?
            }
        };
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
