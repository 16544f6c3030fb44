//! The connection as users have it: the traits of diesel-async.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use diesel::connection::{CacheSize, Instrumentation};
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
    TransactionManager as _,
};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use tokio_postgres::RowStream;

use super::PgConn;
use crate::diesel::backend::DbConnection as _;
use crate::diesel::postgres::refusal;
use crate::diesel::postgres::row::PgRow;
use crate::diesel::postgres::written::Written;

impl PgConn {
    fn load<'c>(&'c self, written: QueryResult<Written<'c>>) -> BoxFuture<'c, QueryResult<PgRows>> {
        Box::pin(async move {
            let mut written = written?;
            self.note_a_begin(written.sql());
            self.in_flight.start();
            let sent = self.send(&mut written).await;
            let sent = sent.map_err(|failure| failure.error);
            self.finished(written.sql(), sent.as_ref().err());
            Ok(PgRows(Box::pin(sent?)))
        })
    }

    fn execute<'c>(
        &'c self,
        written: QueryResult<Written<'c>>,
    ) -> BoxFuture<'c, QueryResult<usize>> {
        Box::pin(async move {
            let written = written?;
            self.note_a_begin(written.sql());
            let changed = self.each(written, &mut |_| Ok(())).await?;
            Ok(usize::try_from(changed).unwrap_or(usize::MAX))
        })
    }
}

/// Rows on their way from the server.
pub struct PgRows(Pin<Box<RowStream>>);

impl std::fmt::Debug for PgRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgRows").finish_non_exhaustive()
    }
}

impl Stream for PgRows {
    type Item = QueryResult<PgRow>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = ready!(self.0.as_mut().poll_next(cx));
        Poll::Ready(row.map(|row| row.map(PgRow::new).map_err(refusal::error)))
    }
}

impl SimpleAsyncConnection for PgConn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.run(sql).await
    }
}

impl SimpleAsyncConnection for &PgConn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.run(sql).await
    }
}

/// Runs the statements of users, on a connection of its own or through a reference that others have as well: what is
/// asked there is under way as long as the reference lives, and does not wait for one another.
macro_rules! runs_statements {
    ([$($generics:tt)*] $connection:ty, $lives:lifetime) => {
        impl<$($generics)*> AsyncConnectionCore for $connection {
            type ExecuteFuture<'conn, 'query> = BoxFuture<$lives, QueryResult<usize>>;
            type LoadFuture<'conn, 'query> = BoxFuture<$lives, QueryResult<PgRows>>;
            type Stream<'conn, 'query> = PgRows;
            type Row<'conn, 'query> = PgRow;
            type Backend = Pg;

            fn load<'conn, 'query, T>(&'conn mut self, query: T) -> Self::LoadFuture<'conn, 'query>
            where
                T: AsQuery + 'query,
                T::Query: QueryFragment<Pg> + QueryId + 'query,
            {
                PgConn::load(self, self.write(&query.as_query()))
            }

            fn execute_returning_count<'conn, 'query, T>(
                &'conn mut self,
                statement: T,
            ) -> Self::ExecuteFuture<'conn, 'query>
            where
                T: QueryFragment<Pg> + QueryId + 'query,
            {
                self.execute(self.write(&statement))
            }
        }
    };
}

runs_statements!([] PgConn, 'conn);
runs_statements!(['c] &'c PgConn, 'c);

impl AsyncConnection for PgConn {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let connected = async { Self::open(&Self::target(url)?).await }.await;
        let (conn, _) =
            connected.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(conn)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        if std::mem::take(self.out_of_line.get_mut()) {
            AnsiTransactionManager::transaction_manager_status_mut(self)
                .set_requires_rollback_maybe_up_to_top_level(true);
        }
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.listener.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.listener = Mutex::new(Some(Box::new(instrumentation)));
        self.has_listener = true;
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        let keeps = matches!(size, CacheSize::Unbounded);
        *self.keeps.get_mut() = keeps;
        if !keeps {
            self.forget();
        }
    }
}
