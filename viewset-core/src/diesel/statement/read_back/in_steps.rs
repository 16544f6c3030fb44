//! A statement of SQLite that is run in steps: its conditions are asked first.

use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Integer;
use diesel::sqlite::Sqlite;

use super::super::{Condition, Insert, Name, Update};

/// A statement that can be run so.
pub trait InSteps {
    /// Whether the row is found by its key once it is stored.
    fn is_found_by_its_key(&self) -> bool;

    /// The question whether one of its conditions forbids it, if there are any: then there is a row.
    fn taken(&self) -> Option<Taken<'_>>;
}

impl<Returning: QueryFragment<Sqlite>> InSteps for Insert<Sqlite, Returning> {
    fn is_found_by_its_key(&self) -> bool {
        self.counted || self.given_key().is_some()
    }

    fn taken(&self) -> Option<Taken<'_>> {
        Taken::new(self.table, &self.unless)
    }
}

impl<Returning> InSteps for Update<Sqlite, Returning> {
    fn is_found_by_its_key(&self) -> bool {
        true
    }

    fn taken(&self) -> Option<Taken<'_>> {
        Taken::new(self.table, &self.unless)
    }
}

/// `SELECT 1 FROM users WHERE …` for each condition.
#[derive(Clone, Copy)]
pub struct Taken<'a> {
    table: &'static Name<Sqlite>,
    unless: &'a [Condition<Sqlite>],
}

impl<'a> Taken<'a> {
    fn new(table: &'static Name<Sqlite>, unless: &'a [Condition<Sqlite>]) -> Option<Self> {
        (!unless.is_empty()).then_some(Self { table, unless })
    }
}

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
        for condition in self.unless {
            out.push_sql(before);
            self.table.walk_ast(out.reborrow())?;
            out.push_sql(" WHERE ");
            condition.walk_ast(out.reborrow())?;
            before = " UNION ALL SELECT 1 FROM ";
        }
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Taken<'_> {}
