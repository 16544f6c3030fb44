//! What a pool hands on to the next who comes.

use std::panic::AssertUnwindSafe;

use diesel::QueryResult;
use diesel::result::Error;
use diesel::sql_query;
use futures_util::FutureExt as _;

use super::*;
use crate::diesel::db::{Database, PoolOptions};
use crate::diesel::pool::Lease;

const TABLE: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, name VARCHAR(9) UNIQUE);
     INSERT INTO notes VALUES (1, 'one')";

/// A pool of one connection to a database with a note, and a connection beside it.
fn with_pool(test: impl AsyncFnOnce(&Database<MysqlConn>, &mut MysqlConn)) {
    run(async |target| {
        let (mut other, session) = connected(&target).await;
        let name = format!("viewset_pool_{}", session.id);
        other.batch_execute(&format!("CREATE DATABASE {name}; USE {name}; {TABLE}")).await.unwrap();
        let url = url();
        let (server, _) = url.rsplit_once('/').expect("a database in the URL");
        let options = PoolOptions::new().max_connections(1).wait(Duration::from_secs(3));
        let db = Database::connect_with(&format!("{server}/{name}"), options).await.unwrap();
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

/// Stores a note as the next who comes.
async fn store(db: &Database<MysqlConn>, id: u32) -> QueryResult<usize> {
    let mut next = db.connection().await.unwrap();
    execute(&mut next, &format!("INSERT INTO notes (id) VALUES ({id})")).await
}

/// The notes that others see.
async fn seen(other: &mut MysqlConn) -> Vec<i64> {
    sql::<BigInt>("SELECT CAST(id AS SIGNED) FROM notes ORDER BY id").load(other).await.unwrap()
}

#[test]
fn a_transaction_that_a_user_has_begun_goes_to_nobody_else_after_an_error() {
    with_pool(async |db, other| {
        let failing =
            ["INSERT INTO notes (id) VALUES (1)", "SELECT nothing", "CALL nothing()", "SELECT ?"];
        for (id, failing) in (10..).zip(failing) {
            let mut lease = db.connection().await.unwrap();
            execute(&mut lease, "BEGIN").await.unwrap();
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
    let number = format!(
        "SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status WHERE variable_name = '{name}'"
    );
    sql::<BigInt>(&number).get_result(&mut **lease).await.unwrap()
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
