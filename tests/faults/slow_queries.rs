//! Queries that take half a minute, beside others that take none.

use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::time::Duration;

use crate::client::{DEADLINE, send_within};
use crate::databases::{Database, Kind};
use crate::load::{Load, Outcome, Task};
use crate::process::Process;
use crate::{alone, block_on};

/// Below which 99 of 100 other requests stay.
const BOUND: Duration = Duration::from_millis(250);

/// How long the others are watched.
const WATCHED: Duration = Duration::from_secs(3);

#[test]
fn slow_queries_hold_up_nobody_on_postgres() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    queries_are_slow("PostgreSQL", &database.url(), 4);
}

#[test]
fn slow_queries_hold_up_nobody_on_mariadb() {
    let _alone = alone();
    let database = Database::new(Kind::Mariadb);
    queries_are_slow("MariaDB", &database.url(), 4);
}

/// One, since it needs a core of its own.
#[test]
fn a_slow_query_holds_up_nobody_on_sqlite() {
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("notes.db").display());
    queries_are_slow("SQLite", &url, 1);
}

/// Four slow queries are more than there are workers: if one of them held up its worker, nobody would be served.
fn queries_are_slow(name: &str, url: &str, slow: usize) {
    let process = Process::start(url);
    let number = process.port();
    let port = Arc::new(AtomicU16::new(number));
    let events = block_on(async {
        let slow: Vec<_> = (0..slow)
            .map(|_| {
                tokio::spawn(send_within(6 * DEADLINE, number, "GET", "/api/plain/wait/30/", ""))
            })
            .collect();
        // They run before the others begin.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let tasks = [Task::Store("plain"), Task::Store("hooked"), Task::List, Task::List];
        let clients: Vec<_> = tasks.map(|task| (port.clone(), task)).into();
        let load = Load::start("load", &clients);
        tokio::time::sleep(WATCHED).await;
        assert!(slow.iter().all(|query| !query.is_finished()), "a slow query was none");
        load.stop()
    });
    for event in &events {
        assert!(event.is_success() && event.outcome != Outcome::Broken, "{event:?}");
    }
    let mut times: Vec<_> = events.iter().map(|event| event.ended - event.begun).collect();
    times.sort();
    let (median, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!(
        "{name}: {} requests, half of them within {median:?}, 99 % within {most:?}",
        times.len()
    );
    assert!(most < BOUND, "{most:?}");
}
