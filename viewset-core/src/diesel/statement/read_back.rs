//! What stands in for `RETURNING` and for conditions: on MySQL, which has no `RETURNING`, and on SQLite, which makes a table
//! for its rows.

#[cfg(feature = "sqlite")]
mod in_steps;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::{Fixed, Insert, Operand, Update, kept_by_its_text};
#[cfg(feature = "sqlite")]
pub(in crate::diesel) use in_steps::InSteps;

kept_by_its_text!([S] Alone<'_, S>);
kept_by_its_text!([S] Stored<'_, S>);

/// The statement alone, without its conditions and without the row: for a database that returns none, or is slow at it.
#[derive(Clone, Copy)]
pub(in crate::diesel) struct Alone<'a, S>(pub(in crate::diesel) &'a S);

impl<S, C> RunQueryDsl<C> for Alone<'_, S> {}

#[cfg(feature = "mysql")]
impl<Returning> QueryFragment<diesel::mysql::Mysql>
    for Alone<'_, Insert<diesel::mysql::Mysql, Returning>>
where
    Returning: QueryFragment<diesel::mysql::Mysql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::mysql::Mysql>) -> QueryResult<()> {
        self.0.walk(&mut out, " () VALUES ()", &[])
    }
}

#[cfg(feature = "sqlite")]
impl<Returning> QueryFragment<diesel::sqlite::Sqlite>
    for Alone<'_, Insert<diesel::sqlite::Sqlite, Returning>>
where
    Returning: QueryFragment<diesel::sqlite::Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        self.0.walk(&mut out, " DEFAULT VALUES", &[])
    }
}

impl<DB: Backend, Returning> QueryFragment<DB> for Alone<'_, Update<DB, Returning>> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk(&mut out, &[])
    }
}

/// The row that a statement has stored.
#[derive(Clone, Copy)]
pub(in crate::diesel) struct Stored<'a, S>(pub(in crate::diesel) &'a S);

impl<S, C> RunQueryDsl<C> for Stored<'_, S> {}

impl<S: Query> Query for Stored<'_, S> {
    type SqlType = S::SqlType;
}

impl<DB: Backend, Returning: QueryFragment<DB>> QueryFragment<DB>
    for Stored<'_, Update<DB, Returning>>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.0.returning.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.0.table.walk_ast(out.reborrow())?;
        self.0.walk_key(&mut out)
    }
}

/// By the key that was given, or the one that the database counted last on this connection.
macro_rules! stored_by_the_last_key {
    ($feature:literal, $backend:ty, $last:literal) => {
        #[cfg(feature = $feature)]
        impl<Returning: QueryFragment<$backend>> QueryFragment<$backend>
            for Stored<'_, Insert<$backend, Returning>>
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                self.0.walk_stored(&mut out, $last)
            }
        }
    };
}

stored_by_the_last_key!("mysql", diesel::mysql::Mysql, " = LAST_INSERT_ID()");
stored_by_the_last_key!("sqlite", diesel::sqlite::Sqlite, " = last_insert_rowid()");

impl<DB: Backend, Returning: QueryFragment<DB>> Insert<DB, Returning> {
    fn given_key(&self) -> Option<&Operand<DB>> {
        let is_key = |(name, _): &&(&'static Fixed, _)| (name.0)() == (self.key.0)();
        self.columns.iter().find(is_key).map(|(_, value)| value)
    }

    fn walk_stored<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>, last: &str) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.returning.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        self.key.walk_ast(out.reborrow())?;
        match self.given_key() {
            Some(key) => {
                out.push_sql(" = ");
                key.walk_ast(out.reborrow())
            }
            None => {
                out.push_sql(last);
                Ok(())
            }
        }
    }
}
