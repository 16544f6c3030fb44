//! Single statements of a worker share a connection: those that come within a moment are sent one behind the other, and
//! a trip to the server and back serves them all.
//!
//! The server runs them one after another, so nobody joins a line in which he would wait for longer than a moment. If
//! one takes long nevertheless, the server stops it after [`PATIENCE`], which it does before anything of it is committed,
//! and it is sent again on a connection of its own, where it may take as long as it likes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use tokio::runtime::{Handle, Id};

use super::PgConn;
use super::conn::Look;
use super::kept::Shaped;
use crate::diesel::db::Database;
use crate::diesel::pool::{Lease, out_of_reach};
use crate::diesel::trouble::Trouble;

/// How long those before one may take in all, and since when there may be no answer.
const MOMENT: Duration = Duration::from_millis(1);

/// Which line one joins: in which one is expected to wait for less than this, behind no more than so many.
#[derive(Clone, Copy)]
struct Bound {
    wait: Duration,
    others: usize,
}

/// At any time.
const SHORT: Bound = Bound { wait: MOMENT, others: usize::MAX };

/// Rather than to wait for a connection.
const FEW: Bound = Bound { wait: PATIENCE, others: 3 };

/// After so long a connection goes back, that others get one who need it for longer.
const TERM: Duration = Duration::from_millis(5);

/// How long the server works at a statement in a line.
pub(super) const PATIENCE: Duration = Duration::from_millis(25);

/// How long a statement is taken to take before any was seen, and at most, in nanoseconds.
const GUESS: u64 = 50_000;
const LONG: u64 = 2_000_000;

/// After how many that were stopped nothing is shared for a while.
const MANY: u64 = 16;

/// How long.
const REST: Duration = Duration::from_secs(1);

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may be asked twice.
    Reads,
    /// It may not.
    Writes,
}

/// The connections that are shared, by the runtimes of the workers.
pub struct Shared {
    lines: Mutex<Vec<(Id, Kind, Weak<Line>)>>,
    /// How long a statement takes the server, on the average, in nanoseconds.
    read: AtomicU64,
    write: AtomicU64,
    /// Since when the rest is told.
    since: Instant,
    /// How many statements were stopped, less those that were not.
    stopped: AtomicU64,
    /// Until when nothing is shared, in nanoseconds.
    rests_until: AtomicU64,
}

impl Default for Shared {
    fn default() -> Self {
        let number = AtomicU64::new;
        let (read, write, stopped, rests_until) =
            (number(GUESS), number(GUESS), number(0), number(0));
        Self { lines: Mutex::default(), read, write, since: Instant::now(), stopped, rests_until }
    }
}

/// A connection on which statements stand in line.
struct Line {
    conn: Lease<PgConn>,
    since: Instant,
    /// When the last answer came, in nanoseconds since then; 0 before any.
    answered: AtomicU64,
}

impl Line {
    fn age(&self, now: Instant) -> u64 {
        nanoseconds(now.saturating_duration_since(self.since))
    }

    /// Whether one may join those who stand in it, if each takes so long.
    fn is_within(&self, bound: Bound, others: usize, each: u64, now: Instant) -> bool {
        let wait = each.saturating_mul(u64::try_from(others).unwrap_or(u64::MAX));
        let age = self.age(now);
        let silence = age.saturating_sub(self.answered.load(Ordering::Relaxed));
        others <= bound.others
            && !self.conn.in_flight.is_lost()
            && age < nanoseconds(TERM)
            && silence < nanoseconds(bound.wait)
            && wait < nanoseconds(bound.wait)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Shared {
    fn lines(&self) -> MutexGuard<'_, Vec<(Id, Kind, Weak<Line>)>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn each(&self, kind: Kind) -> &AtomicU64 {
        match kind {
            Kind::Reads => &self.read,
            Kind::Writes => &self.write,
        }
    }

    /// Whether statements are sent here at all: where most of them are stopped, they had better be sent alone.
    fn is_of_use(&self) -> bool {
        let until = self.rests_until.load(Ordering::Relaxed);
        until == 0 || nanoseconds(self.since.elapsed()) >= until
    }

    /// Notes whether a statement was stopped.
    fn note_stop(&self, was_stopped: bool) {
        let stopped = self.stopped.load(Ordering::Relaxed);
        match was_stopped {
            false if stopped == 0 => {}
            false => self.stopped.store(stopped - 1, Ordering::Relaxed),
            true if stopped < MANY => self.stopped.store(stopped + 1, Ordering::Relaxed),
            true => {
                let until = nanoseconds(self.since.elapsed() + REST);
                self.rests_until.store(until, Ordering::Relaxed);
                self.stopped.store(0, Ordering::Relaxed);
            }
        }
    }

    /// The shortest line of this runtime that is within the bound.
    fn join(&self, runtime: Id, kind: Kind, bound: Bound) -> Option<Arc<Line>> {
        // To look at the clock takes a while, so it is done once for all lines.
        let (each, now) = (self.each(kind).load(Ordering::Relaxed), Instant::now());
        let lines = self.lines();
        let own = || {
            let own = lines.iter().filter(|(id, other, _)| *id == runtime && *other == kind);
            own.map(|(.., line)| line).filter(|line| line.strong_count() > 0)
        };
        let open = |line: &Weak<Line>| {
            let line = line.upgrade()?;
            line.is_within(bound, Arc::strong_count(&line) - 1, each, now).then_some(line)
        };
        // The shortest is hardly ever out of bounds: then nobody has to hold the others to look at them.
        let shortest = own().min_by_key(|line| line.strong_count());
        shortest.and_then(open).or_else(|| own().filter_map(open).min_by_key(Arc::strong_count))
    }

    /// How many stand in the longest line.
    #[cfg(test)]
    pub(super) fn longest(&self) -> usize {
        self.lines().iter().map(|(.., line)| line.strong_count()).max().unwrap_or_default()
    }

    /// Lets others join on a connection.
    fn open(&self, runtime: Id, kind: Kind, conn: Lease<PgConn>) -> Arc<Line> {
        let answered = AtomicU64::new(0);
        let line = Arc::new(Line { conn, since: Instant::now(), answered });
        let mut lines = self.lines();
        lines.retain(|(.., line)| line.strong_count() > 0);
        lines.push((runtime, kind, Arc::downgrade(&line)));
        // What was slow once is tried again.
        let each = self.each(kind);
        each.store(each.load(Ordering::Relaxed) / 64 * 63 + GUESS / 64, Ordering::Relaxed);
        line
    }

    /// Notes an answer: since the one before the server has worked at this one.
    fn note(&self, line: &Line, kind: Kind) {
        let now = line.age(Instant::now());
        let before = line.answered.swap(now, Ordering::Relaxed);
        if before > 0 {
            let each = self.each(kind);
            let took = now.saturating_sub(before).min(LONG);
            each.store(each.load(Ordering::Relaxed) / 16 * 15 + took / 16, Ordering::Relaxed);
        }
    }
}

/// A line to stand in.
async fn line(db: &Database<PgConn>, kind: Kind) -> QueryResult<Arc<Line>> {
    let (shared, runtime) = (&*db.alone, Handle::current().id());
    if let Some(line) = shared.join(runtime, kind, SHORT) {
        return Ok(line);
    }
    if let Some(conn) = out_of_reach(db.readers.lease_limited_at_once().await)? {
        return Ok(shared.open(runtime, kind, conn));
    }
    if let Some(line) = shared.join(runtime, kind, FEW) {
        return Ok(line);
    }
    let conn = out_of_reach(db.readers.lease_limited().await)?;
    Ok(shared.open(runtime, kind, conn))
}

/// Runs a statement that needs no transaction, on a connection that others may share, and looks at its rows: at those of
/// the attempt that counts last. How many rows it has changed, or brought.
pub(super) async fn run(
    db: &Database<PgConn>,
    kind: Kind,
    statement: &dyn Shaped,
    look: Look<'_>,
) -> QueryResult<u64> {
    let shared = &*db.alone;
    if db.shares && shared.is_of_use() {
        let line = line(db, kind).await?;
        let result = line.conn.attempt(&mut line.conn.write_shaped(statement)?, look).await;
        shared.note(&line, kind);
        shared.note_stop(result.as_ref().is_err_and(|failure| failure.took_too_long));
        match result {
            Ok(rows) => return Ok(rows),
            Err(failure) if failure.took_too_long => {}
            // What is read may be asked again.
            Err(failure)
                if kind == Kind::Reads && Trouble::of(&failure.error) == Some(Trouble::Lost) => {}
            Err(failure) => return Err(failure.error),
        }
    }
    let alone = async {
        let conn = out_of_reach(db.connection().await)?;
        conn.each(conn.write_shaped(statement)?, look).await
    };
    Box::pin(alone).await
}
