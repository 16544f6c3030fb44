//! The connection and the transaction of a request.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::future::Future;
use std::ops::{Deref, DerefMut};

use super::backend::DbConnection;
use super::db::Db;
use super::pool::Lease;
use crate::error::{Error, Result};
use crate::request::RequestHead;

/// What a request has of the database.
#[derive(Default)]
pub(crate) enum Slot {
    /// Nothing.
    #[default]
    Free,
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

fn db<C: DbConnection>(req: &RequestHead) -> Result<&Db<C>> {
    let missing = || {
        let database = C::NAME;
        format!("the router has no {database} database; add `.with(Db::connect(…).await?)`")
    };
    req.state::<Db<C>>().ok_or_else(|| Error::internal(missing()))
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
    let slot = &req.database;
    let wanted = TypeId::of::<C>();
    let in_use = |transaction| Slot::InUse { connection: wanted, transaction };
    let noted = match slot.replace(in_use(false)) {
        Slot::Free => Some(slot),
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
    let waiting = FreeOnDrop(noted);
    let lease = db::<C>(req)?.connection().await?;
    waiting.keep();
    Ok(Connection { lease: Some(lease), slot: noted })
}

/// Notes that a request has no connection, unless it is told to keep the note.
struct FreeOnDrop<'r>(Option<&'r RefCell<Slot>>);

impl FreeOnDrop<'_> {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for FreeOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            slot.replace(Slot::Free);
        }
    }
}

/// Runs `work` in one transaction (Django's `ATOMIC_REQUESTS`): every [`connection`] that it takes is
/// the transaction's. It is committed if `work` succeeds, and rolled back if it fails or is dropped.
/// Inside another `atomic` of the same request it joins that transaction: an error that is not passed on
/// there rolls nothing back.
///
/// # Errors
///
/// Those of `work`; 503 if no connection is to be had in time.
pub async fn atomic<C: DbConnection, T>(
    req: &RequestHead,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let (in_transaction, in_use) = match *req.database.borrow() {
        Slot::Free => (false, false),
        Slot::Transaction(_) => (true, false),
        Slot::InUse { transaction, .. } => (transaction, true),
    };
    if in_transaction {
        return work.await;
    }
    if in_use {
        return Err(Error::internal(
            "this request has a connection; drop it before the transaction begins",
        ));
    }
    let mut lease = db::<C>(req)?.writer().await?;
    lease.begin().await?;
    req.database.replace(Slot::Transaction(Box::new(lease)));
    let free = FreeOnDrop(Some(&req.database));
    let result = work.await;
    let lease = req.database.replace(Slot::Free);
    drop(free);
    let Slot::Transaction(lease) = lease else {
        return Err(Error::internal("a connection outlived the transaction that it belongs to"));
    };
    let Ok(mut lease) = lease.downcast::<Lease<C>>() else {
        return Err(Error::internal("the transaction's connection was exchanged"));
    };
    match result {
        Ok(value) => lease.commit().await.map(|()| value).map_err(Error::from),
        Err(error) => {
            // An error of the rollback itself is no news for the client; the pool cleans up.
            if let Err(error) = lease.rollback().await {
                tracing::warn!("a transaction could not be rolled back: {error}");
            }
            Err(error)
        }
    }
}
