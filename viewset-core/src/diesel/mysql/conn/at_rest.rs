//! What is open at the server: each answer says it, but errors do not. A user may have begun it by a text of his own.

use diesel::QueryResult;
use diesel_async::{AnsiTransactionManager, TransactionManager as _};
use mysql_async::Conn;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;

use super::{MysqlConn, NOTHING};
use crate::diesel::mysql::refusal;

pub(super) const ROLLBACK: &str = "ROLLBACK";

impl MysqlConn {
    /// Whether the server says that a transaction is open.
    fn is_open_at_server(&self) -> bool {
        says(&self.conn, StatusFlags::SERVER_STATUS_IN_TRANS)
    }

    /// Whether the server commits at once what is sent on its own.
    fn commits_at_once(&self) -> bool {
        !self.tells_autocommit || says(&self.conn, StatusFlags::SERVER_STATUS_AUTOCOMMIT)
    }

    /// Whether no transaction is open at the server, and none begins by itself. An error says nothing of that: after one that
    /// leaves no doubt all is as it was.
    pub(in crate::diesel::mysql) fn is_at_rest(&self) -> bool {
        if self.in_flight.is_in_doubt() {
            return false;
        }
        self.conn.last_ok_packet().is_none() || !self.is_open_at_server() && self.commits_at_once()
    }

    /// Takes back what a user has begun by a text of his own.
    pub(in crate::diesel::mysql) async fn come_to_rest(&mut self) -> QueryResult<()> {
        self.run(ROLLBACK).await?;
        // What is open would be committed by this.
        if self.commits_at_once() { Ok(()) } else { self.run("SET autocommit = 1").await }
    }

    fn has_transaction(&mut self) -> bool {
        let status = AnsiTransactionManager::transaction_manager_status_mut(self);
        status.transaction_depth().is_ok_and(|depth| depth.is_some())
    }

    /// An error may have ended the transaction: a deadlock does, or a lock that was waited for in vain, as the server is set
    /// up. Without one, it may have come after a user has begun one.
    pub(super) async fn look_at_the_transaction(&mut self) -> QueryResult<()> {
        self.in_flight.start();
        let asked = self.conn.query_drop(NOTHING).await.map_err(refusal::error);
        self.in_flight.finish(asked.as_ref().err());
        asked?;
        if self.has_transaction() && !self.is_open_at_server() {
            let status = AnsiTransactionManager::transaction_manager_status_mut(self);
            status.set_requires_rollback_maybe_up_to_top_level(true);
            self.is_undone = true;
        }
        self.in_flight.note_doubt(false);
        Ok(())
    }
}

/// Whether the last answer says so. An error says nothing.
pub(super) fn says(conn: &Conn, flag: StatusFlags) -> bool {
    conn.last_ok_packet().is_some_and(|ok| ok.status_flags().contains(flag))
}
