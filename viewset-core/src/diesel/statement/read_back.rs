//! What stands in for `RETURNING` and for conditions: on MySQL, which has no `RETURNING`, and on SQLite, which makes a table
//! for its rows.

#[cfg(feature = "sqlite")]
mod in_steps;

use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{Error, QueryResult};

use super::{Binds, Fixed, Operand, Returning, Write};

/// The statement alone, without its conditions and without the row: for a database that returns none, or is slow at it.
#[derive(Clone, Copy)]
pub(in crate::diesel) struct Alone<'a, DB: Backend + 'static>(pub(in crate::diesel) &'a Write<DB>);

impl<DB: Backend, C> RunQueryDsl<C> for Alone<'_, DB> {}

impl<DB: Backend> QueryId for Alone<'_, DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The row that a statement has stored.
#[derive(Clone, Copy)]
pub(in crate::diesel) struct Stored<'a, DB: Backend + 'static, E>(
    pub(in crate::diesel) &'a Returning<DB, E>,
);

impl<DB: Backend, E> QueryId for Stored<'_, DB, E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, E: Expression> Query for Stored<'_, DB, E> {
    type SqlType = E::SqlType;
}

/// How a database spells a row without values, and the key that it counted last on the connection.
macro_rules! spelled {
    ($feature:literal, $backend:ty, $no_values:expr, $last_key:literal) => {
        #[cfg(feature = $feature)]
        impl QueryFragment<$backend> for Alone<'_, $backend> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                self.0.walk(&mut out, $no_values, &[])
            }
        }

        #[cfg(feature = $feature)]
        impl<E> QueryFragment<$backend> for Stored<'_, $backend, E> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                self.0.write.walk_stored(&mut out, self.0.selection.text(), $last_key)
            }
        }
    };
}

/// What MySQL has in the place of the values of a row that has none.
#[cfg(feature = "mysql")]
const NO_VALUES: &str = " () VALUES ()";

spelled!("mysql", diesel::mysql::Mysql, NO_VALUES, "LAST_INSERT_ID()");
spelled!("sqlite", diesel::sqlite::Sqlite, " DEFAULT VALUES", "last_insert_rowid()");

/// A new row, with what is selected of it: for MariaDB, which returns it, and spells a row without values as MySQL does.
#[cfg(feature = "mysql")]
#[derive(Clone, Copy)]
pub(in crate::diesel) struct Returned<'a, E>(
    pub(in crate::diesel) &'a Returning<diesel::mysql::Mysql, E>,
);

#[cfg(feature = "mysql")]
impl<E> QueryFragment<diesel::mysql::Mysql> for Returned<'_, E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::mysql::Mysql>) -> QueryResult<()> {
        self.0.write.walk(&mut out, NO_VALUES, &[])?;
        out.push_sql(" RETURNING ");
        out.push_sql(self.0.selection.text());
        Ok(())
    }
}

/// The error of a row that is stored and cannot be shown. It must not be taken for one that was refused.
pub(in crate::diesel) fn not_found_again() -> Error {
    Error::DeserializationError("the row is stored, but not found by its primary key".into())
}

/// The rows that are read as a `T` have one table, one key and the same columns, so there is one text for the row with a
/// key.
pub(in crate::diesel) struct RowWithKey<T>(PhantomData<fn() -> T>);

/// One for that which the connection has counted last.
pub(in crate::diesel) struct RowStoredLast<T>(PhantomData<fn() -> T>);

/// And one for a new row with all values.
pub(in crate::diesel) struct NewRow<T>(PhantomData<fn() -> T>);

/// The same where it comes back at once.
#[cfg(feature = "mysql")]
pub(in crate::diesel) struct ReturnedRow<T>(PhantomData<fn() -> T>);

macro_rules! one_text {
    ($($kind:ident)*) => {$(
        impl<T: 'static> QueryId for $kind<T> {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
    )*};
}

one_text!(RowWithKey RowStoredLast NewRow);

impl<DB: Backend> Write<DB> {
    /// Whether the row is a new one.
    #[cfg(feature = "mysql")]
    pub(in crate::diesel) fn is_new(&self) -> bool {
        self.changed.is_none()
    }

    /// Whether the key of the row is known before it is stored.
    pub(in crate::diesel) fn has_key(&self) -> bool {
        self.changed.is_some() || self.given_key().is_some()
    }

    /// The key that is given for a new row.
    fn given_key(&self) -> Option<&Operand<DB>> {
        let is_key = |(name, _): &&(&'static Fixed, _)| name.text() == self.key.text();
        self.columns.iter().find(is_key).map(|(_, value)| value)
    }
}

impl<DB: Binds> Write<DB> {
    /// `SELECT id, username FROM users WHERE users.id = ?`
    fn walk_stored<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        selection: &str,
        last_key: &str,
    ) -> QueryResult<()> {
        // The statement is found by its type: diesel walks through it for its values alone, and drops the pieces.
        for piece in ["SELECT ", selection, " FROM ", self.table.text()] {
            out.push_sql(piece);
        }
        self.write_key(&mut |piece| out.push_sql(piece));
        match self.changed.as_ref().or_else(|| self.given_key()) {
            Some(key) => key.walk_ast(out.reborrow()),
            None => {
                out.push_sql(last_key);
                Ok(())
            }
        }
    }
}
