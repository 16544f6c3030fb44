//! What a server does for a connection, and its end: for callers who have gone away. Nobody can read on in the middle of an
//! answer, so that such a connection is closed; but a server notices that late, if at all, and goes on with the statement.

use std::error::Error as StdError;
use std::pin::pin;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Opts};
use tokio::time::timeout;

use super::{CONNECT_TIMEOUT, MysqlConn};

/// How long a statement of a caller who has gone away may still run before it is stopped: most end sooner.
pub(super) const GRACE: Duration = Duration::from_millis(100);

/// How long it is waited for if it cannot be stopped.
const REST: Duration = Duration::from_secs(30);

/// Which server answers. Behind one name there may be several.
const SERVER: &str = "SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id), CONNECTION_ID()";

/// For how many seconds it has been there.
const UPTIME: &str = "SHOW GLOBAL STATUS LIKE 'Uptime'";

/// The number of the error that there is no such connection.
const NO_SUCH_THREAD: u16 = 1094;

/// A connection as its server knows it.
#[derive(Clone, Debug)]
pub(in crate::diesel) struct Session {
    pub(super) host: Opts,
    pub(super) id: u32,
    pub(super) server: String,
    pub(super) since: Instant,
}

impl Session {
    /// The one of a connection that is new; `None` where what stands between does not tell which server it is, or gives
    /// connections numbers of its own.
    pub(super) async fn of(conn: &mut Conn) -> Result<Option<Self>, Error> {
        let since = Instant::now();
        let found: Option<(String, u64)> = match conn.query_first(SERVER).await {
            Ok(found) => found,
            Err(Error::Server(_)) => None,
            Err(error) => return Err(error),
        };
        let (host, id) = (conn.opts().clone(), conn.id());
        let found = found.filter(|(_, number)| *number == u64::from(id));
        Ok(found.map(|(server, _)| Self { host, id, server, since }))
    }

    /// Has the server end it, with what it does.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or it is another one by now, where somebody else has the number.
    pub(super) async fn end(&self) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let mut conn = Conn::new(self.host.clone()).await?;
        let found: Option<(String, u64)> = conn.query_first(SERVER).await?;
        let uptime: Option<(String, u64)> = conn.query_first(UPTIME).await?;
        let is_older = uptime.is_some_and(|(_, uptime)| uptime >= self.since.elapsed().as_secs());
        if found.is_none_or(|(server, _)| server != self.server) || !is_older {
            return Err("another server answers".into());
        }
        match conn.query_drop(format!("KILL CONNECTION {}", self.id)).await {
            // It has ended by itself.
            Err(Error::Server(error)) if error.code == NO_SUCH_THREAD => {}
            killed => killed?,
        }
        Ok(conn.disconnect().await?)
    }
}

/// Waits until the server is done with what it does for a connection, and stops it if that takes long. The connection is of
/// no use then.
pub(super) async fn run_out(conn: &mut MysqlConn, session: Option<&Session>) {
    let mut rest = pin!(conn.run_out());
    if timeout(GRACE, &mut rest).await.is_ok() {
        return;
    }
    if let Some(session) = session {
        let ended = timeout(CONNECT_TIMEOUT, session.end()).await;
        if let Err(error) = ended.unwrap_or_else(|late| Err(late.into())) {
            tracing::warn!("a statement of a caller who has gone away was not stopped: {error}");
        }
    }
    let _ = timeout(REST, rest).await;
}
