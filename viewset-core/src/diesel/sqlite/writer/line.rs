//! Those who wait for the thread that writes.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::thread::is_constraint;
use crate::diesel::pool::{busy, out_of_reach};
use crate::diesel::sqlite::work::{Work, failed};

/// A statement with somebody who waits for its answer.
pub(super) struct Job {
    pub(super) work: Box<dyn Work>,
    pub(super) answer: oneshot::Sender<QueryResult<Box<dyn Work>>>,
    pub(super) since: Instant,
}

impl Job {
    /// Runs it.
    pub(super) fn run(&mut self, conn: &mut SqliteConnection) {
        if catch_unwind(AssertUnwindSafe(|| self.work.run(conn))).is_err() {
            self.work.fail(failed("the statement panicked"));
        }
    }

    /// Whether what it failed with may have ended the transaction.
    pub(super) fn has_failed(&self) -> bool {
        self.work.error().is_some_and(|error| !matches!(error, Error::NotFound))
    }

    /// Tells the result, unless the transaction failed.
    pub(super) fn answer(self, failed_with: Option<&Error>) {
        let result = match failed_with {
            // What the statement itself failed with says more than that nothing could be committed.
            Some(error) if self.work.error().is_none() => Err(again(error)),
            _ => Ok(self.work),
        };
        // Who has gone away needs no answer.
        let _ = self.answer.send(result);
    }
}

/// The same error for one more.
fn again(error: &Error) -> Error {
    let kind = match is_constraint(error) {
        true => DatabaseErrorKind::ForeignKeyViolation,
        false => DatabaseErrorKind::Unknown,
    };
    let message = match error {
        Error::DatabaseError(_, info) => info.message().to_owned(),
        error => error.to_string(),
    };
    Error::DatabaseError(kind, Box::new(message))
}

/// Statements in the order in which they have come.
pub(super) struct Line<'j> {
    jobs: &'j Receiver<Job>,
    /// Those that are known to wait.
    waiting: VecDeque<Job>,
}

impl<'j> Line<'j> {
    pub(super) fn new(jobs: &'j Receiver<Job>) -> Self {
        Self { jobs, waiting: VecDeque::new() }
    }

    /// Waits until somebody waits; false if nobody will any more.
    pub(super) fn wait_for_one(&mut self) -> bool {
        if self.waiting.is_empty() {
            let Ok(first) = self.jobs.recv() else { return false };
            self.waiting.push_back(first);
        }
        true
    }

    /// When the first began to wait; `None` if nobody waits.
    pub(super) fn since(&self) -> Option<Instant> {
        self.waiting.front().map(|first| first.since)
    }

    /// The next.
    pub(super) fn next(&mut self) -> Option<Job> {
        self.waiting.pop_front().or_else(|| self.jobs.try_recv().ok())
    }

    /// Turns those away who have waited so long, as all who get no connection in time.
    pub(super) fn turn_away(&mut self, wait: Duration) {
        self.waiting.extend(self.jobs.try_iter());
        while self.since().is_some_and(|since| since.elapsed() >= wait)
            && let Some(late) = self.waiting.pop_front()
        {
            let _ = late.answer.send(out_of_reach(Err(busy())));
        }
    }
}
