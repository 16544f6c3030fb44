//! One thread that writes: statements that need no transaction of their own share one, and each is answered once that is
//! committed. A commit costs more than most statements, and one writer waits for no lock.
//!
//! Transactions of requests have a connection of their own; the turn to write goes to and fro between them and this
//! thread in the order in which they asked for it.

mod line;
mod thread;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use tokio::sync::{Semaphore, oneshot};

use super::SqliteTarget;
use super::work::{Work, failed};
use line::Job;
use thread::Thread;

/// The way to the thread, which begins with the first statement and ends with the database.
pub struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    path: String,
    turn: Arc<Semaphore>,
    wait: Duration,
    /// Tables may look otherwise than the thread knows.
    changed: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn new(target: &SqliteTarget, turn: Arc<Semaphore>, wait: Duration) -> Self {
        let (jobs, path) = (Mutex::default(), target.path.clone());
        Self { jobs, path, turn, wait, changed: Arc::default() }
    }

    /// Tables may look otherwise now.
    pub(super) fn tables_changed(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// Runs a statement, and answers once it is committed; or says that it had no turn in time, and was not run. Nobody need
    /// wait for it to run to its end.
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
        let changed = self.changed.clone();
        let thread = Thread::new(path, turn, wait, changed);
        std::thread::Builder::new()
            .name("viewset-sqlite-writer".to_owned())
            .spawn(move || thread.run(&receiver))?;
        // The receiver lives in the thread that has just begun.
        let _ = sender.send(job);
        *jobs = Some(sender);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
