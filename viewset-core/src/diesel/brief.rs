//! Reads that run on the worker itself, on connections of their own: going to another thread and back costs more than
//! a short read.
//!
//! What bounds them: a row is looked for by a key that the database finds in an index, as it says itself, and a list
//! without filters is read only while the whole database is small. What cannot be answered at once goes the usual way.

use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::backend::{DbConnection, DbError};
use super::column::Backend;
use super::db::Database;
use super::fixed::sql_of;
use super::model::Model;
use super::pool::{Lease, Pool};
use crate::by_type::ByType;
use crate::error::Result;
use crate::request::RequestHead;

/// How many connections there are: a worker has one at a time.
const CONNECTIONS: usize = 256;

/// How long it is believed that a database is small, in milliseconds: it cannot grow by much until then.
const BELIEVED: u64 = 500;

/// What is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    /// A row, by its key: of which model, and what the statement looks like.
    Row { model: TypeId, statement: fn() -> String },
    /// A page of a table, for which all of it may have to be read.
    Table,
}

impl Read {
    /// A row of a model, by its key.
    pub(crate) fn row<M: Model>() -> Self {
        let statement = || {
            let table = M::TABLE.text();
            let key = sql_of::<Backend<M>>(const { &M::KEY }.column.sql);
            format!("SELECT 1 FROM {table} WHERE {key} = ?")
        };
        Self::Row { model: TypeId::of::<M>(), statement }
    }
}

/// The connections for such reads.
pub(super) struct Brief<C: DbConnection> {
    pool: Arc<Pool<C>>,
    since: Instant,
    /// When the size was asked last, in milliseconds, and one more.
    asked: AtomicU64,
    small: AtomicBool,
    /// The models whose rows are found by an index.
    indexed: RwLock<ByType<bool>>,
}

impl<C: DbConnection> Brief<C> {
    pub(super) fn new(target: C::Target, wait: Duration) -> Arc<Self> {
        let pool = Pool::by_runtime(Arc::new(target), CONNECTIONS, wait);
        let (asked, small) = (AtomicU64::new(0), AtomicBool::new(false));
        Arc::new(Self { pool, since: Instant::now(), asked, small, indexed: RwLock::default() })
    }

    /// A connection for a read, if it is bound to be short.
    pub(super) async fn lease(&self, read: Read) -> Option<Lease<C>> {
        let mut lease = self.pool.lease().await.ok()?;
        let allowed = match read {
            Read::Row { model, statement } => self.is_indexed(model, statement, &mut lease).await,
            Read::Table => self.is_small(&mut lease).await,
        };
        allowed.then_some(lease)
    }

    /// A connection for a question about the database itself.
    pub(super) async fn connection(&self) -> std::result::Result<Lease<C>, DbError> {
        self.pool.lease().await
    }

    async fn is_indexed(&self, model: TypeId, statement: fn() -> String, conn: &mut C) -> bool {
        let known =
            self.indexed.read().unwrap_or_else(PoisonError::into_inner).get(&model).copied();
        if let Some(known) = known {
            return known;
        }
        let indexed = Box::pin(conn.is_search(statement())).await;
        self.indexed.write().unwrap_or_else(PoisonError::into_inner).insert(model, indexed);
        indexed
    }

    async fn is_small(&self, conn: &mut C) -> bool {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let asked = self.asked.load(Ordering::Relaxed);
        if asked == 0 || now.saturating_sub(asked - 1) >= BELIEVED {
            let small = Box::pin(conn.is_small()).await;
            self.small.store(small, Ordering::Relaxed);
            self.asked.store(now.saturating_add(1), Ordering::Relaxed);
        }
        self.small.load(Ordering::Relaxed)
    }
}

impl<C: DbConnection> Database<C> {
    /// A connection whose statements run on the worker, where there is one for this read.
    pub(super) async fn brief(&self, read: Read) -> Option<Lease<C>> {
        self.brief.as_ref()?.lease(read).await
    }
}

/// Does some reading, on the worker if it can be done there, else the usual way. `work` has to be free of
/// effects: it is done once more where it fails on the worker.
pub(crate) async fn briefly<T>(
    req: &RequestHead,
    read: Read,
    work: impl AsyncFn() -> Result<T>,
) -> Result<T> {
    let planned = req.database.plan(read);
    let result = work().await;
    match (planned, result) {
        (Some(planned), Err(error))
            if req.database.has_read_briefly() && error.is_unavailable() =>
        {
            drop(planned);
            Box::pin(work()).await
        }
        (_, result) => result,
    }
}
