//! What a connection does in the background: it runs where the requests of its worker run, if an adapter says how. From
//! another queue of the same thread each answer would take one more look at the network.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

/// Something to be done in the background.
pub type Background = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs something beside the requests of its thread, or gives it back where it cannot.
pub type Spawn = fn(Background) -> Result<(), Background>;

thread_local! {
    static SPAWN: Cell<Option<Spawn>> = const { Cell::new(None) };
}

/// For adapters: how this thread runs something beside its requests. By default that is `tokio::spawn`.
pub fn spawn_with(spawn: Spawn) {
    SPAWN.set(Some(spawn));
}

/// Runs something beside the requests of this thread.
#[cfg(feature = "postgres")]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    let task: Background = Box::pin(task);
    let left = match SPAWN.get() {
        Some(spawn) => spawn(task),
        None => Err(task),
    };
    if let Err(task) = left {
        drop(tokio::spawn(task));
    }
}
