//! Which of a query's rows are fetched, and whether all of them are counted.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;
use smol_str::SmolStr;

use super::gather::Gather;
use super::purpose::counting;

/// A stretch of a query's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// How many rows are left out before it.
    pub offset: u64,
    /// How many rows it has at most.
    pub limit: u64,
}

impl Slice {
    /// How many rows to make room for.
    pub(super) fn room(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX).min(MOST_ROOM)
    }

    /// How many rows it has if the query has so many.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn length(&self, total: u64) -> u64 {
        total.saturating_sub(self.offset).min(self.limit)
    }

    /// Whether it may be asked for before the number of rows is known: the last page of as many rows as can be is
    /// no page to guess.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn is_near(&self) -> bool {
        self.offset < 1 << 40
    }
}

/// For more rows than these no room is made before they are there.
const MOST_ROOM: usize = 100;

/// Where a stretch begins, once the number of all rows is known; `None` where there is no such page. It is also
/// asked about as many rows as can be, to guess before it is known.
pub type Choose = Box<dyn Fn(u64) -> Option<Slice> + Send>;

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

    /// All are counted, and none fetched.
    pub fn count() -> Self {
        Self::Counted(Box::new(|_| None))
    }
}

/// What was fetched.
#[derive(Debug)]
pub struct Fetched<R> {
    /// The rows; `None` if there is no such page.
    pub rows: Option<R>,
    /// How many rows the query has, where that was asked.
    pub count: Option<u64>,
}

impl<R: Gather> Fetched<R> {
    /// There is no such page among so many rows.
    pub(super) fn no_page(total: u64) -> Self {
        Self { rows: None, count: Some(total) }
    }

    /// The rows of a page that was guessed before they were counted: `right` is the one that was asked for.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn guessed(rows: R, guess: Slice, right: Option<Slice>, total: u64) -> Self {
        match right {
            Some(slice) if slice == guess => Self { rows: Some(rows), count: Some(total) },
            Some(_) => Self::nothing(total),
            None => Self::no_page(total),
        }
    }

    /// Nothing is left to be fetched of so many rows.
    pub(super) fn nothing(total: u64) -> Self {
        Self { rows: Some(R::with_room(0)), count: Some(total) }
    }
}

/// What a query selects in order to count its rows: `COUNT(*)`, or on PostgreSQL, where a query that is sorted
/// cannot be counted, what a subquery selects whose rows are counted.
#[derive(Clone, Copy, Debug)]
pub struct RowCount;

impl Expression for RowCount {
    type SqlType = BigInt;
}

impl<QS> AppearsOnTable<QS> for RowCount {}

impl<QS> SelectableExpression<QS> for RowCount {}

impl ValidGrouping<()> for RowCount {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for RowCount {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

macro_rules! counted_at_once {
    ($($backend:ty as $feature:literal),*) => {$(
        #[cfg(feature = $feature)]
        impl QueryFragment<$backend> for RowCount {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                out.push_sql("COUNT(*)");
                Ok(())
            }
        }

        #[cfg(feature = $feature)]
        impl<Q: QueryFragment<$backend>> QueryFragment<$backend> for CountOf<'_, Q> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                counting(|| self.0.walk_ast(out))
            }
        }
    )*};
}

counted_at_once!(diesel::sqlite::Sqlite as "sqlite", diesel::mysql::Mysql as "mysql");

#[cfg(feature = "postgres")]
impl QueryFragment<diesel::pg::Pg> for RowCount {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        out.push_sql("1");
        Ok(())
    }
}

/// The end of a statement that counts.
#[cfg(feature = "postgres")]
pub(super) const COUNTED: &str = ") AS counted";

/// The same, where rows are sorted that are only counted: PostgreSQL then brings them one by one to where they are.
#[cfg(feature = "postgres")]
pub(super) const COUNTED_IN_ORDER: &str = " ORDER BY 1) AS counted";

#[cfg(feature = "postgres")]
impl<Q: QueryFragment<diesel::pg::Pg>> QueryFragment<diesel::pg::Pg> for CountOf<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*) FROM (");
        counting(|| self.0.walk_ast(out.reborrow()))?;
        out.push_sql(COUNTED);
        Ok(())
    }
}

/// A query that counts, run without being used up.
#[derive(Clone, Copy, Debug)]
pub struct CountOf<'a, Q>(pub(super) &'a Q);

impl<Q> Query for CountOf<'_, Q> {
    type SqlType = BigInt;
}

impl<Q> QueryId for CountOf<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A query of which a stretch is fetched. The limit stands in the text: SQLite would plan a statement anew
/// for each value that is bound there. An offset is bound, so that all pages are one statement.
#[derive(Clone, Debug)]
pub struct Limited<Q> {
    query: Q,
    /// ` LIMIT 20`, or ` LIMIT 20 OFFSET `.
    limit: SmolStr,
    offset: i64,
}

impl<Q> Limited<Q> {
    pub(super) fn new(query: Q, slice: Option<Slice>) -> Self {
        let clamped = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let Some(Slice { offset, limit }) = slice else {
            return Self { query, limit: SmolStr::default(), offset: 0 };
        };
        let before_offset = if offset > 0 { " OFFSET " } else { "" };
        let mut digits = itoa::Buffer::new();
        let limit = [" LIMIT ", digits.format(clamped(limit)), before_offset];
        Self { query, limit: SmolStr::from_iter(limit), offset: clamped(offset) }
    }
}

#[cfg(feature = "postgres")]
impl<Q> Limited<Q> {
    /// How many rows there are in all.
    pub(super) fn count(&self) -> CountOf<'_, Q> {
        CountOf(&self.query)
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
        out.push_sql(&self.limit);
        if self.offset > 0 {
            out.push_bind_param::<BigInt, _>(&self.offset)?;
        }
        Ok(())
    }
}
