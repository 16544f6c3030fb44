//! One thread that writes: statements that need no transaction of their own share one, and each is answered once that is
//! committed. A commit costs more than most statements, and one writer waits for no lock.
//!
//! Transactions of requests have a connection of their own; the turn to write goes to and fro between them and this
//! thread in the order in which they asked for it.

mod line;

use std::pin::pin;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::connection::Connection as _;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteConnection};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};

use super::run::{Any, first};
use super::work::{Work, failed};
use super::{SqliteTarget, forget_statements, open};
use crate::diesel::fixed::Fixed;
use crate::diesel::in_flight::InFlight;
use crate::diesel::wait::wait_until;
use crate::diesel::watch::Watch;
use line::{Job, Line};

/// How many statements share a transaction at most, where none can spoil it for others. Those who wait for a transaction
/// of their own wait no longer than these take.
const TOGETHER: usize = 64;

/// The way to the thread, which begins with the first statement and ends with the database.
pub struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    path: String,
    turn: Arc<Semaphore>,
    wait: Duration,
}

impl Writer {
    pub(super) fn new(target: &SqliteTarget, turn: Arc<Semaphore>, wait: Duration) -> Self {
        Self { jobs: Mutex::default(), path: target.path.clone(), turn, wait }
    }

    /// Runs a statement, and answers once it is committed. It runs to its end, even if nobody waits for it any more.
    pub(super) async fn carry(&self, work: Box<dyn Work>) -> QueryResult<Box<dyn Work>> {
        let (answer, answered) = oneshot::channel();
        let job = Job { work, answer, since: Instant::now() };
        self.send(job).map_err(|error| failed(&error.to_string()))?;
        answered.await.unwrap_or_else(|_| Err(failed("the thread that writes has ended")))
    }

    fn send(&self, job: Job) -> std::io::Result<()> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match &*jobs {
            None => job,
            Some(sender) => match sender.send(job) {
                Ok(()) => return Ok(()),
                // The thread has ended; a new one takes over.
                Err(mpsc::SendError(job)) => job,
            },
        };
        let (sender, receiver) = mpsc::channel();
        let (path, turn, wait) = (self.path.clone(), self.turn.clone(), self.wait);
        thread::Builder::new()
            .name("viewset-sqlite-writer".to_owned())
            .spawn(move || Thread { path, turn, wait, conn: None, most: 1 }.run(&receiver))?;
        // The receiver lives in the thread that has just begun.
        let _ = sender.send(job);
        *jobs = Some(sender);
        Ok(())
    }
}

/// The begin of a transaction, or its end; kept prepared.
struct Bracket<const BEGINS: bool>;

impl<const BEGINS: bool> QueryId for Bracket<BEGINS> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const BEGINS: bool> QueryFragment<Sqlite> for Bracket<BEGINS> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(if BEGINS { "BEGIN IMMEDIATE" } else { "COMMIT" });
        Ok(())
    }
}

impl<const BEGINS: bool> RunQueryDsl<SqliteConnection> for Bracket<BEGINS> {}

/// How many tables have what one statement does to others: constraints that are put off until a commit, as Django makes
/// them, and constraints or triggers that end the transaction.
const SPOILS: Fixed = Fixed(
    || "SELECT COUNT(*) FROM sqlite_master WHERE sql LIKE '%DEFERRED%' OR sql LIKE '%ROLLBACK%'",
);

/// Whether an error is about its statement alone: SQLite undoes that, and keeps what came before it.
fn leaves_the_transaction(error: &Error) -> bool {
    matches!(
        error,
        Error::NotFound
            | Error::DatabaseError(
                DatabaseErrorKind::UniqueViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::NotNullViolation
                    | DatabaseErrorKind::CheckViolation,
                _,
            )
    )
}

/// Whether a constraint was put off until the commit, and does not hold.
fn is_constraint(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
}

/// The thread and its connection.
struct Thread {
    path: String,
    turn: Arc<Semaphore>,
    /// How long a statement waits for its turn.
    wait: Duration,
    conn: Option<(SqliteConnection, InFlight)>,
    /// How many statements share a transaction.
    most: usize,
}

impl Thread {
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut line = Line::new(jobs);
        while line.wait_for_one() {
            let Ok(turn) = self.turn(&mut line) else { return };
            let Some(turn) = turn else { continue };
            let (done, committed) = self.together(&mut line);
            drop(turn);
            for job in done {
                job.answer(committed.as_ref().err());
            }
            self.rest();
        }
    }

    /// Waits for the turn to write, as long as somebody waits for that; an error if the database is closed.
    fn turn(&self, line: &mut Line<'_>) -> Result<Option<OwnedSemaphorePermit>, AcquireError> {
        // It keeps its place while those who have waited too long go, and others come.
        let mut turn = pin!(self.turn.clone().acquire_owned());
        while let Some(since) = line.since() {
            if let Some(turn) = wait_until(turn.as_mut(), since.checked_add(self.wait)) {
                return turn.map(Some);
            }
            line.turn_away(self.wait);
        }
        Ok(None)
    }

    /// Runs the first statement and those that wait behind it in one transaction, and commits it.
    fn together(&mut self, line: &mut Line<'_>) -> (Vec<Job>, QueryResult<()>) {
        let mut done = Vec::new();
        let (conn, most) = match self.begun() {
            Ok(begun) => begun,
            Err(error) => {
                // They would have waited for the same lock, one after another.
                done.extend(std::iter::from_fn(|| line.next()));
                // A connection to a file that could not be written when it was opened never can.
                self.conn = None;
                return (done, Err(error));
            }
        };
        let mut goes_on = true;
        while goes_on && done.len() < most {
            let Some(mut job) = line.next() else { break };
            job.run(conn);
            goes_on = job.work.error().is_none_or(leaves_the_transaction);
            done.push(job);
        }
        let committed = Bracket::<false>.execute(conn).map(drop);
        if committed.is_err() {
            // Nobody knows what state it is in; the next batch has a new connection.
            self.conn = None;
        }
        (done, committed)
    }

    /// The connection in a new transaction, and how many statements may share that.
    fn begun(&mut self) -> QueryResult<(&mut SqliteConnection, usize)> {
        let (conn, most) = self.connection()?;
        Bracket::<true>.execute(conn)?;
        Ok((conn, most))
    }

    /// The connection, and how many statements may share a transaction.
    fn connection(&mut self) -> QueryResult<(&mut SqliteConnection, usize)> {
        if self.conn.is_none() {
            let opened = open(&self.path, false);
            let mut conn = opened.map_err(|error| failed(&error.to_string()))?;
            // What one breaks would fail all; and if it is put off until the commit, another might mend it.
            let spoils = first::<i64, BigInt, _>(Any::new(&SPOILS), &mut conn)?;
            self.most = if spoils > 0 { 1 } else { TOGETHER };
            let in_flight = InFlight::default();
            conn.set_instrumentation(Watch::kept(&in_flight));
            self.conn = Some((conn, in_flight));
        }
        let most = self.most;
        self.conn.as_mut().map(|(conn, _)| (conn, most)).ok_or(Error::NotFound)
    }

    /// Lets go of too many statements.
    fn rest(&mut self) {
        if let Some((conn, in_flight)) = &mut self.conn
            && in_flight.is_crowded()
        {
            forget_statements(conn);
            in_flight.forget_statements();
        }
    }
}

#[cfg(test)]
mod tests;
