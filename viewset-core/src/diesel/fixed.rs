//! Pieces of SQL that are always the same: diesel writes and quotes them once a process, not once a statement.

use std::marker::PhantomData;
use std::sync::OnceLock;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A text that is written when it is needed first.
#[derive(Debug)]
pub struct OnceText(OnceLock<String>);

impl OnceText {
    /// It is not written yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The text. It takes a function and no closure, so that the code for this is compiled once.
    pub fn get_or_write(&self, write: fn() -> String) -> &str {
        self.0.get_or_init(write)
    }
}

impl Default for OnceText {
    fn default() -> Self {
        Self::new()
    }
}

/// A name as it stands in a statement: that of a column, or of a table.
#[derive(Clone, Copy, Debug)]
pub struct Fixed(pub fn() -> &'static str);

impl Fixed {
    /// The name.
    pub(super) fn text(&self) -> &'static str {
        (self.0)()
    }
}

impl<DB: Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql((self.0)());
        Ok(())
    }
}

/// What `E` selects.
#[derive(Debug)]
pub struct Selection<E>(fn() -> &'static str, PhantomData<fn() -> E>);

impl<E> Selection<E> {
    /// With its text.
    #[must_use]
    pub const fn new(text: fn() -> &'static str) -> Self {
        Self(text, PhantomData)
    }

    /// The text.
    pub(super) fn text(&self) -> &'static str {
        (self.0)()
    }
}

impl<E: Expression> Expression for Selection<E> {
    type SqlType = E::SqlType;
}

impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Selection<E> where Self: Expression {}

impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for Selection<E> where
    Self: AppearsOnTable<QS>
{
}

impl<E> ValidGrouping<()> for Selection<E> {
    type IsAggregate = is_aggregate::No;
}

/// There is one text for each `E`.
impl<E: 'static> QueryId for Selection<E> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<E, DB: Backend> QueryFragment<DB> for Selection<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql((self.0)());
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        super::purpose::write_besides(&mut out);
        Ok(())
    }
}

/// What diesel writes for a fragment that binds nothing. Nothing can go wrong with names.
pub fn sql_of<DB>(fragment: &(impl QueryFragment<DB> + ?Sized)) -> String
where
    DB: Backend + Default,
    DB::QueryBuilder: Default,
{
    let mut builder = DB::QueryBuilder::default();
    let _ = fragment.to_sql(&mut builder, &DB::default());
    builder.finish()
}

/// A name in the quotes of the database.
pub fn quoted<DB>(name: &str) -> String
where
    DB: Backend,
    DB::QueryBuilder: Default,
{
    let mut builder = DB::QueryBuilder::default();
    let _ = builder.push_identifier(name);
    builder.finish()
}
