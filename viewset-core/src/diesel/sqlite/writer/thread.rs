//! The thread itself: whose statements share a transaction, and what becomes of them where one spoils it for the others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::connection::Connection as _;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteConnection};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::line::{Job, Line};
use crate::diesel::fixed::Fixed;
use crate::diesel::in_flight::InFlight;
use crate::diesel::sqlite::asked::is_nothing_open;
use crate::diesel::sqlite::run::{Any, first};
use crate::diesel::sqlite::work::failed;
use crate::diesel::sqlite::{forget_statements, open};
use crate::diesel::wait::wait_until;
use crate::diesel::watch::Watch;

/// How many statements share a transaction at most, where none can spoil it for others. Those who wait for a transaction
/// of their own wait no longer than these take.
const TOGETHER: usize = 64;

/// How long it is believed that none can: another process may change tables.
const BELIEVED: Duration = Duration::from_secs(60);

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
pub(super) fn is_constraint(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
}

/// The thread and its connection.
pub(super) struct Thread {
    path: String,
    turn: Arc<Semaphore>,
    /// How long a statement waits for its turn.
    wait: Duration,
    conn: Option<(SqliteConnection, InFlight)>,
    changed: Arc<AtomicBool>,
    /// How many statements share a transaction, and when that was asked.
    most: Option<(usize, Instant)>,
}

/// What became of statements that shared a transaction.
struct Batch {
    done: Vec<Job>,
    committed: QueryResult<()>,
    /// Those whose transaction another one has spoiled: nothing of them is stored.
    spoiled: Vec<Job>,
}

impl Batch {
    fn new(done: Vec<Job>, committed: QueryResult<()>) -> Self {
        Self { done, committed, spoiled: Vec::new() }
    }

    fn answer(self) {
        for job in self.done {
            job.answer(self.committed.as_ref().err());
        }
    }
}

impl Thread {
    pub(super) fn new(
        path: String,
        turn: Arc<Semaphore>,
        wait: Duration,
        changed: Arc<AtomicBool>,
    ) -> Self {
        Self { path, turn, wait, conn: None, changed, most: None }
    }

    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        let mut line = Line::new(jobs);
        while line.wait_for_one() {
            let Ok(turn) = self.turn(&mut line) else { return };
            let Some(turn) = turn else { continue };
            let mut batch = self.together(&mut || line.next(), TOGETHER);
            for job in std::mem::take(&mut batch.spoiled) {
                let mut job = Some(job);
                self.together(&mut || job.take(), 1).answer();
            }
            drop(turn);
            batch.answer();
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

    /// Runs the statements that wait in one transaction, so many at most, and commits it.
    fn together(&mut self, next: &mut dyn FnMut() -> Option<Job>, most: usize) -> Batch {
        let mut done = Vec::new();
        let (conn, in_flight, can_share) = match self.begun() {
            Ok(begun) => begun,
            Err(error) => {
                // They would have waited for the same lock, one after another.
                done.extend(std::iter::from_fn(next));
                // A connection to a file that could not be written when it was opened never can.
                self.begin_anew();
                return Batch::new(done, Err(error));
            }
        };
        let most = most.min(can_share);
        let mut goes_on = true;
        while goes_on && done.len() < most {
            let Some(mut job) = next() else { break };
            job.run(conn);
            goes_on = job.work.error().is_none_or(leaves_the_transaction);
            let has_failed = job.has_failed();
            done.push(job);
            match has_failed.then(|| is_nothing_open(conn, in_flight)) {
                None | Some(Ok(false)) => {}
                Some(Ok(true)) => return self.spoiled_by_the_last(done),
                Some(Err(error)) => {
                    self.begin_anew();
                    return Batch::new(done, Err(error));
                }
            }
        }
        match Bracket::<false>.execute(conn) {
            Ok(_) => Batch::new(done, Ok(())),
            Err(error) => {
                // Nobody knows what state it is in.
                self.begin_anew();
                // Whose constraint was put off nobody knows, either.
                let shared = is_constraint(&error) && done.len() > 1;
                let (done, spoiled) = if shared { (Vec::new(), done) } else { (done, Vec::new()) };
                Batch { done, committed: Err(error), spoiled }
            }
        }
    }

    /// The last statement has ended the transaction, and those before it are undone.
    fn spoiled_by_the_last(&mut self, mut done: Vec<Job>) -> Batch {
        // There is something that does that.
        self.most = None;
        let last = done.pop();
        Batch { done: last.into_iter().collect(), committed: Ok(()), spoiled: done }
    }

    /// The connection in a new transaction, and how many statements may share that.
    fn begun(&mut self) -> QueryResult<(&mut SqliteConnection, &InFlight, usize)> {
        let most = self.most()?;
        let (conn, in_flight) = self.connection()?;
        Bracket::<true>.execute(conn)?;
        Ok((conn, in_flight, most))
    }

    /// How many statements may share a transaction. What one breaks would fail all; and if it is put off until the commit,
    /// another might mend it.
    fn most(&mut self) -> QueryResult<usize> {
        let changed =
            self.changed.load(Ordering::Acquire) && self.changed.swap(false, Ordering::AcqRel);
        if let Some((most, asked)) = self.most
            && !changed
            && asked.elapsed() < BELIEVED
        {
            return Ok(most);
        }
        let (conn, _) = self.connection()?;
        let spoils = first::<i64, BigInt, _>(Any::new(&SPOILS), conn)?;
        let most = if spoils > 0 { 1 } else { TOGETHER };
        self.most = Some((most, Instant::now()));
        Ok(most)
    }

    /// The next batch has a new connection.
    fn begin_anew(&mut self) {
        (self.conn, self.most) = (None, None);
    }

    fn connection(&mut self) -> QueryResult<(&mut SqliteConnection, &InFlight)> {
        if self.conn.is_none() {
            let opened = open(&self.path, false);
            let mut conn = opened.map_err(|error| failed(&error.to_string()))?;
            let in_flight = InFlight::default();
            conn.set_instrumentation(Watch::kept(&in_flight));
            self.conn = Some((conn, in_flight));
        }
        self.conn.as_mut().map(|(conn, in_flight)| (conn, &*in_flight)).ok_or(Error::NotFound)
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
