//! The statements. Each is a type with a text of its own: diesel finds it prepared by that type, and builds no text.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

use super::writer::OwnedChanges;
use crate::page::PAGE_SIZE;

/// A row of users, in the order of its columns.
pub(super) type Columns = (Integer, Text, Text, Text, Bool, Text);

/// Names a statement's type as its key in the cache, and what it returns.
macro_rules! cached {
    ($($statement:ident -> $columns:ty),+ $(,)?) => {$(
        impl QueryId for $statement {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl Query for $statement {
            type SqlType = $columns;
        }
    )+};
}

cached!(
    Find -> Columns,
    Page -> Columns,
    Count -> BigInt,
    Version -> BigInt,
    LastId -> Integer,
    Begin -> (),
    Commit -> (),
    Delete -> (),
);

pub(super) struct Find {
    pub(super) id: i32,
}

impl QueryFragment<Sqlite> for Find {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "SELECT id, username, email, first_name, is_active, date_joined FROM users WHERE id = ",
        );
        out.push_bind_param::<Integer, _>(&self.id)
    }
}

/// The limit is a part of the text: SQLite plans a statement anew whenever a bound limit is bound.
pub(super) struct Page {
    pub(super) offset: i64,
}

const _: () = assert!(PAGE_SIZE == 20, "the text of `Page` says 20");

impl QueryFragment<Sqlite> for Page {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "SELECT id, username, email, first_name, is_active, date_joined FROM users \
             ORDER BY id LIMIT 20 OFFSET ",
        );
        out.push_bind_param::<BigInt, _>(&self.offset)
    }
}

impl RunQueryDsl<SqliteConnection> for Delete {}

/// A statement without values.
macro_rules! plain {
    ($($(#[$docs:meta])* $statement:ident = $sql:literal;)+) => {$(
        $(#[$docs])*
        pub(super) struct $statement;

        impl QueryFragment<Sqlite> for $statement {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl RunQueryDsl<SqliteConnection> for $statement {}
    )+};
}

plain! {
    Count = "SELECT COUNT(*) FROM users";
    /// A number that changes when another connection has committed.
    Version = "PRAGMA data_version";
    /// The key of the row that was inserted last.
    LastId = "SELECT last_insert_rowid()";
    Begin = "BEGIN IMMEDIATE";
    Commit = "COMMIT";
}

pub(super) struct Named<'a> {
    pub(super) username: &'a str,
}

impl QueryId for Named<'_> {
    type QueryId = Named<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Named<'_> {
    type SqlType = Integer;
}

impl QueryFragment<Sqlite> for Named<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT id FROM users WHERE username = ");
        out.push_bind_param::<Text, _>(self.username)
    }
}

/// It returns nothing: for RETURNING, SQLite makes a table in memory, and who inserts knows all but the key.
pub(super) struct Insert<'a> {
    pub(super) username: &'a str,
    pub(super) email: &'a str,
    pub(super) first_name: &'a str,
    pub(super) is_active: bool,
    pub(super) date_joined: &'a str,
}

impl QueryId for Insert<'_> {
    type QueryId = Insert<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Insert<'_> {}

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO users (username, email, first_name, is_active, date_joined) VALUES (",
        );
        out.push_bind_param::<Text, _>(self.username)?;
        for text in [self.email, self.first_name] {
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(text)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(&self.is_active)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.date_joined)?;
        out.push_sql(")");
        Ok(())
    }
}

/// `COLUMNS` has a bit for each column that is set: every set of columns is a statement of its own.
pub(super) struct Update<'a, const COLUMNS: u8> {
    pub(super) id: i32,
    pub(super) changes: &'a OwnedChanges,
}

impl<const COLUMNS: u8> QueryId for Update<'_, COLUMNS> {
    type QueryId = Update<'static, COLUMNS>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const COLUMNS: u8> Query for Update<'_, COLUMNS> {
    type SqlType = Columns;
}

impl<const COLUMNS: u8> QueryFragment<Sqlite> for Update<'_, COLUMNS> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let OwnedChanges { username, email, first_name, is_active, .. } = self.changes;
        let mut before = "UPDATE users SET ";
        let texts = [("username = ", username), ("email = ", email), ("first_name = ", first_name)];
        for (column, text) in texts {
            if let Some(text) = text {
                out.push_sql(before);
                out.push_sql(column);
                out.push_bind_param::<Text, str>(text)?;
                before = ", ";
            }
        }
        if let Some(is_active) = is_active {
            out.push_sql(before);
            out.push_sql("is_active = ");
            out.push_bind_param::<Bool, _>(is_active)?;
        }
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Integer, _>(&self.id)?;
        out.push_sql(" RETURNING id, username, email, first_name, is_active, date_joined");
        Ok(())
    }
}

pub(super) struct Delete {
    pub(super) id: i32,
}

impl QueryFragment<Sqlite> for Delete {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM users WHERE id = ");
        out.push_bind_param::<Integer, _>(&self.id)
    }
}
