//! A thousand clients hang up in the middle of their writes.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use viewset_actix::diesel::{DbConnection, MysqlConn, PgConn};

use crate::client::{Answer, note, request, send};
use crate::databases::{Database, Kind};
use crate::locks::locked;
use crate::pool::reply;
use crate::process::{CONNECTIONS, Process};
use crate::{alone, block_on, notes, wait_until};

const LONG: Duration = Duration::from_secs(30);

/// Within which a query that nobody waits for is stopped.
const STOPPED: Duration = Duration::from_secs(3);

/// What is in the text of such a query.
const SLOW: &str = "(30)";

/// How many clients hang up, and how many of them are there at a time.
const CLIENTS: usize = 1_000;
const AT_A_TIME: usize = 50;

/// How many of them may hang up when their transaction is done already.
const TOO_LATE: usize = CLIENTS / 20;

#[test]
fn a_thousand_hang_ups_leave_no_transaction_and_a_full_pool_on_postgres() {
    clients_hang_up(Kind::Postgres);
}

#[test]
fn a_thousand_hang_ups_leave_no_transaction_and_a_full_pool_on_mariadb() {
    clients_hang_up(Kind::Mariadb);
}

fn clients_hang_up(kind: Kind) {
    let _alone = alone();
    let database = Database::new(kind);
    // Those who wait for a connection do so patiently here.
    let process = Process::start_with(&database.url(), CONNECTIONS, LONG, None);
    let begun = Instant::now();
    block_on(all(|name| hang_up_once_written(&process, name)));
    // On a busy machine some writes are committed before their clients are gone, or just then.
    wait_until("every transaction that was left is dropped", LONG, || {
        process.gone() + TOO_LATE >= CLIENTS
    });
    wait_until("no more connections than there may be", LONG, || {
        database.connections().len() <= CONNECTIONS
    });
    block_on(all(|name| hang_up_at_any_moment(process.port(), name)));
    wait_until("no transaction is open", LONG, || database.transactions() == 0);
    let took = begun.elapsed();
    full_pool(process.port());
    let stored = database.ask("SELECT name FROM notes");
    notes::check_whole(&stored, &database.ask("SELECT name FROM receipts"));
    let stuck = stored.iter().filter(|name| name.starts_with("stuck-")).count();
    assert!(stuck + process.gone() <= CLIENTS, "a row of a transaction that was left");
    println!("{kind:?}: {} hang-ups in {took:?}; {} were too late", 2 * CLIENTS, stored.len());
}

#[test]
fn slow_queries_of_clients_that_hang_up_are_stopped_on_postgres() {
    slow_queries_are_stopped(Kind::Postgres);
}

#[test]
fn slow_queries_of_clients_that_hang_up_are_stopped_on_mariadb() {
    slow_queries_are_stopped(Kind::Mariadb);
}

/// Far more clients than there are connections ask for what takes half a minute, and hang up.
fn slow_queries_are_stopped(kind: Kind) {
    let _alone = alone();
    let database = Database::new(kind);
    let process = Process::start(&database.url());
    let mut most = 0;
    for _ in 0..5 * CONNECTIONS {
        block_on(begin_and_hang_up(process.port(), "GET", "/api/plain/wait/30/", ""));
        most = most.max(database.running(SLOW));
    }
    assert!((1..=CONNECTIONS).contains(&most), "{most} queries ran at once");
    let took = database_rests(&database);
    full_pool(process.port());
    println!("{kind:?}: slow queries are stopped {took:?} after the last hang-up");
}

#[test]
fn writes_of_clients_that_hang_up_do_not_wait_for_a_lock_on_postgres() {
    writes_do_not_wait::<PgConn>(Kind::Postgres);
}

#[test]
fn writes_of_clients_that_hang_up_do_not_wait_for_a_lock_on_mariadb() {
    writes_do_not_wait::<MysqlConn>(Kind::Mariadb);
}

/// The same with a write of a row that another transaction has locked.
fn writes_do_not_wait<C: DbConnection>(kind: Kind) {
    let _alone = alone();
    let database = Database::new(kind);
    let process = Process::start(&database.url());
    let port = process.port();
    block_on(async {
        assert_eq!(reply(port, "POST", "/api/plain/", &note("one")).await.status, 201);
        let lock = locked::<C>(&database, "SELECT * FROM notes WHERE id = 1 FOR UPDATE").await;
        for number in 0..5 * CONNECTIONS {
            let body = note(&format!("stuck-{number}"));
            begin_and_hang_up(port, "PATCH", "/api/plain/1/", &body).await;
        }
        database_rests(&database);
        drop(lock);
    });
    full_pool(port);
    assert_eq!(database.ask("SELECT name FROM notes"), ["one"]);
}

/// Waits until no statement runs in the database and there are no more connections than there may be; how long it took.
fn database_rests(database: &Database) -> Duration {
    let begun = Instant::now();
    wait_until("the database rests", STOPPED, || {
        // One more has locked a row.
        database.running("") == 0 && database.connections().len() <= CONNECTIONS + 1
    });
    begun.elapsed()
}

/// Has all clients do something, so many at a time, each with a number of its own.
async fn all<F: Future<Output = ()>>(work: impl Fn(usize) -> F) {
    let (next, work) = (&std::cell::Cell::new(0), &work);
    let workers = (0..AT_A_TIME).map(|_| async move {
        while next.get() < CLIENTS {
            work(next.replace(next.get() + 1)).await;
        }
    });
    futures_util::future::join_all(workers).await;
}

/// Sends a write that takes a while, and hangs up in the middle of its transaction.
async fn hang_up_once_written(process: &Process, number: usize) {
    let name = format!("stuck-{number}");
    let written = process.written(&name);
    let stream = begin(process.port(), "POST", "/api/stuck/", &note(&name)).await;
    let in_time = tokio::time::timeout(LONG, written).await;
    assert!(matches!(in_time, Ok(Ok(()))), "{name} is not written in time");
    if number.is_multiple_of(2) {
        // Others hang up while the slow statement is prepared, these while it runs.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    hang_up(stream);
}

/// The same at any moment of a write that takes none.
async fn hang_up_at_any_moment(port: u16, number: usize) {
    let stream = begin(port, "POST", "/api/hooked/", &note(&format!("hooked-{number}"))).await;
    // Not a pause but a moment: a different one each time.
    tokio::time::sleep(Duration::from_micros(u64::try_from(number % 100).unwrap_or(0) * 400)).await;
    hang_up(stream);
}

async fn begin(port: u16, method: &str, path: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
    let request = request(method, path, body);
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    stream
}

/// Asks for something, and hangs up while it runs.
async fn begin_and_hang_up(port: u16, method: &str, path: &str, body: &str) {
    let stream = begin(port, method, path, body).await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    hang_up(stream);
}

/// A reset, which actix-web notices while the action runs; a closed half it would allow.
fn hang_up(stream: TcpStream) {
    stream.set_zero_linger().expect("a socket option");
}

/// Checks that as many requests at once as there are connections have one each.
fn full_pool(port: u16) {
    let begun = Instant::now();
    block_on(async {
        let requests = (0..CONNECTIONS).map(|_| send(port, "GET", "/api/plain/wait/2/", ""));
        for answer in futures_util::future::join_all(requests).await {
            let Answer::Reply(reply) = answer else { panic!("no answer") };
            assert_eq!(reply.brief(), (200, "2"));
        }
    });
    // One that is missing makes somebody wait for two seconds more.
    let took = begun.elapsed();
    assert!(took < Duration::from_millis(3_500), "{took:?}");
}
