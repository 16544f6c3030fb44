//! A database: its URL, its connections, its migrations.

use std::sync::Arc;

use super::backend::{DbConnection, DbError};
use super::pool::{Lease, Pool};

/// A database with its connections; cheap to clone, shared by all workers.
///
/// ```no_run
/// # use viewset_core::diesel::Db;
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Db::connect("sqlite://shop.db").await?;
/// # Ok(()) }
/// ```
pub struct Db<C: DbConnection = super::DefaultConnection> {
    pub(super) readers: Arc<Pool<C>>,
    pub(super) writer: Arc<Pool<C>>,
}

impl<C: DbConnection> Clone for Db<C> {
    fn clone(&self) -> Self {
        Self { readers: self.readers.clone(), writer: self.writer.clone() }
    }
}

impl<C: DbConnection> Db<C> {
    /// A connection for statements of their own. It waits 30 seconds at most for a free one.
    ///
    /// # Errors
    ///
    /// None was free in time, or a new one could not be opened.
    pub async fn connection(&self) -> Result<Lease<C>, DbError> {
        self.readers.lease().await
    }

    /// The connection for transactions that write; those who wait get it in their order.
    pub(super) async fn writer(&self) -> Result<Lease<C>, DbError> {
        self.writer.lease().await
    }
}
