//! A statement of SQLite that is run in steps: its conditions are asked first.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Integer;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{OptionalExtension as _, RunQueryDsl};

use super::{Alone, NewRow, Write};
use crate::diesel::sqlite::Any;
use crate::diesel::statement::at_once;

impl Write<Sqlite> {
    /// Whether the row is found by its key once it is stored.
    pub(in crate::diesel) fn is_found_by_its_key(&self) -> bool {
        self.counted || self.has_key()
    }

    /// Asks the conditions and stores the row, which is one of those that are read as a `T`; whether it was.
    pub(in crate::diesel) fn store_in_steps<T: 'static>(
        &self,
        conn: &mut SqliteConnection,
    ) -> QueryResult<bool> {
        let is_taken =
            !self.unless.is_empty() && Taken(self).get_result::<i32>(conn).optional()?.is_some();
        if is_taken {
            return Ok(false);
        }
        let alone = Alone(self);
        let stored = match self.is_known() {
            true => Any::known::<NewRow<T>>(&alone).execute(conn)?,
            false => Any::new(&alone).execute(conn)?,
        };
        Ok(stored > 0)
    }
}

/// The question whether one of the conditions forbids it: `SELECT 1 FROM users WHERE …` for each.
#[derive(Clone, Copy)]
struct Taken<'a>(&'a Write<Sqlite>);

impl Query for Taken<'_> {
    type SqlType = Integer;
}

/// The same text is the same statement.
impl QueryId for Taken<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for Taken<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut before = "SELECT 1 FROM ";
        for condition in &self.0.unless {
            at_once(&mut out, |text| {
                text.extend([before, self.0.table.text(), " WHERE "]);
            });
            condition.walk_ast(out.reborrow())?;
            before = " UNION ALL SELECT 1 FROM ";
        }
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Taken<'_> {}
