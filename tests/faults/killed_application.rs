//! The application itself is killed under load, with its database in a SQLite file, and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;

use crate::load::{Load, Outcome, Task};
use crate::process::Process;
use crate::{alone, notes, wait_until};

const LONG: Duration = Duration::from_secs(30);

/// How often it is killed.
const TIMES: usize = 3;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

#[test]
fn what_a_killed_application_has_acknowledged_is_in_its_sqlite_file() {
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notes.db");
    let url = format!("sqlite://{}", path.display());
    let mut process = Process::start(&url);
    let port = Arc::new(AtomicU16::new(process.port()));
    let tasks =
        [[Task::Store("plain"); 5].as_slice(), &[Task::Store("hooked"); 5], &[Task::List; 2]];
    let clients: Vec<_> = tasks.concat().into_iter().map(|task| (port.clone(), task)).collect();
    let load = Load::start("load", &clients);
    let mut outages = Vec::new();
    for _ in 0..TIMES {
        let before = load.stored();
        wait_until("300 notes are stored", LONG, || load.stored() >= before + 300);
        let killed = Instant::now();
        process.kill();
        process = Process::start(&url);
        port.store(process.port(), Ordering::Relaxed);
        wait_until("every client is served again", LONG, || load.all_served_since(killed));
        outages.push((killed, Instant::now()));
    }
    let events = load.stop();
    process.kill();
    for event in &events {
        let in_outage = outages.iter().any(|(from, to)| event.ended >= *from && event.begun <= *to);
        assert!(event.is_success() || event.outcome == Outcome::Broken && in_outage, "{event:?}");
    }
    let path = path.to_str().expect("a path of letters");
    let mut conn = SqliteConnection::establish(path).expect("the file opens");
    let mut ask = |sql: &str| -> Vec<String> {
        let lines = diesel::sql_query(sql).load::<Line>(&mut conn).expect("an answer");
        lines.into_iter().map(|line| line.text).collect()
    };
    assert_eq!(ask("SELECT integrity_check AS text FROM pragma_integrity_check"), ["ok"]);
    let stored = ask("SELECT name AS text FROM notes");
    notes::check(&stored, &ask("SELECT name AS text FROM receipts"), &events);
    println!("SQLite: {} requests, {} notes, killed {TIMES} times", events.len(), stored.len());
}
