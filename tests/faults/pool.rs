//! Where connections come from: several hosts, and a pool that has none left.

use std::time::{Duration, Instant};

use viewset_tests::Reply;

use crate::client::{Answer, note, send};
use crate::databases::{Database, Kind};
use crate::process::Process;
use crate::{alone, block_on};

/// How long a request waits for a connection.
const WAIT: Duration = Duration::from_millis(200);

/// How much longer its answer may take.
const LATE: Duration = Duration::from_millis(500);

async fn reply(port: u16, method: &str, path: &str, body: &str) -> Reply {
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
