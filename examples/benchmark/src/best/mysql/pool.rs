//! The connections of a worker: no lock, no ping, the one that was used last is used next.

use std::cell::RefCell;

use mysql_async::{DriverError, Error};
use tokio::sync::Semaphore;

use super::session::Session;

/// Connections a worker.
const MOST: usize = 8;

pub(super) struct Pool {
    url: String,
    free: RefCell<Vec<Session>>,
    permits: Semaphore,
}

impl Pool {
    pub(super) fn new(url: String) -> Self {
        Self { url, free: RefCell::default(), permits: Semaphore::new(MOST) }
    }

    /// Runs statements on a connection. It is used again unless it failed, or the request was given up half-way.
    pub(super) async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let permit = self.permits.acquire().await;
        let _permit = permit.map_err(|_| Error::Driver(DriverError::PoolDisconnected))?;
        let free = self.free.borrow_mut().pop();
        let mut session = match free {
            Some(session) => session,
            None => Session::open(&self.url).await?,
        };
        let done = work(&mut session).await;
        if matches!(done, Ok(_) | Err(Error::Server(_))) {
            self.free.borrow_mut().push(session);
        }
        done
    }
}
