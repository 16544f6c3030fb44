//! Running statements, whatever the driver. Generated code says what is run; a backend implements these traits for
//! all that it can run.

use std::future::Future;

use diesel::QueryResult;

use super::backend::DbConnection;
use super::db::Database;
use super::statement::Returning;
use super::window::{Fetched, Window};
use crate::error::Result;
use crate::request::RequestHead;

/// Runs a query with rows of type `T`.
pub trait Load<Q, T>: DbConnection {
    /// All rows.
    fn load(&mut self, query: Q) -> impl Future<Output = QueryResult<Vec<T>>>;

    /// The row of a query that has one at most.
    ///
    /// # Errors
    ///
    /// `NotFound` if it has none.
    fn get_result(&mut self, query: Q) -> impl Future<Output = QueryResult<T>>;
}

/// Finds the row with a key for a request that has no connection.
pub trait FindRow<F, T>: DbConnection {
    /// The row, if there is one.
    fn find_row(req: &RequestHead, find: F) -> impl Future<Output = Result<Option<T>>>;
}

/// Runs a query in a window. It is given as one that selects [`RowCount`](super::RowCount), with the way to that
/// which selects the rows: the parts of a boxed query cannot be cloned, but moved to and fro. They are gathered in an `R`.
pub trait LoadWindow<Counting, Selecting, R>: DbConnection {
    /// The rows in the window, and how many there are in all where it asks for that.
    fn load_window(
        &mut self,
        counting: Counting,
        window: Window,
        select: impl FnOnce(Counting) -> Selecting + Send + 'static,
    ) -> impl Future<Output = QueryResult<Fetched<R>>>;
}

/// Where a statement that writes runs.
pub enum Via<'a, C: DbConnection> {
    /// On this connection, and in its transaction if it has one.
    Connection(&'a mut C),
    /// On its own: it is stored once it is answered, or not at all.
    Database(&'a Database<C>),
}

/// Stores a row and reads back what `E` selects of it.
pub trait Store<E, T>: DbConnection {
    /// The row as it was stored; `None` if a condition of the statement does not hold, or there is no row to change.
    fn store(
        via: Via<'_, Self>,
        statement: Returning<Self::Backend, E>,
    ) -> impl Future<Output = QueryResult<Option<T>>>;
}

/// Deletes the row with a key.
pub trait Delete<Q>: DbConnection {
    /// How many rows that was: one or none.
    fn delete(via: Via<'_, Self>, delete: Q) -> impl Future<Output = QueryResult<usize>>;
}
