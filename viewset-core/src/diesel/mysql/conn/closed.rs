//! Connections that the server has closed while nobody used them. The driver does not listen then, so that the next statement
//! finds out.

use std::time::{Duration, Instant};

use diesel::QueryResult;

use super::{Look, MysqlConn, Written};

/// How soon a connection says that the server has closed it. Later it has done so with what it was doing.
const MOMENT: Duration = Duration::from_millis(500);

/// How a query is written; anew, if it is asked once more.
pub(in crate::diesel::mysql) type Write<'a> =
    &'a mut dyn FnMut(&mut MysqlConn) -> QueryResult<Written>;

impl MysqlConn {
    /// Somebody gets it; `false` if the server may have closed it, for nobody has had it for long.
    pub(in crate::diesel::mysql) fn lend(&mut self) -> bool {
        let before = std::mem::replace(&mut self.lent, Instant::now());
        self.is_silent = true;
        self.lent.saturating_duration_since(before) < self.patience
    }

    /// Whether a server that had closed the connection while nobody used it is reached by a new one, which takes its place. To
    /// the pool it stays a connection that is lost, and it is closed when it comes back.
    pub(super) async fn is_renewed(&mut self) -> bool {
        let is_silent = std::mem::take(&mut self.is_silent);
        if !is_silent || !self.in_flight.is_lost() || self.lent.elapsed() >= MOMENT {
            return false;
        }
        let Ok(new) = self.target.connect().await else { return false };
        let (listener, may_keep) = (self.listener.take(), self.may_keep);
        let transactions = std::mem::take(&mut self.transactions);
        *self = Self { listener, may_keep, transactions, ..new };
        true
    }

    /// Runs a query that is written so, and looks at each of its rows. What only reads is asked once more if the server has
    /// closed the connection while nobody used it: nobody is asked before whether it still lives.
    pub(in crate::diesel::mysql) async fn ask(
        &mut self,
        write: Write<'_>,
        look: Look<'_>,
    ) -> QueryResult<u64> {
        let query = write(self)?;
        let only_reads = query.only_reads();
        let answer = self.each(query, look).await;
        if answer.is_err() && only_reads && Box::pin(self.is_renewed()).await {
            let query = write(self)?;
            return Box::pin(self.each(query, look)).await;
        }
        answer
    }
}
