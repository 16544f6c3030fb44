//! Statements whose text depends on which columns are set. diesel prepares its own anew each time; these
//! have one text for each set of columns, by which their prepared statements are kept.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::{Column, RunQueryDsl};

use super::sql::{Name, Operand};

/// `INSERT INTO users (username, email) VALUES (?, ?) RETURNING …`
pub struct Insert<DB: Backend + 'static, Returning> {
    table: &'static Name<DB>,
    columns: Vec<(&'static str, Operand<DB>)>,
    returning: Returning,
}

impl<DB: Backend, Returning> Insert<DB, Returning> {
    /// A row without values: each column has its default.
    pub fn new(table: &'static Name<DB>, returning: Returning) -> Self {
        Self { table, columns: Vec::new(), returning }
    }

    /// The same, with the value of a column, if there is one.
    #[must_use]
    pub fn set<C: Column>(mut self, _column: C, value: Option<Operand<DB>>) -> Self {
        self.columns.extend(value.map(|value| (C::NAME, value)));
        self
    }
}

impl<DB: Backend, Returning: Expression> Query for Insert<DB, Returning> {
    type SqlType = Returning::SqlType;
}

impl<DB: Backend, Returning> QueryId for Insert<DB, Returning> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB> for Insert<DB, Returning> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        self.table.walk_ast(out.reborrow())?;
        if self.columns.is_empty() {
            out.push_sql(" DEFAULT VALUES");
        } else {
            let mut before = " (";
            for (name, _) in &self.columns {
                out.push_sql(before);
                out.push_identifier(name)?;
                before = ", ";
            }
            before = ") VALUES (";
            for (_, value) in &self.columns {
                out.push_sql(before);
                value.walk_ast(out.reborrow())?;
                before = ", ";
            }
            out.push_sql(")");
        }
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Returning, C> RunQueryDsl<C> for Insert<DB, Returning> {}

/// `UPDATE users SET email = ? WHERE id = ? RETURNING …`
pub struct Update<DB: Backend + 'static, Set, Row, Returning> {
    /// The table.
    pub table: &'static Name<DB>,
    /// The changed columns with their values; one at least.
    pub set: Set,
    /// What is true of the row.
    pub row: Row,
    /// What is read back.
    pub returning: Returning,
}

impl<DB, Set, Row, Returning> Query for Update<DB, Set, Row, Returning>
where
    DB: Backend,
    Returning: Expression,
{
    type SqlType = Returning::SqlType;
}

impl<DB: Backend, Set, Row, Returning> QueryId for Update<DB, Set, Row, Returning> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB, Set, Row, Returning> QueryFragment<DB> for Update<DB, Set, Row, Returning>
where
    DB: Backend,
    Set: QueryFragment<DB>,
    Row: QueryFragment<DB>,
    Returning: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.set.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.row.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Set, Row, Returning, C> RunQueryDsl<C> for Update<DB, Set, Row, Returning> {}
