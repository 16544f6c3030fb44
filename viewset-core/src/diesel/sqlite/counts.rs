//! How many rows tables have, as long as nobody writes: a connection that only reads is told by SQLite whether another one
//! has changed the file since it asked last.

use std::any::TypeId;
use std::cell::RefCell;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{QueryResult, RunQueryDsl};

use crate::by_type::ByType;

/// What a connection has counted, by the type of the query that counts: on such connections that is all rows of a table.
#[derive(Debug, Default)]
pub(in crate::diesel) struct Counts {
    version: i64,
    known: ByType<i64>,
}

thread_local! {
    /// Those of the connection whose statement runs here.
    static HERE: RefCell<Option<Counts>> = const { RefCell::new(None) };
}

/// Runs a statement of a connection with what it has counted.
pub(super) fn with<T>(counts: &mut Option<Counts>, run: impl FnOnce() -> T) -> T {
    HERE.set(Some(counts.take().unwrap_or_default()));
    let result = run();
    *counts = HERE.take();
    result
}

/// The number of rows that `Q` counts: as it was, if nothing has changed.
pub(super) fn counted<Q: 'static>(
    conn: &mut SqliteConnection,
    count: impl FnOnce(&mut SqliteConnection) -> QueryResult<i64>,
) -> QueryResult<i64> {
    if HERE.with_borrow(Option::is_none) {
        return count(conn);
    }
    // It is asked before the rows are counted: what is written in between is noticed the next time.
    let version: i64 = DataVersion.get_result(conn)?;
    let known = HERE.with_borrow_mut(|counts| {
        let counts = counts.as_mut()?;
        if counts.version != version {
            counts.known.clear();
            counts.version = version;
        }
        counts.known.get(&TypeId::of::<Q>()).copied()
    });
    if let Some(known) = known {
        return Ok(known);
    }
    let total = count(conn)?;
    HERE.with_borrow_mut(|counts| {
        if let Some(counts) = counts {
            counts.known.insert(TypeId::of::<Q>(), total);
        }
    });
    Ok(total)
}

/// `PRAGMA data_version`
struct DataVersion;

impl Query for DataVersion {
    type SqlType = BigInt;
}

impl QueryId for DataVersion {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for DataVersion {}
