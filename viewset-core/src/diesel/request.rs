//! The connection and the transaction of a request.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::ops::{Deref, DerefMut};

use super::backend::DbConnection;
use super::db::Db;
use super::pool::Lease;
use crate::error::{Error, Result};
use crate::request::Request;

/// Where a request keeps the connection of its open transaction.
#[derive(Default)]
pub(crate) enum Slot {
    /// No transaction is open.
    #[default]
    Closed,
    /// One is open, and nobody uses its connection: a `Lease` of the model's connection.
    Open(Box<dyn Any>),
    /// One is open, and a [`Connection`] has it.
    InUse,
}

/// The connection for a statement of a request: that of its transaction, or one from the pool.
/// Dropping it gives it back.
pub struct Connection<'r, C: DbConnection> {
    /// `None` only while it is dropped.
    lease: Option<Lease<C>>,
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
        if let (Some(lease), Some(slot)) = (self.lease.take(), self.slot) {
            slot.replace(Slot::Open(Box::new(lease)));
        }
    }
}

fn db<C: DbConnection>(req: &Request) -> Result<&Db<C>> {
    let missing = || {
        let name = std::any::type_name::<C>();
        Error::internal(format!(
            "the router has no database; add `.with(Db::connect(…).await?)` (a `Db<{name}>`)"
        ))
    };
    req.state::<Db<C>>().ok_or_else(missing)
}

/// The connection for this request: that of its transaction, where one is open, else one from the pool.
///
/// # Errors
///
/// 503 where none is to be had in time. 500 if the transaction's connection is in use: drop the first
/// one before taking it again.
pub async fn connection<C: DbConnection>(req: &Request) -> Result<Connection<'_, C>> {
    let slot = &req.transaction;
    match slot.replace(Slot::InUse) {
        Slot::Closed => {
            slot.replace(Slot::Closed);
        }
        Slot::InUse => {
            return Err(Error::internal(
                "the connection of this request's transaction is in use; \
                 drop the first one before taking it again",
            ));
        }
        Slot::Open(lease) => match lease.downcast::<Lease<C>>() {
            Ok(lease) => {
                return Ok(Connection { lease: Some(*lease), slot: Some(slot) });
            }
            // The transaction is of another database; this one is asked on its own.
            Err(other) => {
                slot.replace(Slot::Open(other));
            }
        },
    }
    let lease = db::<C>(req)?.connection().await.map_err(Error::unavailable)?;
    Ok(Connection { lease: Some(lease), slot: None })
}

/// Runs `work` in one transaction (Django's `ATOMIC_REQUESTS`): every [`connection`] that it takes is
/// the transaction's. It is committed if `work` succeeds, and rolled back if it fails or is dropped.
/// Inside another `atomic` of the same request it joins that transaction.
///
/// # Errors
///
/// Those of `work`; 503 if no connection is to be had in time.
pub async fn atomic<C: DbConnection, T>(
    req: &Request,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    if !matches!(*req.transaction.borrow(), Slot::Closed) {
        return work.await;
    }
    let mut lease = db::<C>(req)?.writer().await.map_err(Error::unavailable)?;
    lease.begin().await?;
    req.transaction.replace(Slot::Open(Box::new(lease)));
    let _closed = CloseOnDrop(&req.transaction);
    let result = work.await;
    let Slot::Open(lease) = req.transaction.replace(Slot::Closed) else {
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

/// Gives the connection back to the pool if `atomic` is dropped on the way; the pool rolls back.
struct CloseOnDrop<'r>(&'r RefCell<Slot>);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.replace(Slot::Closed);
    }
}
