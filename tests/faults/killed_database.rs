//! The database is killed under load and started again.

use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::time::{Duration, Instant};

use crate::databases::{Database, Kind};
use crate::load::{Event, Load, Outcome, Port, Task};
use crate::process::{CONNECTIONS, Process};
use crate::{alone, notes, wait_until};

/// Within which every client has a good answer again once the database is back.
const BACK: Duration = Duration::from_secs(5);

/// How long the database is down.
const DOWN: Duration = Duration::from_secs(2);

/// How often it is killed.
const TIMES: usize = 2;

/// For whatever should take a moment.
const LONG: Duration = Duration::from_secs(30);

/// More clients than connections, so that some of them wait.
fn clients(port: &Port) -> Vec<(Port, Task)> {
    let tasks =
        [[Task::Store("plain"); 5].as_slice(), &[Task::Store("hooked"); 5], &[Task::List; 2]];
    tasks.concat().into_iter().map(|task| (port.clone(), task)).collect()
}

#[test]
fn a_postgres_that_is_killed_costs_no_acknowledged_row_and_is_used_again_when_it_is_back() {
    a_database_is_killed(Kind::Postgres);
}

#[test]
fn a_mariadb_that_is_killed_costs_no_acknowledged_row_and_is_used_again_when_it_is_back() {
    a_database_is_killed(Kind::Mariadb);
}

fn a_database_is_killed(kind: Kind) {
    let _alone = alone();
    let mut database = Database::new(kind);
    let process = Process::start(&database.url());
    let port = Arc::new(AtomicU16::new(process.port()));
    let load = Load::start("load", &clients(&port));
    let mut outages = Vec::new();
    for _ in 0..TIMES {
        let before = load.stored();
        wait_until("200 notes are stored", LONG, || load.stored() >= before + 200);
        outages.push(outage(&mut database, &load));
        for _ in 0..5 {
            let connections = database.connections();
            assert!(connections.len() <= CONNECTIONS, "{connections:?}");
        }
    }
    let events = load.stop();
    for event in &events {
        assert_ne!(event.outcome, Outcome::Broken, "{event:?}");
    }
    for outage in &outages {
        outage.check(&events);
    }
    let (stored, receipts) =
        (database.ask("SELECT name FROM notes"), database.ask("SELECT name FROM receipts"));
    notes::check(&stored, &receipts, &events);
    // Idle, all of them, and not in a transaction.
    let idle = if kind == Kind::Postgres { "idle" } else { "Sleep" };
    wait_until("all connections are idle", LONG, || {
        let connections = database.connections();
        assert!(connections.len() <= CONNECTIONS, "{connections:?}");
        database.transactions() == 0 && connections.iter().all(|state| state == idle)
    });
    tell(kind, &outages, &events);
}

/// All connections are ended by an administrator, and on PostgreSQL the process of one of them by SIGKILL, upon which the
/// server ends all others and recovers.
#[test]
fn connections_that_the_server_ends_are_replaced() {
    let _alone = alone();
    for kind in [Kind::Postgres, Kind::Mariadb] {
        let database = Database::new(kind);
        let process = Process::start(&database.url());
        let port = Arc::new(AtomicU16::new(process.port()));
        let load = Load::start("load", &clients(&port));
        for crash in [false, false, kind == Kind::Postgres] {
            let before = load.stored();
            wait_until("200 notes are stored", LONG, || load.stored() >= before + 200);
            database.end_connections(crash);
            let ended = Instant::now();
            wait_until("every client is served again", BACK, || load.all_served_since(ended));
            println!("{kind:?}, crash: {crash}: all served after {:?}", ended.elapsed());
        }
        let events = load.stop();
        for event in &events {
            assert!(event.is_success() || event.outcome == Outcome::Unavailable, "{event:?}");
        }
        let (stored, receipts) =
            (database.ask("SELECT name FROM notes"), database.ask("SELECT name FROM receipts"));
        notes::check(&stored, &receipts, &events);
    }
}

/// When the database was gone, and when all were served again.
struct Outage {
    begun: Instant,
    killed: Instant,
    started: Instant,
    back: Instant,
    served: Instant,
    over: Instant,
}

fn outage(database: &mut Database, load: &Load) -> Outage {
    let begun = Instant::now();
    database.kill();
    let killed = Instant::now();
    wait_until("the outage is long enough", LONG, || {
        killed.elapsed() >= DOWN
            && load.look(|events| answered_since(events, killed)) >= load.clients()
    });
    let started = Instant::now();
    database.start();
    let back = Instant::now();
    wait_until("every client is served again", BACK, || load.all_served_since(back));
    let served = Instant::now();
    // From then on nobody is refused any more.
    let before = load.stored();
    wait_until("200 more notes are stored", LONG, || load.stored() >= before + 200);
    Outage { begun, killed, started, back, served, over: Instant::now() }
}

fn answered_since(events: &[Event], moment: Instant) -> usize {
    events.iter().rev().take_while(|event| event.begun >= moment).count()
}

impl Outage {
    fn check(&self, events: &[Event]) {
        for event in events {
            let during = |from, to| event.begun >= from && event.ended <= to;
            if during(self.killed, self.started) {
                assert_eq!(event.outcome, Outcome::Unavailable, "without a database: {event:?}");
            }
            if during(self.served, self.over) {
                assert!(event.is_success(), "once everything is well again: {event:?}");
            }
        }
    }
}

/// Figures for who runs the test with `--nocapture`.
fn tell(kind: Kind, outages: &[Outage], events: &[Event]) {
    let longest = events.iter().map(|event| event.ended - event.begun).max();
    let refused = events.iter().filter(|event| !event.is_success()).count();
    println!(
        "{kind:?}: {} requests, {refused} of them refused, the longest {longest:?}",
        events.len()
    );
    for outage in outages {
        let down = outage.back - outage.begun;
        println!(
            "  down for {down:?}, all served {:?} after its return",
            outage.served - outage.back
        );
    }
}
