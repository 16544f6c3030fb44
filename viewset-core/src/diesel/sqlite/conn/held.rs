//! diesel's connection, and what has become of its transaction. SQLite ends one by itself after some errors, and a text of
//! a user's begins or ends one of which diesel does not know: what follows would be on its own, or hold a lock.

use diesel::QueryResult;
use diesel::connection::{
    AnsiTransactionManager, SimpleConnection as _, TransactionManager as _,
    TransactionManagerStatus,
};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::SqliteConnection;

use crate::diesel::in_flight::InFlight;
use crate::diesel::sqlite::asked::{is_nothing_open, quietly};
use crate::diesel::sqlite::work::Work;

/// A connection, and what is known of its transaction beside what diesel knows.
pub(super) struct Held {
    pub(super) conn: SqliteConnection,
    in_flight: InFlight,
    /// The transaction was ended before its time. An empty one stands in its place until it is rolled back.
    is_undone: bool,
    /// Something is open of which diesel does not know.
    is_left_open: bool,
}

impl Held {
    pub(super) fn new(conn: SqliteConnection, in_flight: InFlight) -> Self {
        Self { conn, in_flight, is_undone: false, is_left_open: false }
    }

    /// Runs a statement that begins and ends no transaction, unless by an error.
    pub(super) fn statement<R>(
        &mut self,
        run: impl FnOnce(&mut SqliteConnection) -> QueryResult<R>,
    ) -> QueryResult<R> {
        self.plain(run, |result| result.as_ref().err())?
    }

    /// Runs one that keeps what came of it.
    pub(super) fn work(&mut self, mut work: Box<dyn Work>) -> QueryResult<Box<dyn Work>> {
        let run = |conn: &mut _| {
            work.run(conn);
            work
        };
        self.plain(run, |work| work.error())
    }

    fn plain<R>(
        &mut self,
        run: impl FnOnce(&mut SqliteConnection) -> R,
        error: impl FnOnce(&R) -> Option<&Error>,
    ) -> QueryResult<R> {
        let levels = self.goes_on()?;
        let result = run(&mut self.conn);
        if self.has_failed(error(&result)) && levels > 0 {
            self.look(levels, true);
        }
        Ok(result)
    }

    /// Runs what may begin or end a transaction.
    pub(super) fn anything<R>(
        &mut self,
        run: impl FnOnce(&mut SqliteConnection) -> QueryResult<R>,
    ) -> QueryResult<R> {
        let levels = self.goes_on()?;
        let result = run(&mut self.conn);
        let failed = self.has_failed(result.as_ref().err());
        self.look(levels, failed);
        result
    }

    /// Commits the transaction, or the innermost savepoint.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        if self.is_undone {
            self.roll_back_one()?;
            return Err(undone());
        }
        let levels = self.levels()?;
        let result = AnsiTransactionManager::commit_transaction(&mut self.conn);
        // A transaction whose commit fails is rolled back, a savepoint stays.
        if self.has_failed(result.as_ref().err()) && levels > 1 {
            self.look(levels, true);
        }
        result
    }

    /// Rolls back the transaction, or the innermost savepoint.
    pub(super) fn roll_back_one(&mut self) -> QueryResult<()> {
        let levels = self.levels()?;
        let result = AnsiTransactionManager::rollback_transaction(&mut self.conn);
        if self.has_failed(result.as_ref().err()) && levels > 1 {
            self.look(levels - 1, true);
        }
        if let Ok(0) = self.levels() {
            self.is_undone = false;
        }
        result
    }

    /// Rolls back what diesel knows to be open.
    pub(super) fn roll_back(&mut self) -> QueryResult<()> {
        // An error here means that nobody knows what is open; the pool closes the connection.
        while self.levels()? > 0 {
            self.roll_back_one()?;
        }
        Ok(())
    }

    /// Rolls back whatever is open.
    pub(super) fn come_to_rest(&mut self) -> QueryResult<()> {
        self.roll_back()?;
        if !self.is_nothing_open()? {
            self.conn.batch_execute("ROLLBACK")?;
        }
        self.is_left_open = false;
        Ok(())
    }

    /// Whether anything is open, as far as is known.
    pub(super) fn is_open(&mut self) -> bool {
        self.is_left_open || !matches!(self.levels(), Ok(0))
    }

    /// How many levels there are, unless the transaction was ended.
    fn goes_on(&mut self) -> QueryResult<u32> {
        if self.is_undone { Err(undone()) } else { self.levels() }
    }

    fn has_failed(&self, error: Option<&Error>) -> bool {
        // Who runs several statements may overlook that one has failed, but diesel tells of texts alone.
        self.in_flight.take_failure()
            || error.is_some_and(|error| !matches!(error, Error::NotFound))
    }

    /// How many levels of transactions and savepoints diesel knows of.
    fn levels(&mut self) -> QueryResult<u32> {
        let status = AnsiTransactionManager::transaction_manager_status_mut(&mut self.conn);
        Ok(status.transaction_depth()?.map_or(0, std::num::NonZeroU32::get))
    }

    /// Looks whether what diesel knows to be open still is, and nothing else. There were so many levels before.
    fn look(&mut self, before: u32, failed: bool) {
        let Ok(levels) = self.levels() else { return };
        let looked = match self.is_nothing_open() {
            Ok(true) if levels > 0 => self.undo(levels),
            // Where a text fails that ends the transaction, diesel knows of none any more.
            Ok(true) if before > 0 && failed => self.undo(before),
            Ok(nothing_open) => {
                self.is_left_open = levels == 0 && !nothing_open;
                Ok(())
            }
            Err(error) => Err(error),
        };
        if looked.is_err() {
            // Nobody knows what is open; the pool closes the connection.
            AnsiTransactionManager::transaction_manager_status_mut(&mut self.conn).set_in_error();
        }
    }

    fn is_nothing_open(&mut self) -> QueryResult<bool> {
        is_nothing_open(&mut self.conn, &self.in_flight)
    }

    /// The transaction is over. In its place, with as many savepoints, stands one in which nothing happens, so that those who
    /// roll back find what they look for.
    fn undo(&mut self, levels: u32) -> QueryResult<()> {
        self.is_undone = true;
        *AnsiTransactionManager::transaction_manager_status_mut(&mut self.conn) =
            TransactionManagerStatus::Valid(Default::default());
        quietly(&mut self.conn, &self.in_flight, |conn| {
            (0..levels).try_for_each(|_| AnsiTransactionManager::begin_transaction(conn))
        })
    }
}

fn undone() -> Error {
    let text = "the transaction was ended by an error or by a statement: no more can be done in it";
    Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned()))
}
