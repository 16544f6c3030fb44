//! The connection as users have it: the traits of diesel-async.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use diesel::connection::{CacheSize, Instrumentation};
use diesel::mysql::Mysql;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use mysql_async::Row;

use super::{MysqlConn, Written};
use crate::diesel::backend::DbConnection as _;
use crate::diesel::in_flight::InFlight;
use crate::diesel::mysql::refusal;
use crate::diesel::mysql::row::MysqlRow;

impl MysqlConn {
    async fn load_rows(&mut self, mut written: Written) -> QueryResult<MysqlRows<'_>> {
        if let Err(error) = self.make_ready(false).await {
            self.tell_end(written.sql(), Some(&error));
            return Err(error);
        }
        let was_at_rest = self.is_at_rest();
        self.in_flight.start();
        let sent = self.send(&mut written).await.map_err(|error| self.unsent(error));
        if sent.is_err() {
            self.finished(written.sql(), was_at_rest, sent.as_ref().err());
        } else {
            self.tell_end(written.sql(), None);
        }
        sent?;
        self.is_silent = false;
        let ends = Ends { in_flight: Some(self.in_flight.clone()) };
        let rows = self.rows().stream_and_drop::<Row>().await.map_err(refusal::error)?;
        let rows = match rows {
            Some(rows) => rows.boxed(),
            None => futures_util::stream::empty().boxed(),
        };
        Ok(MysqlRows { rows, ends })
    }
}

/// Rows on their way from the server.
pub struct MysqlRows<'c> {
    rows: BoxStream<'c, Result<Row, mysql_async::Error>>,
    ends: Ends,
}

/// Tells when a statement whose rows hold the connection comes to its end; dropped before, something is left of its answer.
struct Ends {
    in_flight: Option<InFlight>,
}

impl Ends {
    fn tell(&mut self, error: Option<&Error>) {
        let Some(in_flight) = self.in_flight.take() else { return };
        if error.is_some() {
            in_flight.note_doubt(true);
        }
        in_flight.finish(error);
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        if let Some(in_flight) = &self.in_flight {
            in_flight.note_unread(true);
        }
        self.tell(None);
    }
}

impl std::fmt::Debug for MysqlRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MysqlRows").finish_non_exhaustive()
    }
}

impl Stream for MysqlRows<'_> {
    type Item = QueryResult<MysqlRow>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = ready!(self.rows.poll_next_unpin(cx));
        let row = row.map(|row| row.map(MysqlRow::new).map_err(refusal::error));
        match &row {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.ends.tell(Some(error)),
            None => self.ends.tell(None),
        }
        Poll::Ready(row)
    }
}

impl SimpleAsyncConnection for MysqlConn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.run(sql).await
    }
}

impl AsyncConnectionCore for MysqlConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<MysqlRows<'conn>>>;
    type Stream<'conn, 'query> = MysqlRows<'conn>;
    type Row<'conn, 'query> = MysqlRow;
    type Backend = Mysql;

    fn load<'conn, 'query, T>(&'conn mut self, query: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Mysql> + QueryId + 'query,
    {
        let written = self.write(&query.as_query(), T::Query::query_id(), None);
        Box::pin(async move { self.load_rows(written?).await })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        statement: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Mysql> + QueryId + 'query,
    {
        let written = self.write(&statement, T::query_id(), None);
        Box::pin(async move {
            let changed = self.each(written?, &mut |_| Ok(())).await?;
            Ok(usize::try_from(changed).unwrap_or(usize::MAX))
        })
    }
}

impl AsyncConnection for MysqlConn {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let connected = async { Self::open(&Self::target(url)?).await }.await;
        let (conn, _) =
            connected.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(conn)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        &mut self.listener
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.listener = Some(Box::new(instrumentation));
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.may_keep = matches!(size, CacheSize::Unbounded);
        if !self.may_keep {
            self.forget();
        }
    }
}
