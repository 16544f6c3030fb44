//! What goes wrong beside the application: databases and processes that are killed, clients that hang up, queries that
//! take half a minute. Each test starts the servers that it needs on ports and in folders of its own, and they end with
//! it.

mod certificates;
mod client;
mod commits;
mod databases;
mod encryption;
mod hang_ups;
mod keys;
mod killed_application;
mod killed_database;
mod languages;
mod links;
mod load;
mod locks;
mod notes;
mod pool;
mod process;
mod slow_queries;
mod two_databases;
mod two_processes;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The tests measure time: one runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks every few milliseconds whether something has come about, and fails if it has not in time.
fn wait_until(what: &str, within: Duration, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < within, "after {within:?} still not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
