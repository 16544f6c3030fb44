//! The one thread that writes. Whatever has come while it wrote is its next transaction, and is answered after the
//! COMMIT.

use std::error::Error as StdError;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use diesel::connection::SimpleConnection as _;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};

use super::mailbox::{Address, Inbox};
use super::reader::{first, id, with_user};
use super::statements::{Begin, Commit, Delete, Insert, LastId, Update};
use crate::users::Refusal;

/// A statement that writes.
pub(super) enum Work {
    Insert {
        username: Box<str>,
        email: Box<str>,
        first_name: Box<str>,
        is_active: bool,
        date_joined: String,
    },
    Update {
        id: i32,
        changes: OwnedChanges,
    },
    Delete {
        id: i32,
    },
}

/// New values; what is `None` stays as it is.
pub(super) struct OwnedChanges {
    /// A bit for each column that is set.
    pub(super) columns: u8,
    pub(super) username: Option<Box<str>>,
    pub(super) email: Option<Box<str>>,
    pub(super) first_name: Option<Box<str>>,
    pub(super) is_active: Option<bool>,
}

/// What a statement has done.
pub(super) enum Outcome {
    /// The key of the new row.
    Inserted(i32),
    /// The row as JSON.
    Updated(Vec<u8>),
    Deleted,
}

pub(super) type Written = Result<Outcome, Refusal>;

/// The way to the thread; cheap to clone.
#[derive(Clone)]
pub(super) struct Writer(Arc<Queue>);

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    /// The thread waits to be told of the next job.
    is_idle: bool,
}

struct Job {
    work: Work,
    address: Address,
}

impl Writer {
    pub(super) fn start(mut conn: SqliteConnection) -> Result<Self, Box<dyn StdError>> {
        let queue = Arc::new(Queue::default());
        let jobs = queue.clone();
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let mut batch = Vec::new();
            loop {
                jobs.take(&mut batch);
                run(&mut conn, &mut batch);
            }
        })?;
        Ok(Self(queue))
    }

    pub(super) fn submit(&self, work: Work, address: Address) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.jobs.push(Job { work, address });
        if std::mem::take(&mut state.is_idle) {
            drop(state);
            self.0.arrived.notify_one();
        }
    }
}

impl Queue {
    /// Waits for jobs and takes them all.
    fn take(&self, batch: &mut Vec<Job>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.jobs.is_empty() {
            state.is_idle = true;
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut state.jobs, batch);
    }
}

/// Runs a batch in one transaction; nobody hears of success before it is committed.
fn run(conn: &mut SqliteConnection, batch: &mut Vec<Job>) {
    let mut outcomes = Vec::with_capacity(batch.len());
    let committed = transaction(conn, batch, &mut outcomes);
    if let Err(error) = &committed {
        let failed = Refusal::failed(error);
        outcomes.clear();
        outcomes.extend(batch.iter().map(|_| Err(failed)));
        // Whether there is a transaction to be undone depends on what failed.
        let _ = conn.batch_execute("ROLLBACK");
    }
    let mut rung: Vec<Arc<Inbox>> = Vec::new();
    for (job, outcome) in batch.drain(..).zip(outcomes) {
        job.address.put(outcome);
        if !rung.iter().any(|inbox| Arc::ptr_eq(inbox, &job.address.inbox)) {
            rung.push(job.address.inbox);
        }
    }
    for inbox in rung {
        inbox.ring();
    }
}

fn transaction(
    conn: &mut SqliteConnection,
    batch: &[Job],
    outcomes: &mut Vec<Written>,
) -> QueryResult<()> {
    Begin.execute(conn)?;
    for Job { work, .. } in batch {
        outcomes.push(match write(conn, work) {
            Ok(outcome) => Ok(outcome),
            Err(Error::NotFound) => Err(Refusal::NoUser),
            // SQLite undoes the statement and leaves the transaction open.
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Refusal::Taken),
            Err(error) => return Err(error),
        });
    }
    Commit.execute(conn)?;
    Ok(())
}

fn write(conn: &mut SqliteConnection, work: &Work) -> QueryResult<Outcome> {
    match work {
        Work::Insert { username, email, first_name, is_active, date_joined } => {
            let is_active = *is_active;
            let insert = Insert { username, email, first_name, is_active, date_joined };
            insert.execute(conn)?;
            first(conn, LastId, id)?.map(Outcome::Inserted).ok_or(Error::NotFound)
        }
        Work::Update { id, changes } => {
            update(conn, *id, changes)?.map(Outcome::Updated).ok_or(Error::NotFound)
        }
        Work::Delete { id } => match (Delete { id: *id }).execute(conn)? {
            0 => Err(Error::NotFound),
            _ => Ok(Outcome::Deleted),
        },
    }
}

/// Chooses the statement that sets these columns.
fn update(
    conn: &mut SqliteConnection,
    id: i32,
    changes: &OwnedChanges,
) -> QueryResult<Option<Vec<u8>>> {
    macro_rules! choose {
        ($($columns:literal)+) => {
            match changes.columns {
                $($columns => first(conn, Update::<$columns> { id, changes }, |row| {
                    with_user(row, |user| user.to_json())
                }),)+
                _ => Err(Error::QueryBuilderError("there is nothing to update".into())),
            }
        };
    }
    choose!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
}
