//! Two processes with one PostgreSQL and one Redis; one of them is killed and replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use crate::databases::{Database, Kind};
use crate::load::{Load, Outcome, Task};
use crate::process::{CONNECTIONS, Process, WAIT};
use crate::{alone, notes, wait_until};

/// What the throttled viewset takes in a minute.
const LIMIT: usize = 300;

/// How many throttled clients each process has: so many requests can have been counted without an answer when it is
/// killed.
const THROTTLED: usize = 2;

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_process_that_is_killed_and_replaced_loses_no_row_and_no_count() {
    let _alone = alone();
    let (database, redis) = (Database::new(Kind::Postgres), Database::new(Kind::Redis));
    let start =
        || Process::start_with(&database.url(), CONNECTIONS, WAIT, Some(redis.url().as_str()));
    let (mut first, second) = (start(), start());
    let ports = [&first, &second].map(|process| Arc::new(AtomicU16::new(process.port())));
    let tasks = [
        [Task::Store("throttled"); THROTTLED].as_slice(),
        &[Task::Store("plain"); 2],
        &[Task::Store("hooked"); 2],
        &[Task::List],
    ];
    let tasks = tasks.concat();
    let clients: Vec<_> =
        ports.iter().flat_map(|port| tasks.iter().map(|task| (port.clone(), *task))).collect();
    let load = Load::start("load", &clients);
    let begun = Instant::now();
    let throttled = |load: &Load| {
        load.look(|events| {
            let of_it = events.iter().filter(|event| event.task == Task::Store("throttled"));
            of_it.filter(|event| event.is_success()).count()
        })
    };
    wait_until("a third of what is let through is stored", LONG, || throttled(&load) >= LIMIT / 3);
    let killed = Instant::now();
    first.kill();
    assert!(throttled(&load) < LIMIT, "the limit was reached too early");
    first = start();
    ports[0].store(first.port(), Ordering::Relaxed);
    let replaced = Instant::now();
    wait_until("as much is let through as may be", LONG, || throttled(&load) + THROTTLED >= LIMIT);
    let before = load.stored();
    wait_until("the others store 500 notes more", LONG, || load.stored() >= before + 500);
    let took = begun.elapsed();
    let events = load.stop();
    assert!(took < Duration::from_secs(55), "{took:?}: the throttle's minute is over");
    let refused = |event: &&crate::load::Event| !event.is_success();
    for event in events.iter().filter(refused) {
        let may = match event.outcome {
            Outcome::Throttled => event.task == Task::Store("throttled"),
            Outcome::Broken => {
                event.client < tasks.len() && event.ended >= killed && event.begun <= replaced
            }
            _ => false,
        };
        assert!(may, "{event:?}");
    }
    let stored = database.ask("SELECT name FROM notes");
    notes::check(&stored, &database.ask("SELECT name FROM receipts"), &events);
    let let_through = stored.iter().filter(|name| name.starts_with("throttled-")).count();
    assert!((LIMIT - THROTTLED..=LIMIT).contains(&let_through), "{let_through}");
    println!(
        "two processes: {} requests in {took:?}, {} notes, {let_through} of {LIMIT} let through",
        events.len(),
        stored.len()
    );
}
