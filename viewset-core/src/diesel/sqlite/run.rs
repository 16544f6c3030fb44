//! Statements on SQLite: plain diesel on the connection's blocking side. The wrapper of diesel-async would copy
//! every row.

use std::marker::PhantomData;

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::Expression;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Untyped};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{OptionalExtension as _, QueryResult, RunQueryDsl};

use super::SqliteConn;
use super::counts::counted;
use super::work::{Carried, Work, on, work};
use crate::diesel::gather::GatherFrom;
use crate::diesel::pool::out_of_reach;
use crate::diesel::statement::{Returning, RowStoredLast, RowWithKey, Stored, not_found_again};
use crate::diesel::window::{CountOf, Fetched, Limited, Window};
use crate::diesel::{Delete, FindRow, Load, LoadWindow, Store, Via, connection};
use crate::error::Result;
use crate::request::RequestHead;

/// Any statement: diesel's code for running it is made once, and not for each type of statement. Where there is one text
/// for an `I`, diesel finds it by this, and need not write it.
pub(in crate::diesel) struct Any<'a, I = ByText>(
    &'a dyn QueryFragment<Sqlite>,
    PhantomData<fn() -> I>,
);

impl<'a> Any<'a> {
    pub(in crate::diesel) fn new(statement: &'a dyn QueryFragment<Sqlite>) -> Self {
        Self(statement, PhantomData)
    }

    /// One that has the text for an `I`, if there is one.
    pub(in crate::diesel) fn known<I>(statement: &'a dyn QueryFragment<Sqlite>) -> Any<'a, I> {
        Any(statement, PhantomData)
    }
}

/// The same text is the same statement.
pub(in crate::diesel) struct ByText;

impl QueryId for ByText {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<I> Query for Any<'_, I> {
    type SqlType = Untyped;
}

impl<I: QueryId> QueryId for Any<'_, I> {
    type QueryId = I::QueryId;
    const HAS_STATIC_QUERY_ID: bool = I::HAS_STATIC_QUERY_ID;
}

impl<I> QueryFragment<Sqlite> for Any<'_, I> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<C, I> RunQueryDsl<C> for Any<'_, I> {}

/// All rows of a query, with room for so many.
fn all<R, ST>(
    query: &dyn QueryFragment<Sqlite>,
    room: usize,
    conn: &mut SqliteConnection,
) -> QueryResult<R>
where
    R: GatherFrom<ST, Sqlite>,
{
    let rows = LoadConnection::<DefaultLoadingMode>::load(conn, Any::new(query))?;
    let mut all = R::with_room(room);
    for row in rows {
        all.push(&row?).map_err(Error::DeserializationError)?;
    }
    Ok(all)
}

/// The first row of a query.
pub(super) fn first<T, ST, I: QueryId>(
    query: Any<'_, I>,
    conn: &mut SqliteConnection,
) -> QueryResult<T>
where
    T: FromSqlRow<ST, Sqlite>,
{
    let mut rows = LoadConnection::<DefaultLoadingMode>::load(conn, query)?;
    let row = rows.next().ok_or(Error::NotFound)??;
    T::build_from_row(&row).map_err(Error::DeserializationError)
}

impl<Q, T, ST> Load<Q, T> for SqliteConn
where
    Q: AsQuery,
    Q::Query: QueryFragment<Sqlite> + Send + 'static,
    Q::SqlType: CompatibleType<T, Sqlite, SqlType = ST>,
    T: FromSqlRow<ST, Sqlite> + Send + 'static,
    ST: 'static,
{
    async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
        let query = query.as_query();
        on(self, move |conn| all::<Vec<T>, ST>(&query, 0, conn)).await
    }

    async fn get_result(&mut self, query: Q) -> QueryResult<T> {
        let query = query.as_query();
        on(self, move |conn| first::<T, ST, _>(Any::new(&query), conn)).await
    }
}

impl<Counting, Selecting, R, ST> LoadWindow<Counting, Selecting, R> for SqliteConn
where
    Counting: Send + 'static,
    for<'a> CountOf<'a, Counting>: QueryFragment<Sqlite>,
    Limited<Selecting>: QueryFragment<Sqlite> + Query,
    <Limited<Selecting> as Query>::SqlType: CompatibleType<R::Row, Sqlite, SqlType = ST>,
    R: GatherFrom<ST, Sqlite> + Send + 'static,
    ST: 'static,
{
    async fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> QueryResult<Fetched<R>> {
        on(self, move |conn| {
            let (slice, total) = match window {
                Window::All => (None, None),
                Window::Slice(slice) => (Some(slice), None),
                Window::Counted(choose) => {
                    let count =
                        |conn: &mut _| first::<i64, BigInt, _>(Any::new(&CountOf(&counting)), conn);
                    let total = counted::<Counting>(conn, count)?;
                    let total = u64::try_from(total).unwrap_or_default();
                    match choose(total) {
                        None => return Ok(Fetched::no_page(total)),
                        Some(slice) if slice.offset >= total => return Ok(Fetched::nothing(total)),
                        slice => (slice, Some(total)),
                    }
                }
            };
            let room = slice.map_or(0, |slice| slice.room());
            let rows = all::<R, ST>(&Limited::new(select(counting), slice), room, conn)?;
            Ok(Fetched { rows: Some(rows), count: total })
        })
        .await
    }
}

impl<F, T, ST> FindRow<F, T> for SqliteConn
where
    F: Query + QueryFragment<Sqlite> + QueryId + Send + 'static,
    F::SqlType: CompatibleType<T, Sqlite, SqlType = ST>,
    T: FromSqlRow<ST, Sqlite> + Send + 'static,
    ST: 'static,
{
    async fn find_row(req: &RequestHead, by_key: F) -> Result<Option<T>> {
        let mut conn = connection::<Self>(req).await?;
        let find = move |conn: &mut _| first::<T, ST, _>(Any::known::<F>(&by_key), conn).optional();
        Ok(on(&mut conn, find).await?)
    }
}

/// Runs a statement that writes; where others share its transaction, perhaps twice.
fn write<'v, T: Send + 'static>(
    via: Via<'v, SqliteConn>,
    statement: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
) -> Carried<'v, T> {
    Carried::new(Box::pin(carry_via(via, work(statement))))
}

async fn carry_via(via: Via<'_, SqliteConn>, work: Box<dyn Work>) -> QueryResult<Box<dyn Work>> {
    match via {
        Via::Connection(conn) => conn.carry(work).await,
        Via::Database(db) => match &*db.alone {
            Some(writer) => writer.carry(work).await,
            None => {
                let mut conn = out_of_reach(db.writer().await)?;
                conn.carry(work).await
            }
        },
    }
}

impl<E, T, ST> Store<E, T> for SqliteConn
where
    E: Expression + 'static,
    E::SqlType: CompatibleType<T, Sqlite, SqlType = ST>,
    T: FromSqlRow<ST, Sqlite> + Send + 'static,
    ST: 'static,
{
    async fn store(via: Via<'_, Self>, statement: Returning<Sqlite, E>) -> QueryResult<Option<T>> {
        // On the writer's thread a statement is in a transaction, and nobody else writes meanwhile.
        let takes_steps = statement.write.is_found_by_its_key()
            && matches!(&via, Via::Database(db) if db.alone.is_some());
        let store = move |conn: &mut SqliteConnection| match takes_steps {
            true => store_in_steps::<E, T, ST>(&statement, conn),
            false => first::<T, ST, _>(Any::new(&statement), conn).optional(),
        };
        write(via, store).await
    }
}

/// `RETURNING` makes a table for the rows, and a condition about the same table another one: small statements one after
/// another take less.
fn store_in_steps<E, T, ST>(
    statement: &Returning<Sqlite, E>,
    conn: &mut SqliteConnection,
) -> QueryResult<Option<T>>
where
    T: FromSqlRow<ST, Sqlite> + 'static,
{
    if !statement.write.store_in_steps::<T>(conn)? {
        return Ok(None);
    }
    let stored = Stored(statement);
    let row = match statement.write.has_key() {
        true => first::<T, ST, _>(Any::known::<RowWithKey<T>>(&stored), conn),
        false => first::<T, ST, _>(Any::known::<RowStoredLast<T>>(&stored), conn),
    };
    row.map(Some).map_err(|error| match error {
        Error::NotFound => not_found_again(),
        error => error,
    })
}

impl<Q: QueryFragment<Sqlite> + QueryId + Send + 'static> Delete<Q> for SqliteConn {
    async fn delete(via: Via<'_, Self>, delete: Q) -> QueryResult<usize> {
        write(via, move |conn| Any::known::<Q>(&delete).execute(conn)).await
    }
}
