//! What is known of a connection without asking it: the statements that still run, also for callers who have
//! gone away, how many it keeps prepared, and whether it is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use diesel::result::Error;
#[cfg(feature = "sqlite")]
use tokio::sync::Notify;

#[cfg(feature = "mysql")]
use super::mysql::Session;
use super::trouble::Trouble;

/// How many prepared statements a connection keeps.
const MAX_STATEMENTS: usize = 256;

/// The statements of a connection.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Statements>);

#[derive(Debug, Default)]
struct Statements {
    running: AtomicUsize,
    /// How many prepared statements the connection keeps.
    kept: AtomicUsize,
    /// One has panicked since the connection was last clean.
    panicked: AtomicBool,
    /// The server is gone, or has closed the connection.
    lost: AtomicBool,
    /// The connection is to be closed once it comes back.
    #[cfg(feature = "postgres")]
    retired: AtomicBool,
    /// Statements have no more than a moment.
    #[cfg(feature = "postgres")]
    limited: AtomicBool,
    /// Statements run where the caller is.
    #[cfg(feature = "sqlite")]
    brief: AtomicBool,
    /// A statement has failed since that was asked last.
    #[cfg(feature = "sqlite")]
    failed: AtomicBool,
    /// What runs is a question of ours about the connection.
    #[cfg(feature = "sqlite")]
    quiet: AtomicBool,
    #[cfg(feature = "sqlite")]
    idle: Notify,
    /// How the server knows the connection.
    #[cfg(feature = "mysql")]
    session: Option<Session>,
    /// Something is left of the last answer.
    #[cfg(feature = "mysql")]
    unread: AtomicBool,
    /// Nobody knows what an error has left open.
    #[cfg(feature = "mysql")]
    in_doubt: AtomicBool,
}

impl InFlight {
    /// Of a connection that its server knows so.
    #[cfg(feature = "mysql")]
    pub(super) fn of(session: Option<Session>) -> Self {
        Self(Arc::new(Statements { session, ..Statements::default() }))
    }

    /// How the server knows the connection.
    #[cfg(feature = "mysql")]
    pub(super) fn session(&self) -> Option<&Session> {
        self.0.session.as_ref()
    }

    /// Whether something is left of the last answer.
    #[cfg(feature = "mysql")]
    pub(super) fn has_unread(&self) -> bool {
        self.0.unread.load(Ordering::Acquire)
    }

    #[cfg(feature = "mysql")]
    pub(super) fn note_unread(&self, unread: bool) {
        self.0.unread.store(unread, Ordering::Release);
    }

    /// Whether nobody knows what an error has left open: it may have ended a transaction, or come after one has begun.
    #[cfg(feature = "mysql")]
    pub(super) fn is_in_doubt(&self) -> bool {
        self.0.in_doubt.load(Ordering::Acquire)
    }

    #[cfg(feature = "mysql")]
    pub(super) fn note_doubt(&self, in_doubt: bool) {
        self.0.in_doubt.store(in_doubt, Ordering::Release);
    }

    /// A statement begins to run.
    #[cfg(feature = "sqlite")]
    pub(super) fn begin(&self) -> Running {
        self.0.running.fetch_add(1, Ordering::AcqRel);
        Running(self.clone())
    }

    /// Whether nothing runs, nothing is left and nothing has gone wrong: the connection may be looked into at once.
    pub(super) fn is_clean(&self) -> bool {
        #[cfg(feature = "mysql")]
        if self.has_unread() {
            return false;
        }
        self.is_idle() && !self.0.panicked.load(Ordering::Acquire)
    }

    /// Whether so many are kept that it is time to begin anew: clients choose how statements look, and diesel lets
    /// go of none.
    pub(super) fn is_crowded(&self) -> bool {
        self.0.kept.load(Ordering::Relaxed) > MAX_STATEMENTS
    }

    #[cfg(all(test, any(feature = "sqlite", feature = "mysql")))]
    pub(super) fn kept_statements(&self) -> usize {
        self.0.kept.load(Ordering::Relaxed)
    }

    /// None are kept any more.
    pub(super) fn forget_statements(&self) {
        self.0.kept.store(0, Ordering::Relaxed);
    }

    /// Waits until nothing runs, and forgets what went wrong. There is one who waits, at most.
    #[cfg(feature = "sqlite")]
    pub(super) async fn settle(&self) {
        while !self.is_idle() {
            self.0.idle.notified().await;
        }
        self.0.panicked.store(false, Ordering::Release);
    }

    /// Whether statements run where the caller is, because they are known to be brief.
    #[cfg(feature = "sqlite")]
    pub(super) fn set_brief(&self, brief: bool) {
        self.0.brief.store(brief, Ordering::Relaxed);
    }

    /// Whether statements run where the caller is.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_brief(&self) -> bool {
        self.0.brief.load(Ordering::Relaxed)
    }

    /// A statement has failed.
    #[cfg(feature = "sqlite")]
    pub(super) fn note_failure(&self) {
        self.0.failed.store(true, Ordering::Relaxed);
    }

    /// Whether a statement has failed since this was asked last.
    #[cfg(feature = "sqlite")]
    pub(super) fn take_failure(&self) -> bool {
        self.0.failed.load(Ordering::Relaxed) && self.0.failed.swap(false, Ordering::Relaxed)
    }

    /// Whether what runs is a question of ours about the connection.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_quiet(&self) -> bool {
        self.0.quiet.load(Ordering::Relaxed)
    }

    #[cfg(feature = "sqlite")]
    pub(super) fn set_quiet(&self, quiet: bool) {
        self.0.quiet.store(quiet, Ordering::Relaxed);
    }

    /// Whether nothing runs.
    pub(super) fn is_idle(&self) -> bool {
        self.0.running.load(Ordering::Acquire) == 0
    }

    /// A statement begins to run that says itself when it has ended.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn start(&self) {
        self.0.running.fetch_add(1, Ordering::AcqRel);
    }

    /// It has ended.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn finish(&self, error: Option<&Error>) {
        self.note(error);
        self.0.running.fetch_sub(1, Ordering::AcqRel);
    }

    /// What an error says of the connection.
    pub(super) fn note(&self, error: Option<&Error>) {
        if error.is_some_and(|error| Trouble::of(error) == Some(Trouble::Lost)) {
            self.lose();
        }
    }

    /// One more statement is kept.
    pub(super) fn keep_statement(&self) {
        self.0.kept.fetch_add(1, Ordering::Relaxed);
    }

    /// What was cut short is over.
    #[cfg(feature = "postgres")]
    pub(super) fn forget_running(&self) {
        self.0.running.store(0, Ordering::Release);
    }

    /// The connection is of no use any more.
    pub(super) fn lose(&self) {
        self.0.lost.store(true, Ordering::Release);
    }

    /// Whether statements have no more than a moment.
    #[cfg(feature = "postgres")]
    pub(super) fn set_limited(&self, limited: bool) {
        self.0.limited.store(limited, Ordering::Release);
    }

    /// Whether statements have no more than a moment.
    pub(super) fn is_limited(&self) -> bool {
        #[cfg(feature = "postgres")]
        return self.0.limited.load(Ordering::Acquire);
        #[cfg(not(feature = "postgres"))]
        false
    }

    /// Nobody else shall use the connection.
    #[cfg(feature = "postgres")]
    pub(super) fn retire(&self) {
        self.0.retired.store(true, Ordering::Release);
    }

    /// Whether nobody else shall use the connection.
    pub(super) fn is_retired(&self) -> bool {
        #[cfg(feature = "postgres")]
        return self.0.retired.load(Ordering::Acquire);
        #[cfg(not(feature = "postgres"))]
        false
    }

    /// Whether the connection is of no use any more.
    pub(super) fn is_lost(&self) -> bool {
        self.0.lost.load(Ordering::Acquire)
    }
}

/// A statement that runs; dropped when it has ended.
#[cfg(feature = "sqlite")]
pub(super) struct Running(InFlight);

#[cfg(feature = "sqlite")]
impl Drop for Running {
    fn drop(&mut self) {
        let statements = &self.0.0;
        if std::thread::panicking() {
            statements.panicked.store(true, Ordering::Release);
        }
        statements.running.fetch_sub(1, Ordering::AcqRel);
        // The permit is kept for one who begins to wait later.
        statements.idle.notify_one();
    }
}
