//! The connection to MySQL or MariaDB.

mod at_rest;
mod closed;
mod for_users;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{
    Instrumentation, InstrumentationEvent, StrQueryHelper, get_default_instrumentation,
};
use diesel::mysql::{Mysql, MysqlQueryBuilder};
use diesel::query_builder::{QueryBuilder as _, QueryFragment};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{QueryResult, debug_query, deserialize};
use diesel_async::AnsiTransactionManager;
use foldhash::fast::RandomState;
use futures_core::future::BoxFuture;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{BinaryProtocol, Conn, Params, Statement, Value};

use at_rest::{ROLLBACK, says};
pub(super) use closed::Write;
pub use for_users::MysqlRows;

use super::row::MysqlRow;
use super::{MysqlTarget, refusal, value};
use crate::diesel::in_flight::InFlight;
use crate::diesel::plain::is_plain;

/// The connection of models on MySQL or MariaDB, for diesel-async's `RunQueryDsl`. Prepared statements are kept, in a pool a
/// few hundred at most.
///
/// The URL is `mysql://user:password@host:3306/shop` or `mariadb://…`; of several hosts (`mysql://one,two/shop`) the first
/// that is not read-only is taken. With the feature `tls`, `?require_ssl=true` encrypts and verifies the server's
/// certificate by those that the system trusts. A server has 5 seconds to take a connection. Points in time are those of
/// UTC.
pub struct MysqlConn {
    conn: Conn,
    target: MysqlTarget,
    by_text: HashMap<Arc<str>, Statement, RandomState>,
    /// Those that have one text for a type.
    by_type: HashMap<TypeId, (Arc<str>, Statement), RandomState>,
    may_keep: bool,
    /// What the server still keeps, and nobody wants any more.
    unwanted: Vec<Statement>,
    transactions: AnsiTransactionManager,
    /// The server has rolled back the transaction that is open: what is sent now would be on its own.
    is_undone: bool,
    /// Whether answers say that what is sent on its own is committed at once. What stands between may not pass that on.
    tells_autocommit: bool,
    /// Since when somebody has it, or has had it.
    lent: Instant,
    /// It has answered nothing since then.
    is_silent: bool,
    listener: Option<Box<dyn Instrumentation>>,
    in_flight: InFlight,
    /// Whether `INSERT` may return rows.
    pub(super) returns_rows: bool,
    /// For how long the server keeps it if nobody uses it.
    pub(super) patience: Duration,
}

impl std::fmt::Debug for MysqlConn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MysqlConn").finish_non_exhaustive()
    }
}

/// What is asked of each connection once.
const SETUP: &str = "SET autocommit = 1, time_zone = '+00:00', character_set_client = 'utf8mb4', \
     character_set_connection = 'utf8mb4', character_set_results = 'utf8mb4'";

/// A query as MySQL gets it: its text, and the values that are bound in it.
pub(super) struct Written {
    text: Text,
    values: Vec<Value>,
    kind: Option<TypeId>,
}

enum Text {
    Kept(Arc<str>, Statement),
    New {
        sql: String,
        /// Whether the same text comes again, so that it pays to keep it.
        comes_again: bool,
    },
}

impl Written {
    fn sql(&self) -> &str {
        match &self.text {
            Text::Kept(sql, _) => sql,
            Text::New { sql, .. } => sql,
        }
    }

    /// Whether it may be asked twice.
    fn only_reads(&self) -> bool {
        self.sql().trim_start().starts_with("SELECT ")
    }
}

/// A query that may not be run.
#[derive(Clone)]
pub(super) struct Composed {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    pub(super) comes_again: bool,
}

impl Composed {
    pub(super) fn new(query: &dyn QueryFragment<Mysql>) -> QueryResult<Self> {
        let comes_again = query.is_safe_to_cache_prepared(&Mysql)?;
        Ok(Self { sql: sql_of(query)?, values: value::written(query)?, comes_again })
    }
}

fn sql_of(query: &dyn QueryFragment<Mysql>) -> QueryResult<String> {
    let mut sql = MysqlQueryBuilder::new();
    query.to_sql(&mut sql, &Mysql)?;
    Ok(sql.finish())
}

impl MysqlConn {
    /// Sets up a connection that is open.
    pub(super) async fn new(
        mut conn: Conn,
        target: MysqlTarget,
        in_flight: InFlight,
    ) -> Result<Self, mysql_async::Error> {
        conn.query_drop(SETUP).await?;
        let tells_autocommit = says(&conn, StatusFlags::SERVER_STATUS_AUTOCOMMIT);
        Ok(Self {
            conn,
            target,
            by_text: HashMap::default(),
            by_type: HashMap::default(),
            may_keep: true,
            unwanted: Vec::new(),
            transactions: AnsiTransactionManager::default(),
            is_undone: false,
            tells_autocommit,
            lent: Instant::now(),
            is_silent: false,
            listener: get_default_instrumentation(),
            in_flight,
            returns_rows: false,
            patience: Duration::MAX,
        })
    }

    /// What is known of it without asking.
    pub(super) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Lets go of all prepared statements.
    fn forget(&mut self) {
        self.by_type.clear();
        self.unwanted.extend(self.by_text.drain().map(|(_, statement)| statement));
        self.in_flight.forget_statements();
    }

    /// The same, here and at the server.
    pub(super) async fn forget_statements(&mut self) -> QueryResult<()> {
        self.forget();
        self.close_unwanted().await.map_err(refusal::error)
    }

    async fn close_unwanted(&mut self) -> Result<(), mysql_async::Error> {
        while let Some(statement) = self.unwanted.last() {
            self.conn.close(statement.clone()).await?;
            self.unwanted.pop();
        }
        Ok(())
    }

    fn tell(&mut self, event: InstrumentationEvent<'_>) {
        if let Some(listener) = &mut self.listener {
            listener.on_connection_event(event);
        }
    }

    /// Writes a query, and tells who listens that it begins. It is found by its type, if there is one text for that, and its
    /// values are these, if they are known.
    pub(super) fn write(
        &mut self,
        query: &dyn QueryFragment<Mysql>,
        kind: Option<TypeId>,
        values: Option<Vec<Value>>,
    ) -> QueryResult<Written> {
        let values = match values {
            Some(values) => values,
            None => value::written(query)?,
        };
        let known = kind.as_ref().and_then(|kind| self.by_type.get(kind));
        let text = match known {
            Some((sql, statement)) => Text::Kept(sql.clone(), statement.clone()),
            None => self.text(query)?,
        };
        if self.listener.is_some() {
            let query = debug_query::<Mysql, _>(&query);
            self.tell(InstrumentationEvent::start_query(&query));
        }
        Ok(Written { text, values, kind })
    }

    fn text(&self, query: &dyn QueryFragment<Mysql>) -> QueryResult<Text> {
        let sql = sql_of(query)?;
        Ok(match self.kept(&sql) {
            Some(kept) => kept,
            None => Text::New { comes_again: query.is_safe_to_cache_prepared(&Mysql)?, sql },
        })
    }

    /// Whether the statement with this text is kept.
    pub(super) fn keeps(&self, sql: &str) -> bool {
        self.by_text.contains_key(sql)
    }

    fn kept(&self, sql: &str) -> Option<Text> {
        let (sql, statement) = self.by_text.get_key_value(sql)?;
        Some(Text::Kept(sql.clone(), statement.clone()))
    }

    /// Tells who listens that a query begins that was composed before.
    pub(super) fn begin(&mut self, composed: Composed) -> Written {
        if self.listener.is_some() {
            self.tell(InstrumentationEvent::start_query(&StrQueryHelper::new(&composed.sql)));
        }
        let Composed { sql, values, comes_again } = composed;
        let text = self.kept(&sql).unwrap_or(Text::New { sql, comes_again });
        Written { text, values, kind: None }
    }

    /// The statement of a query.
    async fn prepared(&mut self, written: &Written) -> Result<Statement, mysql_async::Error> {
        match &written.text {
            Text::Kept(sql, statement) => {
                if let Some(kind) = written.kind
                    && !self.by_type.contains_key(&kind)
                {
                    self.by_type.insert(kind, (sql.clone(), statement.clone()));
                }
                Ok(statement.clone())
            }
            Text::New { sql, comes_again } => {
                let prepared: BoxFuture<'_, _> = Box::pin(self.prepare(sql, *comes_again));
                prepared.await
            }
        }
    }

    async fn prepare(
        &mut self,
        sql: &str,
        comes_again: bool,
    ) -> Result<Statement, mysql_async::Error> {
        let statement = self.conn.prep(sql.to_owned()).await?;
        if comes_again && self.may_keep {
            self.tell(InstrumentationEvent::cache_query(sql));
            if self.by_text.insert(sql.into(), statement.clone()).is_none() {
                self.in_flight.keep_statement();
            }
        } else {
            self.unwanted.push(statement.clone());
        }
        Ok(statement)
    }

    /// Sends a query; its rows are to be read.
    async fn send(&mut self, written: &mut Written) -> Result<(), mysql_async::Error> {
        if !self.unwanted.is_empty() {
            Box::pin(self.close_unwanted()).await?;
        }
        let statement = self.prepared(written).await?;
        let values = std::mem::take(&mut written.values);
        let params = if values.is_empty() { Params::Empty } else { Params::Positional(values) };
        let sent = self.conn.exec_iter(statement, params).await.map(|_| ());
        if sent.as_ref().is_err_and(refusal::is_stale) {
            self.forget();
        }
        sent
    }

    /// The error of what could not be sent. One that is not the server's has closed the connection, be it for a value too few.
    fn unsent(&self, error: mysql_async::Error) -> Error {
        if !matches!(error, mysql_async::Error::Server(_)) {
            self.in_flight.note_doubt(true);
        }
        refusal::error(error)
    }

    /// The rows of what was sent last.
    fn rows(&mut self) -> mysql_async::QueryResult<'_, 'static, BinaryProtocol> {
        mysql_async::QueryResult::new(&mut self.conn)
    }

    /// Whether a statement may be sent, once what stands before it is out of the way.
    async fn make_ready(&mut self, is_rollback: bool) -> QueryResult<()> {
        // Its answer would be taken for that of the next one.
        if !self.in_flight.is_idle() {
            let text = "a statement before this one was not awaited to its end";
            let text = Box::new(text.to_owned());
            return Err(Error::DatabaseError(DatabaseErrorKind::ClosedConnection, text));
        }
        if self.in_flight.has_unread() {
            Box::pin(self.read_rest()).await?;
        }
        if is_rollback {
            return Ok(());
        }
        if self.in_flight.is_in_doubt() {
            Box::pin(self.look_at_the_transaction()).await?;
        }
        if !self.is_undone {
            return Ok(());
        }
        let text = "the database has rolled back the transaction after an error: nothing of it is stored, \
                    and no more can be done in it";
        let text = Box::new(text.to_owned());
        Err(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, text))
    }

    /// Reads what is left of the last answer. If there is an error in it, nobody knows what was done: then the connection
    /// is of no use any more.
    pub(super) async fn read_rest(&mut self) -> QueryResult<()> {
        self.in_flight.start();
        let rest = self.rows().drop_result().await;
        self.in_flight.finish(None);
        if rest.is_err() {
            self.in_flight.lose();
        }
        self.in_flight.note_unread(false);
        rest.map_err(refusal::error)
    }

    /// Waits for the end of what still runs, for nobody.
    pub(super) async fn run_out(&mut self) -> Result<(), mysql_async::Error> {
        // What is sent now stands in line behind it, and whatever comes is its answer.
        self.conn.query_drop(NOTHING).await
    }

    /// A statement has come to its end, before which the connection was at rest or not.
    fn finished(&mut self, sql: &str, was_at_rest: bool, error: Option<&Error>) {
        self.in_flight.finish(error);
        self.is_silent &= self.in_flight.is_lost();
        if error.is_some() && !(was_at_rest && is_plain(sql)) {
            self.in_flight.note_doubt(true);
        }
        self.tell_end(sql, error);
    }

    fn tell_end(&mut self, sql: &str, error: Option<&Error>) {
        if self.listener.is_some() {
            self.tell(InstrumentationEvent::finish_query(&StrQueryHelper::new(sql), error));
        }
    }

    /// Runs a query and looks at each of its rows; how many it has changed.
    pub(super) async fn each<L>(&mut self, mut written: Written, look: &mut L) -> QueryResult<u64>
    where
        L: FnMut(&MysqlRow) -> deserialize::Result<()> + ?Sized,
    {
        if let Err(error) = self.make_ready(false).await {
            self.tell_end(written.sql(), Some(&error));
            return Err(error);
        }
        let was_at_rest = self.is_at_rest();
        self.in_flight.start();
        let result = self.read(&mut written, look).await;
        self.finished(written.sql(), was_at_rest, result.as_ref().err());
        result
    }

    async fn read<L>(&mut self, written: &mut Written, look: &mut L) -> QueryResult<u64>
    where
        L: FnMut(&MysqlRow) -> deserialize::Result<()> + ?Sized,
    {
        self.send(written).await.map_err(|error| self.unsent(error))?;
        self.is_silent = false;
        let mut rows = self.rows();
        let mut looked = Ok(());
        while let Some(row) = rows.next().await.map_err(refusal::error)? {
            looked = look(&MysqlRow::new(row)).map_err(Error::DeserializationError);
            if looked.is_err() {
                break;
            }
        }
        // A procedure goes on behind its rows; and what is left of them would be in the way.
        rows.drop_result().await.map_err(refusal::error)?;
        looked?;
        Ok(self.conn.affected_rows())
    }

    /// Runs a text that has no values. A transaction that has not begun begins on another connection.
    async fn run(&mut self, sql: &str) -> QueryResult<()> {
        let result = self.run_here(sql).await;
        if result.is_err() && sql == BEGIN && Box::pin(self.is_renewed()).await {
            return Box::pin(self.run_here(sql)).await;
        }
        result
    }

    async fn run_here(&mut self, sql: &str) -> QueryResult<()> {
        if self.listener.is_some() {
            self.tell(InstrumentationEvent::start_query(&StrQueryHelper::new(sql)));
        }
        let is_rollback = sql == ROLLBACK;
        if let Err(error) = self.make_ready(is_rollback).await {
            self.tell_end(sql, Some(&error));
            return Err(error);
        }
        self.in_flight.start();
        let result = self.conn.query_drop(sql).await.map_err(refusal::error);
        if is_rollback && result.is_ok() {
            self.is_undone = false;
            self.in_flight.note_doubt(false);
        }
        // There may be several statements in it.
        self.finished(sql, false, result.as_ref().err());
        result
    }
}

/// It does nothing.
const NOTHING: &str = "DO 0";

const BEGIN: &str = "BEGIN";

/// What is done with each row.
pub(super) type Look<'a> = &'a mut dyn FnMut(&MysqlRow) -> deserialize::Result<()>;
