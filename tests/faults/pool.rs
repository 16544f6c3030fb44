//! Where connections come from: several hosts, and a pool that has none left.

use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::time::{Duration, Instant};

use viewset_tests::Reply;

use crate::client::{Answer, note, send};
use crate::databases::{Database, Kind};
use crate::load::{Event, Load, Task};
use crate::process::{CONNECTIONS, Process};
use crate::{alone, block_on, wait_until};

/// How long a request waits for a connection.
const WAIT: Duration = Duration::from_millis(200);

/// How much longer its answer may take.
const LATE: Duration = Duration::from_millis(500);

pub(crate) async fn reply(port: u16, method: &str, path: &str, body: &str) -> Reply {
    match send(port, method, path, body).await {
        Answer::Reply(reply) => reply,
        _ => panic!("no answer to {method} {path}"),
    }
}

#[test]
fn of_several_hosts_the_one_that_is_there_is_used() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    // Nobody listens on the first port.
    let hosts = format!("127.0.0.1:1,127.0.0.1:{}", database.port());
    let process = Process::start(&format!("postgres://postgres@{hosts}/faults"));
    block_on(async {
        for name in ["one", "two"] {
            assert_eq!(reply(process.port(), "POST", "/api/plain/", &note(name)).await.status, 201);
        }
        assert_eq!(
            reply(process.port(), "POST", "/api/hooked/", &note("hooked-three")).await.status,
            201
        );
    });
    assert_eq!(database.ask("SELECT name FROM notes ORDER BY id"), ["one", "two", "hooked-three"]);
}

#[test]
fn of_several_hosts_the_one_that_takes_writes_is_used_on_postgres() {
    the_one_that_takes_writes(Kind::Postgres, "postgres://postgres@");
}

#[test]
fn of_several_hosts_the_one_that_takes_writes_is_used_on_mariadb() {
    the_one_that_takes_writes(Kind::Mariadb, "mysql://root@");
}

fn the_one_that_takes_writes(kind: Kind, scheme: &str) {
    let _alone = alone();
    let (standby, primary) = (Database::new(kind), Database::new(kind));
    standby.refuse_writes();
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", standby.port(), primary.port());
    let process = Process::start(&format!("{scheme}{hosts}/faults"));
    block_on(async {
        assert_eq!(reply(process.port(), "POST", "/api/plain/", &note("one")).await.status, 201);
    });
    assert_eq!(primary.ask("SELECT name FROM notes"), ["one"]);
}

#[test]
fn who_gets_no_connection_in_time_is_told_to_come_again_by_postgres() {
    let _alone = alone();
    no_connection_in_time(&Database::new(Kind::Postgres).url());
}

#[test]
fn who_gets_no_connection_in_time_is_told_to_come_again_by_mariadb() {
    let _alone = alone();
    no_connection_in_time(&Database::new(Kind::Mariadb).url());
}

#[test]
fn who_gets_no_connection_in_time_is_told_to_come_again_by_sqlite() {
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a temporary folder");
    no_connection_in_time(&format!("sqlite://{}", folder.path().join("notes.db").display()));
}

/// Connections belong to workers, of which there are two. While more clients come than there are connections, each
/// worker goes on with those that it has; now and then one goes from one worker to the other.
#[test]
fn more_clients_than_connections_open_no_more_connections() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    let process = Process::start(&database.url());
    let sessions = || -> usize {
        // The server keeps these statistics up to date by and by; an own connection counts as well.
        let counted =
            database.ask("SELECT sessions FROM pg_stat_database WHERE datname = 'faults'");
        counted[0].parse().expect("a number")
    };
    let events = watch(&process, 3 * CONNECTIONS);
    let opened = sessions();
    println!("{} requests, {opened} connections opened", events.len());
    assert!(events.len() > 500, "{} requests", events.len());
    assert!(opened <= 5 * CONNECTIONS, "{opened} connections for {} requests", events.len());
}

/// Clients who come after a night do not hear of it. What a write on its own has done nobody knows.
#[test]
fn connections_that_a_mariadb_has_closed_while_they_were_idle_cost_no_read_and_no_transaction() {
    let _alone = alone();
    let database = Database::new(Kind::Mariadb);
    let process = Process::start(&database.url());
    let port = process.port();
    block_on(async {
        assert_eq!(reply(port, "POST", "/api/plain/", &note("one")).await.status, 201);
        let new = note("two");
        for (method, path, body, status) in [
            ("GET", "/api/plain/1/", "", 200),
            ("GET", "/api/plain/?page=1", "", 200),
            ("GET", "/api/plain/?page=last", "", 200),
            ("GET", "/api/receipts/1/", "", 404),
            ("POST", "/api/hooked/", &new, 201),
        ] {
            for _ in 0..4 {
                end_connections(&database);
                assert_eq!(reply(port, method, path, body).await.status, status, "{path}");
            }
        }
    });
    assert_eq!(database.ask("SELECT COUNT(*) FROM receipts"), ["4"]);
}

/// The server closes all that are open.
fn end_connections(database: &Database) {
    let open = "SELECT id FROM information_schema.processlist WHERE db = 'faults' AND id <> CONNECTION_ID()";
    for id in database.ask(open) {
        database.ask(&format!("KILL CONNECTION {id}"));
    }
    wait_until("they are closed", WAIT * 50, || database.ask(open).is_empty());
}

/// The only connection goes from worker to worker, so that the clients of both are served.
#[test]
fn one_connection_serves_all_workers() {
    let _alone = alone();
    for database in [Database::new(Kind::Postgres), Database::new(Kind::Mariadb)] {
        let process = Process::start_with(&database.url(), 1, Duration::from_secs(5), None);
        let events = watch(&process, 8);
        let longest = events.iter().map(|event| event.ended - event.begun).max();
        println!("{} requests on one connection, the longest {longest:?}", events.len());
        assert!(longest < Some(Duration::from_secs(1)), "{longest:?}");
    }
}

/// Lets so many clients list for two seconds, and checks that all is well.
fn watch(process: &Process, clients: usize) -> Vec<Event> {
    let port = Arc::new(AtomicU16::new(process.port()));
    let load = Load::start("load", &vec![(port, Task::List); clients]);
    std::thread::sleep(Duration::from_secs(2));
    let events = load.stop();
    for event in &events {
        assert!(event.is_success(), "{event:?}");
    }
    events
}

fn no_connection_in_time(url: &str) {
    let process = Process::start_with(url, 1, WAIT, None);
    let port = process.port();
    block_on(async {
        let slow = tokio::spawn(async move { reply(port, "GET", "/api/plain/wait/2/", "").await });
        // It has the connection before the others ask for one.
        tokio::time::sleep(WAIT).await;
        for _ in 0..3 {
            let begun = Instant::now();
            let refused = reply(port, "GET", "/api/plain/wait/0/", "").await;
            let took = begun.elapsed();
            let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
            assert_eq!((refused.brief(), refused.header("retry-after")), ((503, body), Some("1")));
            assert!((WAIT..WAIT + LATE).contains(&took), "{took:?}");
        }
        assert_eq!(slow.await.expect("the slow query ends").brief(), (200, "2"));
        // The process goes on, with its one connection.
        for _ in 0..3 {
            assert_eq!(reply(port, "GET", "/api/plain/wait/0/", "").await.brief(), (200, "0"));
        }
    });
}
