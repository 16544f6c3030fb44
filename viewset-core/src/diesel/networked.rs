//! What the databases behind a network have in common: statements run where the caller is, through the connections
//! of diesel-async.

use std::error::Error as StdError;
use std::pin::pin;

use diesel::QueryResult;
use diesel::migration::MigrationSource;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, TransactionManager};
use diesel_migrations::MigrationHarness as _;
use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _};

/// Whether a transaction is open, or nobody knows.
pub(super) fn in_transaction<C: AsyncConnection>(conn: &mut C) -> bool {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    !matches!(status.transaction_depth(), Ok(None))
        || C::TransactionManager::is_broken_transaction_manager(conn)
}

/// Rolls back all that is open. An error means that nobody knows what is.
pub(super) async fn rollback<C: AsyncConnection>(conn: &mut C) -> QueryResult<()> {
    while C::TransactionManager::transaction_manager_status_mut(conn).transaction_depth()?.is_some()
    {
        C::TransactionManager::rollback_transaction(conn).await?;
    }
    Ok(())
}

/// Runs migrations, which diesel has for blocking connections, on a thread that may block.
pub(super) async fn migrate<C, S>(
    conn: C,
    migrations: S,
) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>>
where
    C: AsyncConnection + Send + 'static,
    AsyncConnectionWrapper<C>: diesel_migrations::MigrationHarness<C::Backend>,
    S: MigrationSource<C::Backend> + Send + 'static,
{
    tokio::task::spawn_blocking(move || {
        let mut conn = AsyncConnectionWrapper::from(conn);
        let done = conn.run_pending_migrations(migrations)?;
        Ok(done.iter().map(ToString::to_string).collect())
    })
    .await?
}

/// Reads all rows that a query has brought.
pub(super) async fn collect<R, T>(
    rows: impl Stream<Item = QueryResult<R>>,
    read: fn(&R) -> diesel::deserialize::Result<T>,
) -> QueryResult<Vec<T>> {
    let read = |row: R| read(&row).map_err(diesel::result::Error::DeserializationError);
    rows.map(|row| row.and_then(read)).try_collect().await
}

/// The row of a query that has one at most. It counts only once the server has come to the end: a statement is
/// committed after its row was sent, and that can fail.
pub(super) async fn only<T>(rows: impl Stream<Item = QueryResult<T>>) -> QueryResult<T> {
    let mut rows = pin!(rows);
    let first = rows.next().await.unwrap_or(Err(diesel::NotFound))?;
    while rows.try_next().await?.is_some() {}
    Ok(first)
}

/// The number of rows that was counted.
pub(super) fn total(counted: Vec<i64>) -> QueryResult<u64> {
    let total = counted.into_iter().next().ok_or(diesel::NotFound)?;
    Ok(u64::try_from(total).unwrap_or_default())
}

/// How queries and statements run that are not ours: the same for each of these connections.
macro_rules! run_by_diesel_async {
    ($connection:ty, $backend:ty) => {
        impl<Q, T> crate::diesel::Load<Q, T> for $connection
        where
            Q: for<'q> diesel_async::methods::LoadQuery<'q, $connection, T> + Send + 'static,
            T: Send + 'static,
        {
            async fn load(&mut self, query: Q) -> QueryResult<Vec<T>> {
                let rows = query.internal_load(self).await?;
                futures_util::TryStreamExt::try_collect(rows).await
            }

            async fn get_result(&mut self, query: Q) -> QueryResult<T> {
                let rows = query.internal_load(self).await?;
                crate::diesel::networked::only(rows).await
            }
        }

        impl<Q> crate::diesel::Delete<Q> for $connection
        where
            Q: diesel_async::methods::ExecuteDsl<$connection, $backend> + Send + 'static,
        {
            async fn delete(via: crate::diesel::Via<'_, Self>, delete: Q) -> QueryResult<usize> {
                match via {
                    crate::diesel::Via::Connection(conn) => Q::execute(delete, conn).await,
                    crate::diesel::Via::Database(db) => {
                        let conn = crate::diesel::pool::out_of_reach(db.connection().await);
                        Q::execute(delete, &mut *conn?).await
                    }
                }
            }
        }
    };
}

pub(super) use run_by_diesel_async;
