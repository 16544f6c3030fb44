//! Statements on PostgreSQL. What does not depend on one another is sent at once.

use diesel::QueryResult;
use diesel::deserialize::{self, FromSqlRow};
use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, Query, QueryFragment};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::BigInt;
use futures_util::future::try_join;

use super::conn::Look;
use super::shared::{self, Kind};
use super::written::Written;
use super::{PgConn, PgRow};
use crate::diesel::networked::total;
use crate::diesel::purpose::selecting_besides;
use crate::diesel::statement::Returning;
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
    let look: Look<'_> = &mut |row: &PgRow| {
        rows.push(T::build_from_row(row)?);
        Ok(())
    };
    conn.each(query, look).await?;
    Ok(rows)
}

/// The rows of a page, and how many there are on all pages: in one statement, where the page has rows.
async fn page_and_count<T, ST>(
    conn: &PgConn,
    page: &dyn QueryFragment<Pg>,
    count: Written,
) -> QueryResult<(Vec<T>, u64)>
where
    T: FromSqlRow<ST, Pg>,
{
    let (both, has_count) = selecting_besides(count.sql(), || conn.compose(page));
    let both = both?;
    if !has_count || !count.is_part_of(&both) {
        let count = rows::<_, BigInt>(conn, Ok(conn.begin(count)));
        let both = try_join(count, rows::<T, ST>(conn, conn.write(page)));
        let (counted, rows) = Box::pin(both).await?;
        return Ok((rows, total(counted)?));
    }
    let (mut rows, mut counted) = (Vec::new(), None);
    let look: Look<'_> = &mut |row: &PgRow| {
        rows.push(T::build_from_row(row)?);
        counted = counted.or_else(|| row.last_number());
        Ok(())
    };
    conn.each(Ok(conn.begin(both)), look).await?;
    let counted = match counted {
        Some(counted) => vec![counted],
        None => Box::pin(self::rows::<_, BigInt>(conn, Ok(conn.begin(count)))).await?,
    };
    Ok((rows, total(counted)?))
}

/// The row of a statement that has one at most. It counts only once the server has come to the end: a statement is
/// committed after its row was sent, and that can fail.
async fn row<T, ST>(conn: &PgConn, query: QueryResult<Written>) -> QueryResult<Option<T>>
where
    T: FromSqlRow<ST, Pg>,
{
    let mut row = None;
    let mut look = last_of::<T, ST>(&mut row);
    conn.each::<dyn FnMut(&_) -> _>(query, &mut look).await?;
    drop(look);
    Ok(row)
}

/// Reads the last row, which replaces what an attempt before may have brought.
fn last_of<T, ST>(last: &mut Option<T>) -> impl FnMut(&PgRow) -> deserialize::Result<()>
where
    T: FromSqlRow<ST, Pg>,
{
    |row| {
        *last = Some(T::build_from_row(row)?);
        Ok(())
    }
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
                let count = conn.compose(&CountOf(&counting))?;
                // Which page it is may not depend on the count: then both are one statement, or are asked at once.
                if let Some(guess) = choose(u64::MAX).filter(Slice::is_near) {
                    let page = Limited::new(select(counting), Some(guess));
                    let (rows, total) = page_and_count::<T, ST>(conn, &page, count).await?;
                    return Ok(match choose(total) {
                        Some(slice) if slice == guess => {
                            Fetched { rows: Some(rows), count: Some(total) }
                        }
                        Some(_) => Fetched::nothing(total),
                        None => Fetched::no_page(total),
                    });
                }
                let counted = Box::pin(rows::<_, BigInt>(conn, Ok(conn.begin(count))));
                let total = total(counted.await?)?;
                return match choose(total) {
                    None => Ok(Fetched::no_page(total)),
                    Some(slice) if slice.offset >= total => Ok(Fetched::nothing(total)),
                    slice => {
                        let page = Limited::new(select(counting), slice);
                        let rows = Box::pin(rows::<T, ST>(conn, conn.write(&page)));
                        Ok(Fetched { rows: Some(rows.await?), count: Some(total) })
                    }
                };
            }
        };
        let query = Limited::new(select(counting), slice);
        let rows = Box::pin(rows::<T, ST>(conn, conn.write(&query)));
        Ok(Fetched { rows: Some(rows.await?), count: None })
    }
}

impl<F, T, ST> FindRow<F, T> for PgConn
where
    F: Query + QueryFragment<Pg>,
    F::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn find_row(req: &RequestHead, by_key: F) -> Result<Option<T>> {
        let mut row = None;
        let db = database(req)?;
        let found = shared::run(db, Kind::Reads, &by_key, &mut last_of::<T, ST>(&mut row)).await?;
        Ok(row.filter(|_| found > 0))
    }
}

impl<E, T, ST> Store<E, T> for PgConn
where
    E: Expression,
    E::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn store(via: Via<'_, Self>, statement: Returning<Pg, E>) -> QueryResult<Option<T>> {
        match via {
            Via::Connection(conn) => row::<T, ST>(conn, conn.write(&statement)).await,
            Via::Database(db) => {
                let mut row = None;
                let mut look = last_of::<T, ST>(&mut row);
                let stored = shared::run(db, Kind::Writes, &statement, &mut look).await?;
                drop(look);
                Ok(row.filter(|_| stored > 0))
            }
        }
    }
}

impl<Q: QueryFragment<Pg>> Delete<Q> for PgConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        let deleted = match via {
            Via::Connection(conn) => conn.each(conn.write(&delete), &mut |_| Ok(())).await?,
            Via::Database(db) => shared::run(db, Kind::Writes, &delete, &mut |_| Ok(())).await?,
        };
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
