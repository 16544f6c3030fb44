//! The connection to PostgreSQL.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use diesel::connection::{
    CacheSize, Instrumentation, InstrumentationEvent, StrQueryHelper, get_default_instrumentation,
};
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{ConnectionError, ConnectionResult, QueryResult, debug_query, deserialize};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
    TransactionManager as _,
};
use foldhash::fast::RandomState;
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use tokio_postgres::{CancelToken, Client, RowStream, Statement};

use super::refusal;
use super::row::PgRow;
use super::written::{Types, Written};
use crate::diesel::backend::DbConnection;
use crate::diesel::in_flight::InFlight;

/// The connection of models on PostgreSQL, for diesel-async's `RunQueryDsl`. Queries that are awaited together
/// (`join!`, each on a `&mut &*conn`) are sent at once. Prepared statements are kept, a few hundred at most.
///
/// The URL is `postgres://user:password@host:5432/shop`, with parameters of libpq behind a `?`. Of several hosts
/// (`postgres://one,two/shop`) the first that can be written to is taken, unless `target_session_attrs` says
/// otherwise. With the feature `tls`, `sslmode=require` encrypts and always verifies the server's certificate by those
/// that the system trusts. A server has 5 seconds to take a connection (`connect_timeout`), and is taken to be gone
/// after 30 of silence (`tcp_user_timeout`, `keepalives_idle`). Points in time are those of UTC.
pub struct PgConn {
    client: Client,
    statements: Mutex<HashMap<String, Statement, RandomState>>,
    keeps: AtomicBool,
    types: Types,
    transactions: AnsiTransactionManager,
    /// A statement in a transaction could not be brought in line with those of others, so that the transaction can
    /// only be rolled back.
    out_of_line: AtomicBool,
    listener: Mutex<Option<Box<dyn Instrumentation>>>,
    pub(super) in_flight: InFlight,
}

impl std::fmt::Debug for PgConn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PgConn").finish_non_exhaustive()
    }
}

impl PgConn {
    /// Makes a connection that is open known, and sets it up.
    pub(super) async fn new(client: Client, in_flight: InFlight) -> QueryResult<Self> {
        client.batch_execute("SET TIME ZONE 'UTC'").await.map_err(refusal::error)?;
        Ok(Self {
            client,
            statements: Mutex::default(),
            keeps: AtomicBool::new(true),
            types: Types::default(),
            transactions: AnsiTransactionManager::default(),
            out_of_line: AtomicBool::new(false),
            listener: Mutex::new(get_default_instrumentation()),
            in_flight,
        })
    }

    /// What stops the statement that runs.
    pub(super) fn cancel_token(&self) -> CancelToken {
        self.client.cancel_token()
    }

    /// Lets go of all prepared statements.
    pub(super) fn forget(&self) {
        self.statements().clear();
        self.in_flight.forget_statements();
    }

    fn statements(&self) -> MutexGuard<'_, HashMap<String, Statement, RandomState>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a query, and tells who listens that it begins.
    pub(super) fn write(&self, query: &dyn QueryFragment<Pg>) -> QueryResult<Written> {
        self.tell(|listener| {
            let query = debug_query::<Pg, _>(&query);
            listener.on_connection_event(InstrumentationEvent::start_query(&query));
        });
        Written::new(query, |sql| self.statements().get(sql).cloned(), &self.types)
    }

    /// Tells who listens, if anybody does.
    fn tell(&self, event: impl FnOnce(&mut dyn Instrumentation)) {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = &mut *listener {
            event(&mut **listener);
        }
    }

    /// The statement of a query.
    async fn prepared(&self, written: &mut Written) -> QueryResult<Statement> {
        if !written.unknown().is_empty() {
            let known: BoxFuture<'_, _> = Box::pin(self.look_types_up(written));
            known.await?;
        }
        if let Some(kept) = written.kept.take()
            && written.fits(&kept)
        {
            return Ok(kept);
        }
        let prepared: BoxFuture<'_, _> = Box::pin(self.prepare(written));
        prepared.await
    }

    async fn prepare(&self, written: &Written) -> QueryResult<Statement> {
        let prepared = self.client.prepare_typed(written.sql(), &written.parameters()?).await;
        let statement = prepared.map_err(refusal::error)?;
        if written.comes_again && self.keeps.load(Ordering::Relaxed) {
            self.tell(|listener| {
                listener.on_connection_event(InstrumentationEvent::cache_query(written.sql()));
            });
            let before = self.statements().insert(written.sql().to_owned(), statement.clone());
            if before.is_none() {
                self.in_flight.keep_statement();
            }
        }
        Ok(statement)
    }

    /// Asks for the numbers of types that the database defines itself.
    async fn look_types_up(&self, written: &mut Written) -> QueryResult<()> {
        let mut numbers = Vec::new();
        for (schema, name) in written.unknown() {
            let row = match schema {
                Some(schema) => self.client.query_opt(TYPE_IN_SCHEMA, &[name, schema]).await,
                None => self.client.query_opt(TYPE, &[name]).await,
            };
            let row = row.map_err(refusal::error)?.ok_or_else(|| {
                let text = format!("the database has no type `{name}`");
                Error::SerializationError(text.into())
            })?;
            let found = (row.get(0), row.get(1));
            let mut types = self.types.lock().unwrap_or_else(PoisonError::into_inner);
            types.insert((schema.clone(), name.clone()), found);
            numbers.push(found);
        }
        written.complete(&numbers);
        Ok(())
    }

    async fn send(&self, written: &mut Written) -> QueryResult<RowStream> {
        let statement = self.prepared(written).await?;
        self.client.query_raw(&statement, &written.values).await.map_err(refusal::error)
    }

    /// A statement has come to its end.
    fn finished(&self, sql: &str, error: Option<&Error>) {
        self.in_flight.finish(error);
        if let Some(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) = error
            && !ENDS.iter().any(|end| sql.starts_with(end))
        {
            self.out_of_line.store(true, Ordering::Relaxed);
        }
        self.tell(|listener| {
            let query = StrQueryHelper::new(sql);
            listener.on_connection_event(InstrumentationEvent::finish_query(&query, error));
        });
    }

    /// Runs a query and looks at each of its rows; how many it has changed. What is not awaited to its end goes on at
    /// the server.
    pub(super) async fn each<L>(
        &self,
        written: QueryResult<Written>,
        look: &mut L,
    ) -> QueryResult<u64>
    where
        L: FnMut(&PgRow) -> deserialize::Result<()> + ?Sized,
    {
        let mut written = written?;
        self.in_flight.start();
        let result = async {
            let mut rows = pin!(self.send(&mut written).await?);
            while let Some(row) = rows.next().await {
                let row = PgRow::new(row.map_err(refusal::error)?);
                look(&row).map_err(Error::DeserializationError)?;
            }
            Ok(rows.rows_affected().unwrap_or(0))
        };
        let result = result.await;
        self.finished(written.sql(), result.as_ref().err());
        result
    }

    async fn run(&self, sql: &str) -> QueryResult<()> {
        self.tell(|listener| {
            let query = StrQueryHelper::new(sql);
            listener.on_connection_event(InstrumentationEvent::start_query(&query));
        });
        self.in_flight.start();
        let result = self.client.batch_execute(sql).await.map_err(refusal::error);
        self.finished(sql, result.as_ref().err());
        result
    }

    fn load<'c>(&'c self, written: QueryResult<Written>) -> BoxFuture<'c, QueryResult<PgRows>> {
        Box::pin(async move {
            let mut written = written?;
            self.in_flight.start();
            let sent = self.send(&mut written).await;
            self.finished(written.sql(), sent.as_ref().err());
            Ok(PgRows(Box::pin(sent?)))
        })
    }

    fn execute<'c>(&'c self, written: QueryResult<Written>) -> BoxFuture<'c, QueryResult<usize>> {
        Box::pin(async move {
            let changed = self.each(written, &mut |_| Ok(())).await?;
            Ok(usize::try_from(changed).unwrap_or(usize::MAX))
        })
    }
}

/// What is done with each row.
pub(super) type Look<'a> = &'a mut dyn FnMut(&PgRow) -> deserialize::Result<()>;

/// As PostgreSQL finds a type by its name.
const TYPE: &str =
    "SELECT oid, typarray FROM pg_catalog.pg_type WHERE oid = quote_ident($1)::regtype::oid";

/// In a schema that is named.
const TYPE_IN_SCHEMA: &str = "SELECT kind.oid, kind.typarray FROM pg_catalog.pg_type AS kind \
     JOIN pg_catalog.pg_namespace AS space ON kind.typnamespace = space.oid \
     WHERE kind.typname = $1 AND space.nspname = $2";

/// What ends a transaction, or a part of it: where this fails, diesel itself knows what is left.
const ENDS: [&str; 2] = ["COMMIT", "RELEASE SAVEPOINT"];

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

impl AsyncConnectionCore for PgConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<PgRows>>;
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

/// What is asked through a shared reference does not wait for one another.
impl<'c> AsyncConnectionCore for &'c PgConn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'c, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'c, QueryResult<PgRows>>;
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
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        let keeps = matches!(size, CacheSize::Unbounded);
        *self.keeps.get_mut() = keeps;
        if !keeps {
            self.forget();
        }
    }
}
