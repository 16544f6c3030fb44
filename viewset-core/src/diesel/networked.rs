//! What the databases behind a network have in common: transactions and migrations by way of diesel-async.

use std::error::Error as StdError;

use diesel::QueryResult;
use diesel::migration::MigrationSource;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, TransactionManager};
use diesel_migrations::MigrationHarness as _;

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

/// The number of rows that was counted.
pub(super) fn total(counted: Vec<i64>) -> QueryResult<u64> {
    let total = counted.into_iter().next().ok_or(diesel::NotFound)?;
    Ok(u64::try_from(total).unwrap_or_default())
}
