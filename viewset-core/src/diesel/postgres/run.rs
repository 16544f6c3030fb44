//! Statements on PostgreSQL. What does not depend on one another is sent at once.

use diesel::QueryResult;
use diesel::deserialize::{self, FromSqlRow};
use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::BigInt;
use futures_util::future::try_join;

use super::conn::Look;
use super::kept::{Shape, Typed};
use super::shared::{self, Kind};
use super::written::Written;
use super::{PgConn, PgRow};
use crate::diesel::gather::GatherFrom;
use crate::diesel::networked::total;
use crate::diesel::purpose::selecting_besides;
use crate::diesel::statement::Returning;
use crate::diesel::window::{CountOf, Fetched, Limited, Slice, Window};
use crate::diesel::{ByKey, Delete, FindRow, Load, LoadWindow, Store, Via, database};
use crate::error::Result;
use crate::request::RequestHead;

/// All rows of a query, with room for so many.
async fn rows<R, ST>(conn: &PgConn, room: usize, query: Written<'_>) -> QueryResult<R>
where
    R: GatherFrom<ST, Pg>,
{
    let mut rows = R::with_room(room);
    let look: Look<'_> = &mut |row: &PgRow| rows.push(row);
    conn.each(query, look).await?;
    Ok(rows)
}

/// The rows of a page, and how many there are on all pages: in one statement, where the page has rows.
async fn page_and_count<R, ST>(
    conn: &PgConn,
    page: &dyn QueryFragment<Pg>,
    room: usize,
    count: &dyn QueryFragment<Pg>,
) -> QueryResult<(R, u64)>
where
    R: GatherFrom<ST, Pg>,
{
    let Some(both) = with_count(conn, page, count)? else {
        let count = rows::<Vec<_>, BigInt>(conn, 1, conn.write(count)?);
        let both = try_join(count, rows::<R, ST>(conn, room, conn.write(page)?));
        let (counted, rows) = Box::pin(both).await?;
        return Ok((rows, total(counted)?));
    };
    let (mut rows, mut counted) = (R::with_room(room), None);
    let look: Look<'_> = &mut |row: &PgRow| {
        rows.push(row)?;
        counted = counted.or_else(|| row.last_number());
        Ok(())
    };
    Box::pin(conn.each(conn.begin(both), look)).await?;
    let counted = match counted {
        Some(counted) => vec![counted],
        None => Box::pin(self::rows::<Vec<_>, BigInt>(conn, 1, conn.write(count)?)).await?,
    };
    Ok((rows, total(counted)?))
}

/// The mark of the count in the text by which a page with its count is remembered.
const COUNT: &str = ", (the count)";

/// The page with the count in a column more; `None` if they are not one statement.
fn with_count<'q>(
    conn: &PgConn,
    page: &dyn QueryFragment<Pg>,
    count: &dyn QueryFragment<Pg>,
) -> QueryResult<Option<Written<'q>>> {
    let (marked, has_count) = selecting_besides(COUNT.into(), || conn.marked(page));
    let (marked, is_remembered) = marked?;
    if !has_count {
        return Ok(None);
    }
    if is_remembered {
        return Ok(Some(marked));
    }
    let count = conn.compose(count)?;
    let (both, _) = selecting_besides(format!(", ({})", count.sql()).into(), || conn.compose(page));
    let mut both = both?;
    // Of what is bound before the count it knows nothing.
    let is_first = marked.sql().split(COUNT).next().is_some_and(|before| !before.contains('$'));
    if !is_first || !count.is_part_of(&both) {
        return Ok(None);
    }
    both.shape = Some(Box::new(Shape::Marked(marked.sql().to_owned())));
    Ok(Some(both))
}

/// The row of a statement that has one at most. It counts only once the server has come to the end: a statement is
/// committed after its row was sent, and that can fail.
async fn row<T, ST>(conn: &PgConn, query: Written<'_>) -> QueryResult<Option<T>>
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
        rows::<Vec<T>, ST>(self, 0, self.write(&query.as_query())?).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        row::<T, ST>(self, self.write(&query.as_query())?).await?.ok_or(Error::NotFound)
    }
}

impl<Counting, Selecting, R, ST> LoadWindow<Counting, Selecting, R> for PgConn
where
    Counting: Send + 'static,
    for<'a> CountOf<'a, Selecting>: QueryFragment<Pg> + Query<SqlType = BigInt>,
    Limited<Selecting>: QueryFragment<Pg> + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<R::Row, Pg, SqlType = ST>,
    R: GatherFrom<ST, Pg>,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<R>> {
        let conn: &Self = self;
        // What is distinct depends on what is selected, so the rows are counted as they are selected.
        let query = select(counting);
        let slice = match window {
            Window::All => None,
            Window::Slice(slice) => Some(slice),
            // Which page it is may not depend on the count: then both are one statement, or are asked at once.
            Window::Counted(choose) => match choose(u64::MAX).filter(Slice::is_near) {
                Some(guess) => {
                    let page = Limited::new(query, Some(guess));
                    let (room, count) = (guess.room(), page.count());
                    let (mut rows, total) =
                        page_and_count::<R, ST>(conn, &page, room, &count).await?;
                    let right = choose(total);
                    // A row that came after the page was read is counted: the page is read after the count, as DRF has it.
                    // Where a row went away in between, the second look is in vain.
                    if right == Some(guess) && (rows.length() as u64) < guess.length(total) {
                        let page = self::rows::<R, ST>(conn, room, conn.write(&page)?);
                        rows = Box::pin(page).await?;
                    }
                    return Ok(Fetched::guessed(rows, guess, right, total));
                }
                None => {
                    let counted = rows::<Vec<_>, BigInt>(conn, 1, conn.write(&CountOf(&query))?);
                    let total = total(Box::pin(counted).await?)?;
                    return match choose(total) {
                        None => Ok(Fetched::no_page(total)),
                        Some(slice) if slice.offset >= total => Ok(Fetched::nothing(total)),
                        slice => Ok(Fetched {
                            count: Some(total),
                            ..stretch::<_, R, ST>(conn, query, slice).await?
                        }),
                    };
                }
            },
        };
        stretch::<_, R, ST>(conn, query, slice).await
    }
}

/// A stretch of a query's rows, which nobody counts.
async fn stretch<Q, R, ST>(conn: &PgConn, query: Q, slice: Option<Slice>) -> QueryResult<Fetched<R>>
where
    Limited<Q>: QueryFragment<Pg>,
    R: GatherFrom<ST, Pg>,
{
    let (query, room) = (Limited::new(query, slice), slice.map_or(0, |slice| slice.room()));
    let rows = Box::pin(rows::<R, ST>(conn, room, conn.write(&query)?));
    Ok(Fetched { rows: Some(rows.await?), count: None })
}

impl<F, T, ST> FindRow<F, T> for PgConn
where
    F: Query + QueryFragment<Pg> + QueryId + ByKey<Pg>,
    F::SqlType: CompatibleType<T, Pg, SqlType = ST>,
    T: FromSqlRow<ST, Pg>,
{
    async fn find_row(req: &RequestHead, by_key: F) -> Result<Option<T>> {
        let mut row = None;
        let mut look = last_of::<T, ST>(&mut row);
        let found = shared::run(database(req)?, Kind::Reads, &Typed(&by_key), &mut look).await?;
        drop(look);
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
            Via::Connection(conn) => {
                Box::pin(row::<T, ST>(conn, conn.write_shaped(&statement)?)).await
            }
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

impl<Q: QueryFragment<Pg> + QueryId + ByKey<Pg>> Delete<Q> for PgConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        let (delete, look): (_, Look<'_>) = (Typed(&delete), &mut |_| Ok(()));
        let deleted = match via {
            Via::Connection(conn) => conn.each(conn.write_shaped(&delete)?, look).await?,
            Via::Database(db) => shared::run(db, Kind::Writes, &delete, look).await?,
        };
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
