//! Which of a query's rows are fetched, and whether all of them are counted.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;
use diesel::{Connection, RunQueryDsl};

/// A stretch of a query's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// How many rows are left out before it.
    pub offset: u64,
    /// How many rows it has at most.
    pub limit: u64,
}

/// Where a stretch begins, once the number of all rows is known; `None` where there is no such page.
pub type Choose = Box<dyn FnOnce(u64) -> Option<Slice> + Send>;

/// Which rows are fetched.
pub enum Window {
    /// All.
    All,
    /// A stretch, and nobody counts.
    Slice(Slice),
    /// All are counted first, in the same trip to the database.
    Counted(Choose),
}

impl Window {
    /// Counts all rows and fetches these.
    pub fn counted(slice: Slice) -> Self {
        Self::Counted(Box::new(move |_| Some(slice)))
    }
}

/// What was fetched.
#[derive(Debug)]
pub struct Fetched<T> {
    /// The rows; `None` if there is no such page.
    pub rows: Option<Vec<T>>,
    /// How many rows the query has, where that was asked.
    pub count: Option<u64>,
}

impl<T> Fetched<T> {
    /// The same with other rows.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Fetched<U> {
        let rows = self.rows.map(|rows| rows.into_iter().map(convert).collect());
        Fetched { rows, count: self.count }
    }
}

/// Runs a query in a window. `count` makes the query that counts of one that fetches, and `select` the
/// other way round: the parts of a boxed query cannot be cloned, but moved to and fro.
pub fn run<Q, Counting, Selecting, T, C>(
    query: Q,
    window: Window,
    count: impl FnOnce(Q) -> Counting,
    select: impl FnOnce(Counting) -> Selecting,
    conn: &mut C,
) -> QueryResult<Fetched<T>>
where
    C: Connection,
    for<'a> CountOf<'a, Counting>: LoadQuery<'a, C, i64>,
    for<'a> Limited<Selecting>: LoadQuery<'a, C, T>,
{
    let counting = count(query);
    let (slice, total) = match window {
        Window::All => (None, None),
        Window::Slice(slice) => (Some(slice), None),
        Window::Counted(choose) => {
            let total: i64 = CountOf(&counting).get_result(conn)?;
            let total = u64::try_from(total).unwrap_or_default();
            match choose(total) {
                None => return Ok(Fetched { rows: None, count: Some(total) }),
                // Nothing is there to be fetched.
                Some(slice) if slice.offset >= total => {
                    return Ok(Fetched { rows: Some(Vec::new()), count: Some(total) });
                }
                slice => (slice, Some(total)),
            }
        }
    };
    let rows = Limited::new(select(counting), slice).load(conn)?;
    Ok(Fetched { rows: Some(rows), count: total })
}

/// A query that counts, run without being used up.
#[derive(Clone, Copy, Debug)]
pub struct CountOf<'a, Q>(&'a Q);

impl<Q> Query for CountOf<'_, Q> {
    type SqlType = BigInt;
}

impl<Q> QueryId for CountOf<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB: Backend> QueryFragment<DB> for CountOf<'_, Q>
where
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Q, C> RunQueryDsl<C> for CountOf<'_, Q> {}

/// A query of which a stretch is fetched. The limit stands in the text: SQLite would plan a statement anew
/// for each value that is bound there. An offset is bound, so that all pages are one statement.
#[derive(Clone, Copy, Debug)]
pub struct Limited<Q> {
    query: Q,
    limit: Option<i64>,
    offset: i64,
}

impl<Q> Limited<Q> {
    fn new(query: Q, slice: Option<Slice>) -> Self {
        let clamped = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let offset = slice.map_or(0, |slice| clamped(slice.offset));
        Self { query, limit: slice.map(|slice| clamped(slice.limit)), offset }
    }
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Limited<Q>
where
    DB: Backend + diesel::sql_types::HasSqlType<BigInt>,
    i64: diesel::serialize::ToSql<BigInt, DB>,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        let Some(limit) = self.limit else { return Ok(()) };
        out.push_sql(" LIMIT ");
        out.push_sql(&limit.to_string());
        if self.offset > 0 {
            out.push_sql(" OFFSET ");
            out.push_bind_param::<BigInt, _>(&self.offset)?;
        }
        Ok(())
    }
}

impl<Q, C> RunQueryDsl<C> for Limited<Q> {}
