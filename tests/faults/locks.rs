//! Rows and tables that another transaction has locked, while statements of others share connections with those that
//! wait for them (PostgreSQL); and values that another one may or may not store (MySQL).

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;
use viewset_actix::diesel::{Database as Held, DbConnection, Lease, MysqlConn, PgConn};
use viewset_tests::Reply;

use crate::client::{Answer, note, send};
use crate::databases::{Database, Kind};
use crate::process::Process;
use crate::{alone, block_on};

/// Below which those stay that need nothing of what is locked: they wait for 50 ms at most before they go round what
/// waits, and some of them twice.
const BOUND: Duration = Duration::from_millis(400);

/// How many there are of them at a time.
const OTHERS: usize = 40;

/// How often all of them come.
const ROUNDS: usize = 3;

#[test]
fn writes_of_rows_that_nobody_has_locked_do_not_wait_for_those_that_are() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    let process = Process::start(&database.url());
    let port = process.port();
    let stored = block_on(async {
        let rows: Vec<_> = (0..=OTHERS).map(|number| format!("row-{number}")).collect();
        for name in &rows {
            created(send(port, "POST", "/api/plain/", &note(name)).await);
        }
        let lock = locked::<PgConn>(&database, "SELECT * FROM notes WHERE id = 1 FOR UPDATE").await;
        let mut waiting = Vec::new();
        for round in 0..ROUNDS {
            let first = tokio::spawn(async move {
                send(port, "PATCH", "/api/plain/1/", &note(&format!("late-{round}"))).await
            });
            waiting.push(first);
            let others = (0..OTHERS).map(|number| async move {
                let begun = Instant::now();
                let body = note(&format!("other-{round}-{number}"));
                let answer = match number % 2 {
                    0 => send(port, "POST", "/api/plain/", &body).await,
                    _ => send(port, "PATCH", &format!("/api/plain/{}/", number + 2), &body).await,
                };
                let reply = replied(answer);
                assert!(matches!(reply.status, 200 | 201), "{reply:?}");
                begun.elapsed()
            });
            let longest = join_all(others).await.into_iter().max();
            assert!(longest.is_some_and(|longest| longest < BOUND), "{longest:?}");
            println!("the slowest of round {round}: {longest:?}");
        }
        assert!(waiting.iter().all(|patch| !patch.is_finished()), "a locked row was none");
        drop(lock);
        for patch in waiting {
            assert_eq!(replied(patch.await.expect("a task that ends")).status, 200);
        }
        database.ask("SELECT name FROM notes")
    });
    // What was stopped and sent again is stored once.
    for number in 0..ROUNDS * OTHERS {
        let name = format!("other-{}-{}", number / OTHERS, number % OTHERS);
        let times = stored.iter().filter(|stored| **stored == name).count();
        let is_overwritten = number % 2 == 1 && number / OTHERS + 1 < ROUNDS;
        assert_eq!(times, usize::from(!is_overwritten), "{name}");
    }
}

#[test]
fn reads_of_a_table_do_not_wait_for_another_that_is_locked() {
    let _alone = alone();
    let database = Database::new(Kind::Postgres);
    let process = Process::start(&database.url());
    let port = process.port();
    block_on(async {
        created(send(port, "POST", "/api/hooked/", &note("one")).await);
        let lock = locked::<PgConn>(&database, "LOCK TABLE notes IN ACCESS EXCLUSIVE MODE").await;
        let mut waiting = Vec::new();
        for round in 0..ROUNDS {
            waiting.push(tokio::spawn(send(port, "GET", "/api/plain/1/", "")));
            let others = (0..OTHERS).map(|_| async move {
                let begun = Instant::now();
                let reply = replied(send(port, "GET", "/api/receipts/1/", "").await);
                assert_eq!(reply.brief(), (200, r#"{"id":1,"name":"one"}"#));
                begun.elapsed()
            });
            let longest = join_all(others).await.into_iter().max();
            assert!(longest.is_some_and(|longest| longest < BOUND), "{longest:?}");
            println!("the slowest of round {round}: {longest:?}");
        }
        for read in &mut waiting {
            if read.is_finished() {
                panic!(
                    "a locked table was none: {:?}",
                    replied(read.await.expect("a task that ends"))
                );
            }
        }
        drop(lock);
        for read in waiting {
            let reply = replied(read.await.expect("a task that ends"));
            assert_eq!(reply.brief(), (200, r#"{"id":1,"name":"one"}"#));
        }
    });
}

/// InnoDB rolls all but one of those back who wait for a value, once it is free after all.
#[test]
fn of_those_who_wait_for_a_value_one_gets_it_and_the_others_are_told() {
    let _alone = alone();
    let database = Database::new(Kind::Mariadb);
    let process = Process::start(&database.url());
    let port = process.port();
    database.ask("ALTER TABLE notes MODIFY name VARCHAR(8) NOT NULL, ADD UNIQUE KEY name (name)");
    let mut told: Vec<u16> = block_on(async {
        let insert = "INSERT INTO notes (name) VALUES ('one')";
        let lock = locked::<MysqlConn>(&database, insert).await;
        let body = note("one");
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let body = body.clone();
                tokio::spawn(async move { send(port, "POST", "/api/plain/", &body).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(waiting.iter().all(|post| !post.is_finished()), "nobody waits");
        drop(lock);
        join_all(waiting).await.into_iter().map(|answer| replied(answer.unwrap()).status).collect()
    });
    told.sort_unstable();
    assert_eq!(told, [201, 400, 400, 400]);
    assert_eq!(database.ask("SELECT name FROM notes"), ["one"]);
}

/// A transaction that has locked something, until it is dropped.
pub(crate) async fn locked<C: DbConnection>(database: &Database, sql: &str) -> Lease<C> {
    let db = Held::<C>::connect(&database.url()).await.expect("the database is there");
    let mut conn = db.connection().await.expect("a connection");
    conn.batch_execute(&format!("BEGIN; {sql}")).await.expect("nobody else has locked it");
    conn
}

fn replied(answer: Answer) -> Reply {
    match answer {
        Answer::Reply(reply) => reply,
        Answer::Broken | Answer::Hangs => panic!("no answer"),
    }
}

fn created(answer: Answer) {
    assert_eq!(replied(answer).status, 201);
}
