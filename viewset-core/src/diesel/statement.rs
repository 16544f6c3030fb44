//! Statements whose text depends on which columns are set. diesel prepares its own anew each time; these
//! have one text for each set of columns, by which their prepared statements are kept.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::{Column, RunQueryDsl};

use super::sql::{Condition, Name, Operand};

/// A row to be stored.
pub struct Insert<DB: Backend + 'static, Returning> {
    table: &'static Name<DB>,
    /// The column by which the row is read back.
    #[cfg(feature = "mysql")]
    key: &'static str,
    columns: Vec<(&'static str, Operand<DB>)>,
    unless: Vec<Condition<DB>>,
    returning: Returning,
}

impl<DB: Backend, Returning> Insert<DB, Returning> {
    /// A row without values: each column has its default.
    pub fn new<Key: Column>(table: &'static Name<DB>, _key: Key, returning: Returning) -> Self {
        Self {
            table,
            #[cfg(feature = "mysql")]
            key: Key::NAME,
            columns: Vec::new(),
            unless: Vec::new(),
            returning,
        }
    }

    /// The same, with the value of a column, if there is one.
    #[must_use]
    pub fn set<C: Column>(mut self, _column: C, value: Option<Operand<DB>>) -> Self {
        self.columns.extend(value.map(|value| (C::NAME, value)));
        self
    }

    /// The same, unless a row satisfies one of these. It has a value at least.
    #[must_use]
    pub fn unless(mut self, unless: Vec<Condition<DB>>) -> Self {
        self.unless = unless;
        self
    }
}

/// ` AND NOT EXISTS (SELECT 1 FROM users WHERE users.username = ?)` for each condition.
fn walk_unless<'b, DB: Backend>(
    table: &'b Name<DB>,
    unless: &'b [Condition<DB>],
    mut before: &'static str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    for condition in unless {
        out.push_sql(before);
        out.push_sql("NOT EXISTS (SELECT 1 FROM ");
        table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        condition.walk_ast(out.reborrow())?;
        out.push_sql(")");
        before = " AND ";
    }
    Ok(())
}

impl<DB: Backend, Returning: QueryFragment<DB>> Insert<DB, Returning> {
    /// `INSERT INTO users (username, email) VALUES (?, ?)`, or `SELECT ?, ? WHERE …` in the place of the values.
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>, no_values: &str) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        self.table.walk_ast(out.reborrow())?;
        if self.columns.is_empty() {
            out.push_sql(no_values);
            return Ok(());
        }
        let mut before = " (";
        for (name, _) in &self.columns {
            out.push_sql(before);
            out.push_identifier(name)?;
            before = ", ";
        }
        let is_plain = self.unless.is_empty();
        before = if is_plain { ") VALUES (" } else { ") SELECT " };
        for (_, value) in &self.columns {
            out.push_sql(before);
            value.walk_ast(out.reborrow())?;
            before = ", ";
        }
        if is_plain {
            out.push_sql(")");
        }
        walk_unless(self.table, &self.unless, " WHERE ", out)
    }
}

/// A changed row.
pub struct Update<DB: Backend + 'static, Set, Key, Returning> {
    /// The table.
    pub table: &'static Name<DB>,
    /// The changed columns with their values; one at least.
    pub set: Set,
    /// What is true of the row.
    pub row: Key,
    /// What must be true of no row.
    pub unless: Vec<Condition<DB>>,
    /// What is read back.
    pub returning: Returning,
}

impl<DB, Set, Key, Returning> Update<DB, Set, Key, Returning>
where
    DB: Backend,
    Set: QueryFragment<DB>,
    Key: QueryFragment<DB>,
{
    /// `UPDATE users SET email = ? WHERE id = ?`
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.set.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.row.walk_ast(out.reborrow())?;
        walk_unless(self.table, &self.unless, " AND ", out)
    }
}

impl<DB: Backend, Returning: Expression> Query for Insert<DB, Returning> {
    type SqlType = Returning::SqlType;
}

impl<DB: Backend, Returning> QueryId for Insert<DB, Returning> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// With ` RETURNING …`
impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB> for Insert<DB, Returning> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk(&mut out, " DEFAULT VALUES")?;
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Returning, C> RunQueryDsl<C> for Insert<DB, Returning> {}

impl<DB, Set, Key, Returning> Query for Update<DB, Set, Key, Returning>
where
    DB: Backend,
    Returning: Expression,
{
    type SqlType = Returning::SqlType;
}

impl<DB: Backend, Set, Key, Returning> QueryId for Update<DB, Set, Key, Returning> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// With ` RETURNING …`
impl<DB, Set, Key, Returning> QueryFragment<DB> for Update<DB, Set, Key, Returning>
where
    DB: Backend,
    Set: QueryFragment<DB>,
    Key: QueryFragment<DB>,
    Returning: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk(&mut out)?;
        out.push_sql(" RETURNING ");
        self.returning.walk_ast(out)
    }
}

impl<DB: Backend, Set, Key, Returning, C> RunQueryDsl<C> for Update<DB, Set, Key, Returning> {}

/// The statement alone, for a database that returns no rows of it.
#[cfg(feature = "mysql")]
pub(super) struct Alone<'a, S>(pub(super) &'a S);

#[cfg(feature = "mysql")]
impl<S> QueryId for Alone<'_, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(feature = "mysql")]
impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB>
    for Alone<'_, Insert<DB, Returning>>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk(&mut out, " () VALUES ()")
    }
}

#[cfg(feature = "mysql")]
impl<DB, Set, Key, Returning> QueryFragment<DB> for Alone<'_, Update<DB, Set, Key, Returning>>
where
    DB: Backend,
    Set: QueryFragment<DB>,
    Key: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk(&mut out)
    }
}

/// The row that a statement has stored: by the key that was given, or the one that the database counted last on this
/// connection.
#[cfg(feature = "mysql")]
pub(super) struct Stored<'a, S>(pub(super) &'a S);

#[cfg(feature = "mysql")]
impl<S: Query> Query for Stored<'_, S> {
    type SqlType = S::SqlType;
}

#[cfg(feature = "mysql")]
impl<S> QueryId for Stored<'_, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(feature = "mysql")]
impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB>
    for Stored<'_, Insert<DB, Returning>>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.0.returning.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.0.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.0.table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        out.push_identifier(self.0.key)?;
        out.push_sql(" = ");
        match self.0.columns.iter().find(|(name, _)| *name == self.0.key) {
            Some((_, key)) => key.walk_ast(out),
            None => {
                out.push_sql("LAST_INSERT_ID()");
                Ok(())
            }
        }
    }
}

#[cfg(feature = "mysql")]
impl<DB, Set, Key, Returning> QueryFragment<DB> for Stored<'_, Update<DB, Set, Key, Returning>>
where
    DB: Backend,
    Key: QueryFragment<DB>,
    Returning: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.0.returning.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.0.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.0.row.walk_ast(out)
    }
}
