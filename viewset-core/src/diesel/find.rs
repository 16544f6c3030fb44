//! A row by its primary key: the text of the statement is written once a process.

use std::marker::PhantomData;

use diesel::backend::Backend as DieselBackend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::column::Backend;
use super::fixed::sql_of;
use super::model::Model;
use super::sql::Operand;

/// The columns `E` of the row with a key: `SELECT id, name FROM users WHERE users.id = ?`.
pub struct Find<DB: DieselBackend, E> {
    text: fn() -> &'static str,
    key: Operand<DB>,
    columns: PhantomData<fn() -> E>,
}

impl<DB: DieselBackend, E> Find<DB, E> {
    /// With its text, which is that of [`find_sql`].
    pub fn new(text: fn() -> &'static str, key: Operand<DB>) -> Self {
        Self { text, key, columns: PhantomData }
    }
}

/// The text for some columns of a model's table, up to the key.
pub fn find_sql<M: Model>(columns: &impl QueryFragment<Backend<M>>) -> String {
    let columns = sql_of::<Backend<M>>(columns);
    let table = M::TABLE.text();
    let key = sql_of::<Backend<M>>(const { &M::KEY }.column.sql);
    format!("SELECT {columns} FROM {table} WHERE {key} = ")
}

impl<DB: DieselBackend, E: Expression> Query for Find<DB, E> {
    type SqlType = E::SqlType;
}

/// There is one text for each `E`.
impl<DB: DieselBackend + 'static, E: 'static> QueryId for Find<DB, E> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: DieselBackend, E> QueryFragment<DB> for Find<DB, E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql((self.text)());
        self.key.walk_ast(out)
    }
}
