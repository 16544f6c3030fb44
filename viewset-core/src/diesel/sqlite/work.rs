//! Statements on their way to a connection and back, whatever they are: the code of diesel-async and tokio for that is
//! made once, and not for each type of statement.

use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::SqliteConnection;
use futures_core::future::BoxFuture;

use super::SqliteConn;

/// A statement, and what came of it. It comes back with its result: allocators are slow at what another thread lets go of.
pub(super) trait Work: Send {
    /// Runs it.
    fn run(&mut self, conn: &mut SqliteConnection);
    /// What it failed with.
    fn error(&self) -> Option<&Error>;
    /// Says that it failed with this.
    fn fail(&mut self, error: Error);
    /// Puts its result into an `Option<QueryResult<T>>`.
    fn give(&mut self, result: &mut dyn Any);
}

struct Statement<F, T> {
    run: F,
    result: Option<QueryResult<T>>,
}

impl<F, T> Work for Statement<F, T>
where
    F: FnMut(&mut SqliteConnection) -> QueryResult<T> + Send,
    T: Send + 'static,
{
    fn run(&mut self, conn: &mut SqliteConnection) {
        self.result = Some((self.run)(conn));
    }

    fn error(&self) -> Option<&Error> {
        self.result.as_ref()?.as_ref().err()
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn give(&mut self, result: &mut dyn Any) {
        if let Some(result) = result.downcast_mut() {
            *result = self.result.take();
        }
    }
}

/// A statement that may be run more than once.
pub(super) fn work<T: Send + 'static>(
    run: impl FnMut(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
) -> Box<dyn Work> {
    Box::new(Statement { run, result: None })
}

/// A statement that was carried to a connection.
pub(super) struct Carried<'w, T> {
    work: BoxFuture<'w, QueryResult<Box<dyn Work>>>,
    result: PhantomData<fn() -> T>,
}

impl<'w, T> Carried<'w, T> {
    pub(super) fn new(work: BoxFuture<'w, QueryResult<Box<dyn Work>>>) -> Self {
        Self { work, result: PhantomData }
    }
}

impl<T: 'static> Future for Carried<'_, T> {
    type Output = QueryResult<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<QueryResult<T>> {
        let mut work = ready!(self.work.as_mut().poll(cx))?;
        let mut result: Option<QueryResult<T>> = None;
        work.give(&mut result);
        Poll::Ready(result.unwrap_or_else(|| Err(failed("the statement did not run"))))
    }
}

/// Runs a statement on a connection, to its end, even if nobody waits for it any more.
pub(super) fn on<T: Send + 'static>(
    conn: &mut SqliteConn,
    run: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
) -> Carried<'static, T> {
    let mut run = Some(run);
    let once = move |conn: &mut _| match run.take() {
        Some(run) => run(conn),
        None => Err(failed("the statement has run")),
    };
    Carried::new(conn.carry(work(once)))
}

/// An error of the way to the connection.
pub(super) fn failed(message: &str) -> Error {
    Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(message.to_owned()))
}
