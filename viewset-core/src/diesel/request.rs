//! The connection and the transaction of a request.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::{Deref, DerefMut};

use futures_core::future::LocalBoxFuture;

use super::backend::DbConnection;
use super::brief::Read;
use super::db::Database;
use super::pool::Lease;
use crate::error::{Error, Result};
use crate::request::RequestHead;

/// What a request has of the database, and what it is about to do there.
#[derive(Default)]
pub(crate) struct Use {
    slot: RefCell<Slot>,
    /// The reading that it does, if that is known to be short.
    read: Cell<Option<Read>>,
    /// It was begun on the worker.
    read_briefly: Cell<bool>,
}

impl Use {
    /// Whether it has no connection and no transaction, and plans none.
    pub(crate) fn is_free(&self) -> bool {
        matches!(*self.slot.borrow(), Slot::Free)
    }

    /// Whether a short reading was begun on the worker since this was asked last.
    pub(super) fn has_read_briefly(&self) -> bool {
        self.read_briefly.take()
    }

    /// Plans a short reading, until what is answered is dropped; `None` in the middle of something else.
    pub(super) fn plan(&self, read: Read) -> Option<PlannedRead<'_>> {
        let is_free = self.is_free() && self.read.get().is_none();
        is_free.then(|| {
            self.read.set(Some(read));
            PlannedRead(self)
        })
    }
}

/// A short reading.
pub(super) struct PlannedRead<'r>(&'r Use);

impl Drop for PlannedRead<'_> {
    fn drop(&mut self) {
        self.0.read.set(None);
    }
}

/// The connection of a request.
#[derive(Default)]
enum Slot {
    /// Nothing.
    #[default]
    Free,
    /// A transaction on this type of connection begins with the first statement.
    Planned(TypeId),
    /// A transaction is open, and nobody uses its connection: a `Lease` of the model's connection.
    Transaction(Box<dyn Any>),
    /// A [`Connection`] of this type is out, inside a transaction or not.
    InUse { connection: TypeId, transaction: bool },
}

/// The connection for a statement of a request: that of its transaction, or one from the pool.
/// Dropping it gives it back.
pub struct Connection<'r, C: DbConnection> {
    /// `None` only while it is dropped.
    lease: Option<Lease<C>>,
    /// Where to note that it is back; `None` if the request has noted another database's.
    slot: Option<&'r RefCell<Slot>>,
}

impl<C: DbConnection> Deref for Connection<'_, C> {
    type Target = C;

    #[expect(clippy::expect_used, reason = "the lease is only taken by drop")]
    fn deref(&self) -> &C {
        self.lease.as_ref().expect("a connection holds its lease until it is dropped")
    }
}

impl<C: DbConnection> DerefMut for Connection<'_, C> {
    #[expect(clippy::expect_used, reason = "the lease is only taken by drop")]
    fn deref_mut(&mut self) -> &mut C {
        self.lease.as_mut().expect("a connection holds its lease until it is dropped")
    }
}

impl<C: DbConnection> Drop for Connection<'_, C> {
    fn drop(&mut self) {
        let (Some(lease), Some(slot)) = (self.lease.take(), self.slot) else { return };
        let back = match *slot.borrow() {
            Slot::InUse { transaction: true, .. } => Slot::Transaction(Box::new(lease)),
            _ => Slot::Free,
        };
        slot.replace(back);
    }
}

/// The database of a router.
pub(crate) fn database<C: DbConnection>(req: &RequestHead) -> Result<&Database<C>> {
    let missing = || {
        let database = C::NAME;
        format!("the router has no {database} database; add `.with(Db::connect(…).await?)`")
    };
    req.state::<Database<C>>().ok_or_else(|| Error::internal(missing()))
}

/// The connection for this request: that of its transaction, where one is open, else one from the pool.
/// A request has one at a time: drop it (end its block) before anything else that asks the database,
/// such as `get_object`.
///
/// # Errors
///
/// 503 where none is to be had in time. 500, with the reason in the log, if the request has one already:
/// two at a time would leave a busy server waiting for itself.
pub async fn connection<C: DbConnection>(req: &RequestHead) -> Result<Connection<'_, C>> {
    let slot = &req.database.slot;
    let wanted = TypeId::of::<C>();
    let in_use = |transaction| Slot::InUse { connection: wanted, transaction };
    let noted = match slot.replace(in_use(false)) {
        Slot::Free => Some(slot),
        Slot::Planned(connection) if connection == wanted => {
            slot.replace(in_use(true));
            let planned = RestoreOnDrop::new(slot, Slot::Planned(wanted));
            // Boxed, so that what needs no transaction has no room for it.
            let begun = async {
                let mut lease = database::<C>(req)?.writer().await?;
                lease.begin().await?;
                Ok::<_, Error>(lease)
            };
            let lease = Box::pin(begun).await?;
            planned.forget();
            return Ok(Connection { lease: Some(lease), slot: Some(slot) });
        }
        // The transaction is to be of another database; this one is asked on its own.
        Slot::Planned(connection) => {
            slot.replace(Slot::Planned(connection));
            None
        }
        Slot::InUse { connection, transaction } => {
            slot.replace(Slot::InUse { connection, transaction });
            if connection == wanted {
                return Err(Error::internal(
                    "this request already has a connection; drop it before asking for another",
                ));
            }
            None
        }
        Slot::Transaction(lease) => match lease.downcast::<Lease<C>>() {
            Ok(lease) => {
                slot.replace(in_use(true));
                return Ok(Connection { lease: Some(*lease), slot: Some(slot) });
            }
            // The transaction is of another database; this one is asked on its own.
            Err(other) => {
                slot.replace(Slot::Transaction(other));
                None
            }
        },
    };
    // Should the wait fail or be given up, the request has none.
    let waiting = noted.map(|slot| RestoreOnDrop::new(slot, Slot::Free));
    let db = database::<C>(req)?;
    let brief = match req.database.read.get() {
        Some(read) => db.brief(read).await,
        None => None,
    };
    let lease = match brief {
        Some(lease) => {
            req.database.read_briefly.set(true);
            lease
        }
        None => db.connection().await?,
    };
    if let Some(waiting) = waiting {
        waiting.forget();
    }
    Ok(Connection { lease: Some(lease), slot: noted })
}

/// Notes what a request has once more, unless it is told to forget it.
struct RestoreOnDrop<'r> {
    slot: &'r RefCell<Slot>,
    was: Option<Slot>,
}

impl<'r> RestoreOnDrop<'r> {
    fn new(slot: &'r RefCell<Slot>, was: Slot) -> Self {
        Self { slot, was: Some(was) }
    }

    fn forget(mut self) {
        self.was = None;
    }
}

impl Drop for RestoreOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(was) = self.was.take() {
            self.slot.replace(was);
        }
    }
}

/// Runs `work` in one transaction (Django's `ATOMIC_REQUESTS`): every [`connection`] that it takes is
/// the transaction's. It begins with the first of them, so work that asks the database nothing costs no
/// other writer anything. It is committed if `work` succeeds, and rolled back if it fails or is dropped.
/// Inside another `atomic` of the same request it joins that transaction, if it is one of the same type of
/// connection (on another, each statement is then committed by itself): an error that is not passed on there rolls nothing
/// back. PostgreSQL takes no more statements then, and `atomic` answers with an error; so do the others where the error has
/// ended the transaction.
///
/// # Errors
///
/// Those of `work`; 503 if no connection is to be had in time.
pub fn atomic<'r, C: DbConnection, T: 'r>(
    req: &'r RequestHead,
    work: impl Future<Output = Result<T>> + 'r,
) -> impl Future<Output = Result<T>> + 'r {
    // A future that holds another has twice its room, and transactions stand in each other.
    atomically::<C, T>(req, Box::pin(work))
}

async fn atomically<C: DbConnection, T>(
    req: &RequestHead,
    work: LocalBoxFuture<'_, Result<T>>,
) -> Result<T> {
    let Some(free) = planned(req, TypeId::of::<C>())? else { return work.await };
    let result = work.await;
    let lease = begun::<C>(req);
    drop(free);
    match (lease?, result) {
        (None, result) => result,
        (Some(lease), Ok(value)) => commit(lease).await.map(|()| value),
        (Some(lease), Err(error)) => {
            roll_back(lease).await;
            Err(error)
        }
    }
}

/// The request has a transaction planned until this is dropped; `None` if it is in one already.
fn planned(req: &RequestHead, connection: TypeId) -> Result<Option<RestoreOnDrop<'_>>> {
    let slot = &req.database.slot;
    let (in_transaction, in_use) = match *slot.borrow() {
        Slot::Free => (false, false),
        Slot::Planned(_) | Slot::Transaction(_) => (true, false),
        Slot::InUse { transaction, .. } => (transaction, true),
    };
    if in_transaction {
        return Ok(None);
    }
    if in_use {
        return Err(Error::internal(
            "this request has a connection; drop it before the transaction begins",
        ));
    }
    slot.replace(Slot::Planned(connection));
    Ok(Some(RestoreOnDrop::new(slot, Slot::Free)))
}

/// The connection of the transaction that was planned; `None` if none was begun.
fn begun<C: DbConnection>(req: &RequestHead) -> Result<Option<Box<Lease<C>>>> {
    let lease = match req.database.slot.replace(Slot::Free) {
        Slot::Transaction(lease) => lease,
        Slot::Planned(_) => return Ok(None),
        Slot::Free | Slot::InUse { .. } => {
            return Err(Error::internal(
                "a connection outlived the transaction that it belongs to",
            ));
        }
    };
    match lease.downcast::<Lease<C>>() {
        Ok(lease) => Ok(Some(lease)),
        Err(_) => Err(Error::internal("the transaction's connection was exchanged")),
    }
}

async fn commit<C: DbConnection>(mut lease: Box<Lease<C>>) -> Result<()> {
    Ok(lease.commit().await?)
}

/// An error of the rollback itself is no news for the client; the pool cleans up.
async fn roll_back<C: DbConnection>(mut lease: Box<Lease<C>>) {
    if let Err(error) = lease.rollback().await {
        tracing::warn!("a transaction could not be rolled back: {error}");
    }
}
