//! The connection to PostgreSQL.

mod for_users;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::connection::{
    Instrumentation, InstrumentationEvent, StrQueryHelper, get_default_instrumentation,
};
use diesel::pg::Pg;
use diesel::query_builder::QueryFragment;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{QueryResult, debug_query, deserialize};
use diesel_async::AnsiTransactionManager;
use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use tokio_postgres::{CancelToken, Client, RowStream, Statement};

pub use for_users::PgRows;

use super::begun::{may_begin, may_begin_alone};
use super::kept::{Kept, Shaped};
use super::refusal;
use super::row::PgRow;
use super::written::{Types, Written};
use crate::diesel::in_flight::InFlight;

/// The connection of models on PostgreSQL, for diesel-async's `RunQueryDsl`. Queries that are awaited together
/// (`join!`, each on a `&mut &*conn`) are sent at once. Prepared statements are kept, in a pool a few hundred at most.
///
/// The URL is `postgres://user:password@host:5432/shop`, with parameters of libpq behind a `?`. Of several hosts
/// (`postgres://one,two/shop`) the first that can be written to is taken, unless `target_session_attrs` says
/// otherwise. With the feature `tls`, `sslmode=require` encrypts and always verifies the server's certificate by those
/// that the system trusts. A server has 5 seconds to take a connection (`connect_timeout`), and is taken to be gone
/// after 30 of silence (`tcp_user_timeout`, `keepalives_idle`). Points in time are those of UTC.
pub struct PgConn {
    client: Client,
    statements: Mutex<Kept>,
    keeps: AtomicBool,
    types: Types,
    transactions: AnsiTransactionManager,
    /// A statement in a transaction could not be brought in line with those of others, so that the transaction can
    /// only be rolled back.
    out_of_line: AtomicBool,
    /// A transaction is open.
    is_open: AtomicBool,
    /// A user's text may have begun one.
    may_be_open: AtomicBool,
    /// A statement in it has failed: the server would take nothing but its end.
    has_failed: AtomicBool,
    /// It begins or ends just now.
    turns: AtomicBool,
    listener: Mutex<Option<Box<dyn Instrumentation>>>,
    /// Whether there is one, which is known without the lock.
    has_listener: bool,
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
        let listener = get_default_instrumentation();
        Ok(Self {
            client,
            statements: Mutex::default(),
            keeps: AtomicBool::new(true),
            types: Types::default(),
            transactions: AnsiTransactionManager::default(),
            out_of_line: AtomicBool::new(false),
            is_open: AtomicBool::new(false),
            may_be_open: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            turns: AtomicBool::new(false),
            has_listener: listener.is_some(),
            listener: Mutex::new(listener),
            in_flight,
        })
    }

    /// What stops the statement that runs.
    pub(super) fn cancel_token(&self) -> CancelToken {
        self.client.cancel_token()
    }

    /// Whether a transaction was left while it began or ended: nobody knows what is open.
    pub(super) fn is_undecided(&self) -> bool {
        self.turns.load(Ordering::Relaxed)
    }

    /// Whether a transaction was begun, by whomever, and may not have ended.
    pub(super) fn is_begun(&self) -> bool {
        self.is_open.load(Ordering::Relaxed) || self.may_be_open.load(Ordering::Relaxed)
    }

    /// Notes whether a text of a user's may begin a transaction.
    fn note_a_begin(&self, sql: &str) {
        if may_begin_alone(sql) {
            self.may_be_open.store(true, Ordering::Relaxed);
        }
    }

    /// Gives statements no more than so long, or as long as the server allows. What waits for a lock while it is committed
    /// is no statement any more to the server, and has a limit of its own.
    pub(super) async fn limit(&self, most: Option<Duration>) -> QueryResult<()> {
        let sql = match most.map(|most| most.as_millis()) {
            Some(most) => format!("SET statement_timeout = {most}; SET lock_timeout = {most}"),
            None => "RESET statement_timeout; RESET lock_timeout".to_owned(),
        };
        self.client.batch_execute(&sql).await.map_err(refusal::error)
    }

    /// Lets go of all prepared statements.
    pub(super) fn forget(&self) {
        self.statements().forget_all();
        self.in_flight.forget_statements();
    }

    fn statements(&self) -> MutexGuard<'_, Kept> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a query, and tells who listens that it begins.
    pub(super) fn write<'q>(&self, query: &dyn QueryFragment<Pg>) -> QueryResult<Written<'q>> {
        self.announce(query);
        self.compose(query)
    }

    /// The same for one that may have a shape, and then need not be written each time.
    pub(super) fn write_shaped<'q>(&self, query: &'q dyn Shaped) -> QueryResult<Written<'q>> {
        self.announce(query);
        Written::shaped(query, &self.statements, &self.types)
    }

    fn announce(&self, query: &dyn QueryFragment<Pg>) {
        self.tell(|listener| {
            let query = debug_query::<Pg, _>(&query);
            listener.on_connection_event(InstrumentationEvent::start_query(&query));
        });
    }

    /// Writes a query that may not be run.
    pub(super) fn compose<'q>(&self, query: &dyn QueryFragment<Pg>) -> QueryResult<Written<'q>> {
        Written::new(query, &self.statements, &self.types)
    }

    /// The statement that was remembered by the text of a query, with the values of this one, and that there is such a
    /// statement; else this one.
    pub(super) fn marked<'q>(
        &self,
        query: &dyn QueryFragment<Pg>,
    ) -> QueryResult<(Written<'q>, bool)> {
        let mut marked = Written::mark(query, &self.types)?;
        let is_remembered = marked.become_what_it_marks(&self.statements());
        Ok((marked, is_remembered))
    }

    /// Tells who listens that a query begins that was composed before.
    pub(super) fn begin<'q>(&self, written: Written<'q>) -> Written<'q> {
        self.tell(|listener| {
            let query = StrQueryHelper::new(written.sql());
            listener.on_connection_event(InstrumentationEvent::start_query(&query));
        });
        written
    }

    /// Tells who listens, if anybody does.
    fn tell(&self, event: impl FnOnce(&mut dyn Instrumentation)) {
        if !self.has_listener {
            return;
        }
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = &mut *listener {
            event(&mut **listener);
        }
    }

    /// The statement of a query.
    async fn prepared(&self, written: &mut Written<'_>) -> Result<Statement, Failure> {
        if !written.unknown().is_empty() {
            let known: BoxFuture<'_, _> = Box::pin(self.look_types_up(written));
            known.await?;
        }
        let kept = written.kept.take().filter(|kept| written.fits(kept));
        let statement = match kept {
            Some(kept) => kept,
            None => {
                let prepared: BoxFuture<'_, _> = Box::pin(self.prepare(written));
                prepared.await?
            }
        };
        if let Some(shape) = written.shape.take() {
            self.statements().remember(*shape, written.sql());
        }
        Ok(statement)
    }

    async fn prepare(&self, written: &Written<'_>) -> Result<Statement, Failure> {
        let parameters = written.parameters();
        let statement = self.client.prepare_typed(written.sql(), &parameters).await?;
        if written.comes_again && self.keeps.load(Ordering::Relaxed) {
            self.tell(|listener| {
                listener.on_connection_event(InstrumentationEvent::cache_query(written.sql()));
            });
            if self.statements().keep(written.sql(), &statement) {
                self.in_flight.keep_statement();
            }
        }
        Ok(statement)
    }

    /// Asks for the numbers of types that the database defines itself.
    async fn look_types_up(&self, written: &mut Written<'_>) -> Result<(), Failure> {
        let mut numbers = Vec::new();
        for (schema, name) in written.unknown() {
            let row = match schema {
                Some(schema) => self.client.query_opt(TYPE_IN_SCHEMA, &[name, schema]).await,
                None => self.client.query_opt(TYPE, &[name]).await,
            };
            let row = row?.ok_or_else(|| {
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

    async fn send(&self, written: &mut Written<'_>) -> Result<RowStream, Failure> {
        let statement = self.prepared(written).await?;
        // It takes a kilobyte: whoever holds it would take more than allocators have at hand.
        match Box::pin(self.client.query_raw(&statement, &written.values)).await {
            Ok(rows) => Ok(rows),
            Err(error) if refusal::is_stale(&error) => {
                if self.is_open.load(Ordering::Relaxed) {
                    // Others may be about the same table, and each would end a transaction.
                    self.forget();
                    return Err(refusal::stale(&error).map_or_else(|| error.into(), Failure::from));
                }
                self.statements().forget(written.sql());
                let again: BoxFuture<'_, _> = Box::pin(async {
                    let statement = self.prepare(written).await?;
                    Ok(self.client.query_raw(&statement, &written.values).await?)
                });
                again.await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A statement has come to its end.
    fn finished(&self, sql: &str, error: Option<&Error>) {
        self.in_flight.finish(error);
        if matches!(error, Some(Error::DatabaseError(..))) && self.is_open.load(Ordering::Relaxed) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
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
    pub(super) async fn each<L>(&self, mut written: Written<'_>, look: &mut L) -> QueryResult<u64>
    where
        L: FnMut(&PgRow) -> deserialize::Result<()> + ?Sized,
    {
        let result = self.attempt(&mut written, look).await;
        result.map_err(|failure| failure.error)
    }

    /// The same, with what else is known of a failure.
    pub(super) async fn attempt<L>(
        &self,
        written: &mut Written<'_>,
        look: &mut L,
    ) -> Result<u64, Failure>
    where
        L: FnMut(&PgRow) -> deserialize::Result<()> + ?Sized,
    {
        self.in_flight.start();
        let result = async {
            let mut rows = pin!(self.send(written).await?);
            while let Some(row) = rows.next().await {
                look(&PgRow::new(row?)).map_err(Error::DeserializationError)?;
            }
            Ok(rows.rows_affected().unwrap_or(0))
        };
        let result: Result<_, Failure> = result.await;
        self.finished(written.sql(), result.as_ref().err().map(|failure| &failure.error));
        result
    }

    async fn run(&self, sql: &str) -> QueryResult<()> {
        let is_turn = TURNS.iter().any(|turn| sql.starts_with(turn));
        // The server would roll it back, and say that all is well.
        let is_lost = sql == "COMMIT" && self.has_failed.load(Ordering::Relaxed);
        let sql = if is_lost { "ROLLBACK" } else { sql };
        self.tell(|listener| {
            let query = StrQueryHelper::new(sql);
            listener.on_connection_event(InstrumentationEvent::start_query(&query));
        });
        self.in_flight.start();
        self.may_be_open.fetch_or(sql != "BEGIN" && may_begin(sql), Ordering::Relaxed);
        self.turns.store(is_turn, Ordering::Relaxed);
        let result = self.client.batch_execute(sql).await.map_err(refusal::error);
        self.turns.store(false, Ordering::Relaxed);
        self.finished(sql, result.as_ref().err());
        if result.is_ok() && (begins(sql) || sql.starts_with("ROLLBACK")) {
            self.has_failed.store(false, Ordering::Relaxed);
        }
        match sql {
            "COMMIT" | "ROLLBACK" => {
                self.is_open.store(false, Ordering::Relaxed);
                self.may_be_open.store(result.is_err(), Ordering::Relaxed);
            }
            _ if begins(sql) => self.is_open.store(result.is_ok(), Ordering::Relaxed),
            _ => {}
        }
        match result {
            Ok(()) if is_lost => {
                let text = "a statement of the transaction failed, and its error was not passed on: \
                            nothing of it is stored";
                Err(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned())))
            }
            result => result,
        }
    }
}

/// Why a statement failed.
pub(super) struct Failure {
    pub(super) error: Error,
    /// It was stopped because it took too long, and has done nothing.
    pub(super) took_too_long: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, took_too_long: false }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let took_too_long = refusal::took_too_long(&error);
        Self { error: refusal::error(error), took_too_long }
    }
}

/// Whether a text begins with the begin of a transaction.
fn begins(sql: &str) -> bool {
    let first = sql.split_ascii_whitespace().next().unwrap_or_default().trim_end_matches(';');
    first.eq_ignore_ascii_case("BEGIN") || first.eq_ignore_ascii_case("START")
}

/// What begins or ends a transaction, or a part of it.
const TURNS: [&str; 5] = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT"];

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
