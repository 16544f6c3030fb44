//! What a pool hands on to the next who comes.

use std::panic::AssertUnwindSafe;

use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use futures_util::FutureExt as _;

use super::*;
use crate::diesel::db::{Database, PoolOptions};
use crate::diesel::pool::Lease;
use crate::diesel::trouble::Trouble;
use crate::diesel::{Fetched, Load, LoadWindow as _, RowCount, Selection, Slice, Window};

diesel::table! {
    notes (id) {
        id -> Integer,
    }
}

const TABLE: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, name VARCHAR(9) UNIQUE);
     INSERT INTO notes VALUES (1, 'one')";

/// A pool of one connection to a database with a note, and a connection beside it.
fn with_pool(test: impl AsyncFnOnce(&Database<MysqlConn>, &mut MysqlConn)) {
    run(async |target| {
        let (mut other, session) = connected(&target).await;
        let name = format!("viewset_pool_{}", session.id);
        other.batch_execute(&format!("CREATE DATABASE {name}; USE {name}; {TABLE}")).await.unwrap();
        let url = url();
        let (address, parameters) = url.split_once('?').unwrap_or((&url, ""));
        let (server, _) = address.rsplit_once('/').expect("a database in the URL");
        let url = format!("{server}/{name}?{parameters}");
        let options = PoolOptions::new().max_connections(1).wait(Duration::from_secs(3));
        let db = Database::connect_with(&url, options).await.unwrap();
        let tested = AssertUnwindSafe(test(&db, &mut other)).catch_unwind().await;
        drop(db);
        other.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
        if let Err(panic) = tested {
            std::panic::resume_unwind(panic);
        }
    });
}

async fn execute(lease: &mut Lease<MysqlConn>, sql: &str) -> QueryResult<usize> {
    sql_query(sql).execute(&mut **lease).await
}

/// The server closes a connection.
async fn end(conn: &MysqlConn, other: &mut MysqlConn) {
    let id = conn.in_flight().session().expect("a server that says which it is").id;
    other.batch_execute(&format!("KILL CONNECTION {id}")).await.unwrap();
    let count = format!("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {id}");
    while sql::<BigInt>(&count).get_result::<i64>(other).await.unwrap() > 0 {}
}

/// A connection that the server has closed while nobody used it.
async fn ended(db: &Database<MysqlConn>, other: &mut MysqlConn) -> Lease<MysqlConn> {
    drop(db.connection().await.unwrap());
    let lease = db.connection().await.unwrap();
    end(&lease, other).await;
    lease
}

fn is_lost<T>(result: &QueryResult<T>) -> bool {
    result.as_ref().is_err_and(|error| Trouble::of(error) == Some(Trouble::Lost))
}

/// Stores a note as the next who comes.
async fn store(db: &Database<MysqlConn>, id: u32) -> QueryResult<usize> {
    let mut next = db.connection().await.unwrap();
    execute(&mut next, &format!("INSERT INTO notes (id) VALUES ({id})")).await
}

/// The notes that others see.
async fn seen(other: &mut MysqlConn) -> Vec<i64> {
    sql::<BigInt>("SELECT CAST(id AS SIGNED) FROM notes ORDER BY id").load(other).await.unwrap()
}

/// The driver itself would go on by the socket that the server names, which may be another server's here.
#[test]
fn a_server_is_reached_by_the_host_and_the_port_of_its_url() {
    run(async |target| {
        let (mut conn, session) = connected(&target).await;
        let id = session.id;
        let host = format!("SELECT host FROM information_schema.processlist WHERE id = {id}");
        let host: String = sql::<Text>(&host).get_result(&mut conn).await.unwrap();
        // Who comes by a socket has no port.
        assert!(host.contains(':'), "{host}");
    });
}

#[test]
fn a_transaction_that_a_user_has_begun_goes_to_nobody_else_after_an_error() {
    with_pool(async |db, other| {
        let failing =
            ["INSERT INTO notes (id) VALUES (1)", "SELECT nothing", "CALL nothing()", "SELECT ?"];
        for (id, failing) in (10..).zip(failing) {
            let mut lease = db.connection().await.unwrap();
            lease.batch_execute("BEGIN").await.unwrap();
            execute(&mut lease, "INSERT INTO notes (id) VALUES (2)").await.unwrap();
            execute(&mut lease, failing).await.unwrap_err();
            drop(lease);
            assert_eq!(store(db, id).await, Ok(1), "{failing}");
            let mut lease = db.connection().await.unwrap();
            lease.batch_execute(&format!("BEGIN; {failing}")).await.unwrap_err();
            drop(lease);
            assert_eq!(store(db, id + 10).await, Ok(1), "{failing}");
        }
        assert_eq!(seen(other).await, [1, 10, 11, 12, 13, 20, 21, 22, 23]);
    });
}

#[test]
fn a_transaction_that_a_procedure_has_begun_goes_to_nobody_else() {
    with_pool(async |db, other| {
        let procedure =
            "CREATE PROCEDURE p() BEGIN START TRANSACTION; INSERT INTO notes (id) VALUES (1); END";
        other.batch_execute(procedure).await.unwrap();
        let mut lease = db.connection().await.unwrap();
        execute(&mut lease, "CALL p()").await.unwrap_err();
        drop(lease);
        assert_eq!(store(db, 2).await, Ok(1));
        assert_eq!(seen(other).await, [1, 2]);
    });
}

#[test]
fn a_connection_that_does_not_commit_by_itself_goes_to_nobody_else() {
    with_pool(async |db, other| {
        let off = "SET autocommit = 0";
        let ways: [&[&str]; 4] = [
            &[],
            &["INSERT INTO notes (id) VALUES (2)"],
            &["INSERT INTO notes (id) VALUES (1)"],
            &["INSERT INTO notes (id) VALUES (2)", "SELECT nothing"],
        ];
        for (id, then) in (10..).zip(ways) {
            let mut lease = db.connection().await.unwrap();
            execute(&mut lease, off).await.unwrap();
            for sql in then {
                let _ = execute(&mut lease, sql).await;
            }
            drop(lease);
            assert_eq!(store(db, id).await, Ok(1), "{then:?}");
        }
        assert_eq!(seen(other).await, [1, 10, 11, 12, 13]);
    });
}

/// A number that the session has had from its begin.
async fn session_number(lease: &mut Lease<MysqlConn>, name: &str) -> i64 {
    let number = sql::<(Text, Text)>(&format!("SHOW SESSION STATUS LIKE '{name}'"));
    let (_, number): (String, String) = number.get_result(&mut **lease).await.unwrap();
    number.parse().unwrap()
}

#[test]
fn an_error_outside_of_a_transaction_costs_no_question() {
    with_pool(async |db, _| {
        let questions =
            async || session_number(&mut db.connection().await.unwrap(), "QUESTIONS").await;
        let once = questions().await;
        let each = questions().await - once;
        let before = questions().await;
        for failing in ["INSERT INTO notes (id) VALUES (1)", "select nothing"] {
            execute(&mut db.connection().await.unwrap(), failing).await.unwrap_err();
        }
        let asked = questions().await - before - each;
        assert_eq!(asked, 1, "one was run and failed, the other was not understood");
    });
}

#[test]
fn a_connection_that_the_driver_has_closed_goes_to_nobody_else() {
    with_pool(async |db, other| {
        let mut lease = db.connection().await.unwrap();
        let missing = execute(&mut lease, "SELECT ?").await;
        assert!(matches!(missing, Err(Error::SerializationError(_))), "{missing:?}");
        drop(lease);
        assert_eq!(store(db, 2).await, Ok(1));
        assert_eq!(seen(other).await, [1, 2]);
    });
}

async fn read(lease: &mut Lease<MysqlConn>) -> QueryResult<Vec<i32>> {
    Load::load(&mut **lease, notes::table.select(notes::id)).await
}

/// The notes of a window, and how many there are if that was asked.
async fn window(lease: &mut Lease<MysqlConn>, window: Window) -> (Vec<(i32,)>, Option<u64>) {
    let select = |query| QueryDsl::select(query, Selection::<(notes::id,)>::new(|| "id"));
    let notes = notes::table.into_boxed().select(RowCount);
    let fetched: Fetched<Vec<(i32,)>> = lease.load_window(notes, window, select).await.unwrap();
    (fetched.rows.unwrap(), fetched.count)
}

#[test]
fn what_only_reads_is_asked_once_more_where_the_server_has_closed_an_idle_connection() {
    with_pool(async |db, other| {
        let mut lease = ended(db, other).await;
        // It goes on with the new one.
        for _ in 0..2 {
            assert_eq!(read(&mut lease).await, Ok(vec![1]));
        }
        drop(lease);
        let by_key = notes::table.find(1).select(notes::id);
        assert_eq!(Load::get_result(&mut *ended(db, other).await, by_key).await, Ok(1));
        let unique = ended(db, other).await.unique_indexes("`notes`".to_owned()).await.unwrap();
        assert_eq!(unique.len(), 2);
        let slice = |offset| Slice { offset, limit: 9 };
        for (asked, expected) in [
            (Window::All, (vec![(1,)], None)),
            (Window::Slice(slice(0)), (vec![(1,)], None)),
            (Window::counted(slice(0)), (vec![(1,)], Some(1))),
            (Window::counted(slice(5)), (vec![], Some(1))),
            (Window::counted(slice(1 << 50)), (vec![], Some(1))),
        ] {
            assert_eq!(window(&mut ended(db, other).await, asked).await, expected);
        }
    });
}

#[test]
fn a_transaction_begins_where_the_server_has_closed_an_idle_connection() {
    with_pool(async |db, other| {
        let mut lease = ended(db, other).await;
        lease.begin().await.unwrap();
        execute(&mut lease, "INSERT INTO notes (id) VALUES (2)").await.unwrap();
        assert!(lease.in_transaction());
        lease.commit().await.unwrap();
        assert!(!lease.in_transaction());
        drop(lease);
        let mut lease = ended(db, other).await;
        let insert = sql_query("INSERT INTO notes (id) VALUES (3)");
        let stored =
            lease.transaction(async |conn: &mut Lease<MysqlConn>| insert.execute(conn).await);
        assert_eq!(stored.await, Ok(1));
        lease.begin().await.unwrap();
        execute(&mut lease, "INSERT INTO notes (id) VALUES (4)").await.unwrap();
        drop(lease);
        assert_eq!(store(db, 5).await, Ok(1));
        assert_eq!(seen(other).await, [1, 2, 3, 5]);
    });
}

#[test]
fn a_connection_is_only_replaced_before_it_has_answered() {
    with_pool(async |db, other| {
        let mut lease = db.connection().await.unwrap();
        execute(&mut lease, "SET @mine = 1").await.unwrap();
        end(&lease, other).await;
        let found = read(&mut lease).await;
        assert!(is_lost(&found), "{found:?}");
        drop(lease);
        let mut lease = db.connection().await.unwrap();
        lease.begin().await.unwrap();
        end(&lease, other).await;
        let found = read(&mut lease).await;
        assert!(is_lost(&found), "{found:?}");
        drop(lease);
        // It would be closed once more.
        let mut lease = ended(db, other).await;
        assert_eq!(read(&mut lease).await, Ok(vec![1]));
        end(&lease, other).await;
        let found = read(&mut lease).await;
        assert!(is_lost(&found), "{found:?}");
    });
}

#[test]
fn a_connection_that_has_been_idle_for_too_long_goes_to_nobody() {
    with_pool(async |db, other| {
        let mut lease = db.connection().await.unwrap();
        let minutes = Duration::from_secs(60)..Duration::from_secs(365 * 86_400);
        assert!(minutes.contains(&lease.patience), "{:?}", lease.patience);
        lease.patience = Duration::ZERO;
        end(&lease, other).await;
        drop(lease);
        assert_eq!(store(db, 2).await, Ok(1));
        assert_eq!(seen(other).await, [1, 2]);
    });
}

#[test]
fn what_somebody_has_stopped_is_not_begun_again() {
    with_pool(async |db, other| {
        drop(db.connection().await.unwrap());
        let mut lease = db.connection().await.unwrap();
        let id = lease.in_flight().session().expect("a server that says which it is").id;
        let slow = Load::load(&mut *lease, sql::<BigInt>("SELECT SLEEP(60)"));
        let (slow, _): (QueryResult<Vec<i64>>, _) = futures_util::future::join(slow, async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            other.batch_execute(&format!("KILL CONNECTION {id}")).await.unwrap();
        })
        .await;
        assert!(is_lost(&slow), "{slow:?}");
    });
}

#[test]
fn what_writes_is_sent_once() {
    with_pool(async |db, other| {
        let mut lease = ended(db, other).await;
        let insert = "INSERT INTO notes (id) VALUES (2) RETURNING id";
        let stored: QueryResult<Vec<i32>> =
            Load::load(&mut *lease, sql::<diesel::sql_types::Integer>(insert)).await;
        assert!(is_lost(&stored), "{stored:?}");
        drop(lease);
        assert_eq!(store(db, 3).await, Ok(1));
        assert_eq!(seen(other).await, [1, 3]);
    });
}
