//! The connection as users have it: the traits of diesel-async.

use std::pin::Pin;
use std::task::{Context, Poll};

use diesel::associations::Identifiable;
use diesel::backend::Backend;
use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection as _, DefaultLoadingMode, Instrumentation,
    LoadConnection, SimpleConnection as _, TransactionManager as _, TransactionManagerStatus,
};
use diesel::dsl::{Find, Update};
use diesel::query_builder::{
    AsChangeset, AsQuery, CollectedQuery, IntoUpdateTarget, MoveableBindCollector,
    QueryBuilder as _, QueryFragment, QueryId, UpdateStatement,
};
use diesel::query_dsl::methods::FindDsl;
use diesel::row::IntoOwnedRow;
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteQueryBuilder};
use diesel::{ConnectionError, ConnectionResult, QueryResult, Table};
use diesel_async::methods::LoadQuery;
use diesel_async::{
    AsyncConnection, AsyncConnectionCore, RunQueryDsl as _, SimpleAsyncConnection,
    TransactionManager, UpdateAndFetchResults,
};
use futures_core::Stream;
use futures_core::future::BoxFuture;

use super::SqliteConn;
use crate::diesel::backend::DbConnection as _;
use crate::diesel::plain::is_plain;
use crate::diesel::watch::Watch;

/// A row of diesel's that stays.
type Row = <<SqliteConnection as LoadConnection<DefaultLoadingMode>>::Row<'static, 'static> as IntoOwnedRow<
    'static,
    Sqlite,
>>::OwnedRow;

type Collector = <Sqlite as Backend>::BindCollector<'static>;

/// A query without what it borrows.
type Collected = CollectedQuery<<Collector as MoveableBindCollector<Sqlite>>::BindData>;

fn collected(query: &dyn QueryFragment<Sqlite>) -> QueryResult<(bool, Collected)> {
    let mut values = Default::default();
    QueryFragment::collect_binds(query, &mut values, &mut (), &Sqlite)?;
    let mut sql = SqliteQueryBuilder::default();
    query.to_sql(&mut sql, &Sqlite)?;
    let sql = sql.finish();
    let comes_again = query.is_safe_to_cache_prepared(&Sqlite)?;
    Ok((is_plain(&sql), Collected::new(sql, comes_again, values.moveable())))
}

impl SqliteConn {
    fn query<R: Send + 'static>(
        &mut self,
        query: &dyn QueryFragment<Sqlite>,
        run: impl FnOnce(&mut SqliteConnection, &Collected) -> QueryResult<R> + Send + 'static,
    ) -> BoxFuture<'static, QueryResult<R>> {
        let collected = collected(query);
        self.run(move |held| {
            let (is_plain, query) = collected?;
            let run = |conn: &mut _| run(conn, &query);
            if is_plain { held.statement(run) } else { held.anything(run) }
        })
    }
}

/// Rows that were read.
pub struct SqliteRows<R>(std::vec::IntoIter<R>);

impl<R> std::fmt::Debug for SqliteRows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteRows").finish_non_exhaustive()
    }
}

impl<R: Unpin> Stream for SqliteRows<R> {
    type Item = QueryResult<R>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl SimpleAsyncConnection for SqliteConn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        let sql = sql.to_owned();
        self.spawn_blocking(move |conn| conn.batch_execute(&sql)).await
    }
}

impl AsyncConnectionCore for SqliteConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'static, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'static, QueryResult<SqliteRows<Row>>>;
    type Stream<'conn, 'query> = SqliteRows<Row>;
    type Row<'conn, 'query> = Row;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, query: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        self.query(&query.as_query(), |conn, query| {
            let (mut rows, mut names) = (Vec::new(), Default::default());
            for row in LoadConnection::<DefaultLoadingMode>::load(conn, query)? {
                rows.push(row?.into_owned(&mut names));
            }
            Ok(SqliteRows(rows.into_iter()))
        })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        statement: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        self.query(&statement, |conn, statement| conn.execute_returning_count(statement))
    }
}

impl AsyncConnection for SqliteConn {
    type TransactionManager = SqliteTransactions;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let opened = async { Self::open(&Self::target(url)?).await }.await;
        let (conn, _) =
            opened.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(conn)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        self.diesels().transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.diesels().instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        let watch = Watch::before(instrumentation, &self.in_flight);
        self.diesels().set_instrumentation(watch);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.diesels().set_prepared_statement_cache_size(size);
    }
}

impl SqliteConn {
    #[expect(
        clippy::expect_used,
        reason = "diesel-async has no errors here, and asks between statements"
    )]
    fn diesels(&mut self) -> &mut SqliteConnection {
        &mut self.at_rest().expect("a statement before this one was not awaited to its end").conn
    }
}

/// `save_changes`
impl<'b, Changes, Output, Tab, V> UpdateAndFetchResults<Changes, Output> for SqliteConn
where
    Output: Send + 'static,
    Changes: Copy + AsChangeset<Target = Tab> + Send + Identifiable<Table = Tab>,
    Tab: Table + FindDsl<Changes::Id> + 'b,
    Find<Tab, Changes::Id>: IntoUpdateTarget<Table = Tab, WhereClause = V>,
    UpdateStatement<Tab, V, Changes::Changeset>: AsQuery,
    Update<Changes, Changes>: LoadQuery<'b, Self, Output>,
    V: Send + 'b,
    Changes::Changeset: Send + 'b,
    Tab::FromClause: Send,
{
    fn update_and_fetch<'conn, 'changes>(
        &'conn mut self,
        changes: Changes,
    ) -> BoxFuture<'changes, QueryResult<Output>>
    where
        Changes: 'changes,
        Changes::Changeset: 'changes,
        'conn: 'changes,
        Self: 'changes,
    {
        Box::pin(async move { diesel::update(changes).set(changes).get_result(self).await })
    }
}

/// Transactions and savepoints, for diesel-async.
#[derive(Clone, Copy, Debug)]
pub struct SqliteTransactions;

impl TransactionManager<SqliteConn> for SqliteTransactions {
    type TransactionStateData = AnsiTransactionManager;

    async fn begin_transaction(conn: &mut SqliteConn) -> QueryResult<()> {
        conn.statement(AnsiTransactionManager::begin_transaction).await
    }

    async fn commit_transaction(conn: &mut SqliteConn) -> QueryResult<()> {
        conn.commit_one().await
    }

    async fn rollback_transaction(conn: &mut SqliteConn) -> QueryResult<()> {
        conn.roll_back_one().await
    }

    fn transaction_manager_status_mut(conn: &mut SqliteConn) -> &mut TransactionManagerStatus {
        AnsiTransactionManager::transaction_manager_status_mut(conn.diesels())
    }
}
