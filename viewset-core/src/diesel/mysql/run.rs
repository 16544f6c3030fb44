//! Statements on MySQL and MariaDB. Rows that are stored are read back by their keys, but those that MariaDB inserts: it
//! returns them.

use std::any::TypeId;

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::expression::Expression;
use diesel::mysql::Mysql;
use diesel::query_builder::{AsQuery, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::BigInt;

use super::conn::{Composed, Look, Write, Written};
use super::value::all_plain;
use super::{MysqlConn, MysqlRow};
use crate::diesel::gather::GatherFrom;
use crate::diesel::networked::total;
use crate::diesel::pool::out_of_reach;
use crate::diesel::purpose::selecting_besides;
use crate::diesel::statement::{
    Alone, NewRow, Returned, ReturnedRow, Returning, RowStoredLast, RowWithKey, Stored,
    not_found_again,
};
use crate::diesel::window::{CountOf, Fetched, Limited, Slice, Window};
use crate::diesel::{ByKey, Delete, FindRow, Load, LoadWindow, Store, Via, connection};
use crate::error::Result;
use crate::request::RequestHead;

/// The rows of a query, with room for so many.
async fn rows<R, ST>(conn: &mut MysqlConn, room: usize, query: Write<'_>) -> QueryResult<R>
where
    R: GatherFrom<ST, Mysql>,
{
    let mut rows = R::with_room(room);
    conn.ask(query, &mut |row| rows.push(row)).await?;
    Ok(rows)
}

/// The row of a query that has one at most.
async fn only<T, ST>(conn: &mut MysqlConn, query: Write<'_>) -> QueryResult<Option<T>>
where
    T: FromSqlRow<ST, Mysql>,
{
    let mut only = None;
    let look: Look<'_> = &mut |row: &MysqlRow| {
        if only.is_none() {
            only = Some(T::build_from_row(row)?);
        }
        Ok(())
    };
    conn.ask(query, look).await?;
    Ok(only)
}

impl MysqlConn {
    /// Runs a statement that brings no rows; how many it has changed.
    async fn change(&mut self, statement: QueryResult<Written>) -> QueryResult<u64> {
        self.each::<dyn FnMut(&_) -> _>(statement?, &mut |_| Ok(())).await
    }

    /// Writes a query of a user's.
    fn write_query<Q: QueryFragment<Mysql> + QueryId>(
        &mut self,
        query: &Q,
    ) -> QueryResult<Written> {
        self.write(query, Q::query_id(), None)
    }

    /// The same for one by a key.
    fn write_by_key<Q>(&mut self, query: &Q) -> QueryResult<Written>
    where
        Q: QueryFragment<Mysql> + QueryId + ByKey<Mysql>,
    {
        self.write(query, Q::query_id(), all_plain(std::iter::once(query.key())))
    }
}

impl<Q, T, ST> Load<Q, T> for MysqlConn
where
    Q: AsQuery,
    Q::Query: QueryFragment<Mysql> + QueryId,
    Q::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        let query = query.as_query();
        rows::<Vec<T>, ST>(self, 0, &mut |conn| conn.write_query(&query)).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        let query = query.as_query();
        only(self, &mut |conn| conn.write_query(&query)).await?.ok_or(Error::NotFound)
    }
}

impl<F, T, ST> FindRow<F, T> for MysqlConn
where
    F: Query + QueryFragment<Mysql> + QueryId + ByKey<Mysql>,
    F::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql>,
{
    async fn find_row(req: &RequestHead, by_key: F) -> Result<Option<T>> {
        let mut conn = connection::<Self>(req).await?;
        Ok(only::<T, ST>(&mut conn, &mut |conn| conn.write_by_key(&by_key)).await?)
    }
}

impl<Q: QueryFragment<Mysql> + QueryId + ByKey<Mysql>> Delete<Q> for MysqlConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        let deleted = match via {
            Via::Connection(conn) => {
                let delete = conn.write_by_key(&delete);
                conn.change(delete).await?
            }
            Via::Database(db) => {
                let mut conn = out_of_reach(db.connection().await)?;
                let delete = conn.write_by_key(&delete);
                conn.change(delete).await?
            }
        };
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
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
                let count = Composed::new(&CountOf(&counting))?;
                // Which page it is may not depend on the count: then both are one statement.
                if let Some(guess) = choose(u64::MAX).filter(Slice::is_near) {
                    let page = Limited::new(select(counting), Some(guess));
                    let (rows, total) = page_and_count::<R, ST>(self, &page, guess, count).await?;
                    return Ok(Fetched::guessed(rows, guess, choose(total), total));
                }
                let total = counted(self, &count).await?;
                match choose(total) {
                    None => return Ok(Fetched::no_page(total)),
                    Some(slice) if slice.offset >= total => return Ok(Fetched::nothing(total)),
                    slice => (slice, Some(total)),
                }
            }
        };
        let room = slice.map_or(0, |slice| slice.room());
        let page = Limited::new(select(counting), slice);
        let rows = rows::<R, ST>(self, room, &mut |conn| conn.write_query(&page)).await?;
        Ok(Fetched { rows: Some(rows), count: total })
    }
}

async fn counted(conn: &mut MysqlConn, count: &Composed) -> QueryResult<u64> {
    total(rows::<Vec<_>, BigInt>(conn, 1, &mut |conn| Ok(conn.begin(count.clone()))).await?)
}

/// The rows of a page, and how many there are on all pages: in one statement, where the page has rows.
async fn page_and_count<R, ST>(
    conn: &mut MysqlConn,
    page: &dyn QueryFragment<Mysql>,
    slice: Slice,
    count: Composed,
) -> QueryResult<(R, u64)>
where
    R: GatherFrom<ST, Mysql>,
{
    let (mut rows, mut found) = (R::with_room(slice.room()), None);
    let mut both = with_count(conn, page, &count)?;
    if both.is_some() {
        let look: Look<'_> = &mut |row: &MysqlRow| {
            rows.push(row)?;
            found = found.or_else(|| row.last_number());
            Ok(())
        };
        // What was one statement is one again.
        let query: Write<'_> = &mut |conn| {
            let both = match both.take() {
                Some(both) => Some(both),
                None => with_count(conn, page, &count)?,
            };
            both.map(|both| conn.begin(both)).ok_or(Error::NotFound)
        };
        conn.ask(query, look).await?;
    }
    if let Some(found) = found {
        return Ok((rows, total(vec![found])?));
    }
    let total = counted(conn, &count).await?;
    // They were not asked for, or a row came after they were read and before it was counted: they are read after the count, as
    // DRF has it. Where a row went away in between, the second look is in vain.
    if (rows.length() as u64) < slice.length(total) {
        let page: Write<'_> = &mut |conn| conn.write(page, None, None);
        rows = self::rows::<R, ST>(conn, slice.room(), page).await?;
    }
    Ok((rows, total))
}

/// The page with the count in a column more; `None` if they are not one statement.
fn with_count(
    conn: &MysqlConn,
    page: &dyn QueryFragment<Mysql>,
    count: &Composed,
) -> QueryResult<Option<Composed>> {
    let column = [", (", &count.sql, ")"].concat();
    let (both, has_count) = selecting_besides(column.into(), || Composed::new(page));
    let mut both = both?;
    // What is bound in the page comes behind what is bound in the count, which is looked at once for a text.
    let is_in_order = || {
        let before = both.sql.split(&count.sql).next();
        before.is_some_and(|before| !before.contains('?'))
    };
    if !has_count || !(conn.keeps(&both.sql) || is_in_order()) {
        return Ok(None);
    }
    both.values.splice(0..0, count.values.iter().cloned());
    both.comes_again &= count.comes_again;
    Ok(Some(both))
}

/// Runs a statement and reads the row that it has stored: from what it returns, or else back by its key.
async fn stored<E, T, ST>(
    conn: &mut MysqlConn,
    statement: Returning<Mysql, E>,
) -> QueryResult<Option<T>>
where
    E: Expression,
    E::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql> + 'static,
{
    let mut values = all_plain(statement.operands());
    if conn.returns_rows && statement.write.is_new() {
        let kind = statement.write.is_known().then(TypeId::of::<ReturnedRow<T>>);
        let query: Write<'_> = &mut |conn| conn.write(&Returned(&statement), kind, values.take());
        return only::<T, ST>(conn, query).await;
    }
    let kind = statement.write.is_known().then(TypeId::of::<NewRow<T>>);
    let write = conn.write(&Alone(&statement.write), kind, values);
    if conn.change(write).await? == 0 {
        return Ok(None);
    }
    let kind = match statement.write.has_key() {
        true => TypeId::of::<RowWithKey<T>>(),
        false => TypeId::of::<RowStoredLast<T>>(),
    };
    let query: Write<'_> = &mut |conn| conn.write(&Stored(&statement), Some(kind), None);
    match only::<T, ST>(conn, query).await? {
        None if statement.write.is_new() => Err(not_found_again()),
        row => Ok(row),
    }
}

impl<E, T, ST> Store<E, T> for MysqlConn
where
    E: Expression,
    E::SqlType: CompatibleType<T, Mysql, SqlType = ST>,
    T: FromSqlRow<ST, Mysql> + 'static,
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
