//! A row by its primary key, to be read or deleted: statements that have one text for all keys.

use std::marker::PhantomData;

use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::column::Backend;
use super::fixed::sql_of;
use super::model::Model;
use super::operand::Operand;

/// The columns `E` of the row of a model with a key: `SELECT id, name FROM users WHERE users.id = ?`.
pub struct Find<M: Model, E> {
    text: fn() -> &'static str,
    key: Operand<Backend<M>>,
    columns: PhantomData<fn() -> E>,
}

impl<M: Model, E> Find<M, E> {
    /// With its text, which is that of [`find_sql`].
    pub fn new(text: fn() -> &'static str, key: Operand<Backend<M>>) -> Self {
        Self { text, key, columns: PhantomData }
    }
}

/// A query in which nothing but a key is bound.
pub trait ByKey<DB: diesel::backend::Backend> {
    /// The key.
    fn key(&self) -> &Operand<DB>;
}

impl<M: Model, E> ByKey<Backend<M>> for Find<M, E> {
    fn key(&self) -> &Operand<Backend<M>> {
        &self.key
    }
}

/// Deletes the row of a model with a key: `DELETE FROM users WHERE users.id = ?`.
pub struct DeleteByKey<M: Model> {
    key: Operand<Backend<M>>,
}

impl<M: Model> DeleteByKey<M> {
    /// With this key.
    pub fn new(key: Operand<Backend<M>>) -> Self {
        Self { key }
    }
}

impl<M: Model> ByKey<Backend<M>> for DeleteByKey<M> {
    fn key(&self) -> &Operand<Backend<M>> {
        &self.key
    }
}

/// There is one text for a model.
impl<M: Model> QueryId for DeleteByKey<M> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<M: Model> QueryFragment<Backend<M>> for DeleteByKey<M> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend<M>>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_sql(M::TABLE.text());
        out.push_sql(" WHERE ");
        const { &M::KEY }.column.sql.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        self.key.walk_ast(out)
    }
}

/// The text for some columns of a model's table, up to the key.
pub fn find_sql<M: Model>(columns: &impl QueryFragment<Backend<M>>) -> String {
    let columns = sql_of::<Backend<M>>(columns);
    let table = M::TABLE.text();
    let key = sql_of::<Backend<M>>(const { &M::KEY }.column.sql);
    format!("SELECT {columns} FROM {table} WHERE {key} = ")
}

impl<M: Model, E: Expression> Query for Find<M, E> {
    type SqlType = E::SqlType;
}

/// There is one text for the same columns of a model; other models may have another key in the same table.
impl<M: Model, E: 'static> QueryId for Find<M, E> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<M: Model, E> QueryFragment<Backend<M>> for Find<M, E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend<M>>) -> QueryResult<()> {
        out.push_sql((self.text)());
        self.key.walk_ast(out)
    }
}
