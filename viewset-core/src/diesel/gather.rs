//! What the rows of a query become while they are read: a `Vec`, or the list that a response shows.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSqlRow};
use diesel::row::Row;

/// What rows are gathered in.
pub trait Gather: Sized {
    /// What a row is read as.
    type Row;

    /// Nothing yet, with room for so many rows.
    fn with_room(rows: usize) -> Self;

    /// How many rows it has.
    fn length(&self) -> usize;
}

/// The same for rows of a backend whose columns have the SQL types `ST`.
pub trait GatherFrom<ST, DB: Backend>: Gather {
    /// Reads one row more.
    ///
    /// # Errors
    ///
    /// A value that cannot be read; what was gathered is then of no use.
    fn push<'a>(&mut self, row: &impl Row<'a, DB>) -> deserialize::Result<()>;
}

impl<T> Gather for Vec<T> {
    type Row = T;

    fn with_room(rows: usize) -> Self {
        Self::with_capacity(rows)
    }

    fn length(&self) -> usize {
        self.len()
    }
}

impl<T, ST, DB> GatherFrom<ST, DB> for Vec<T>
where
    DB: Backend,
    T: FromSqlRow<ST, DB>,
{
    fn push<'a>(&mut self, row: &impl Row<'a, DB>) -> deserialize::Result<()> {
        self.push(T::build_from_row(row)?);
        Ok(())
    }
}
