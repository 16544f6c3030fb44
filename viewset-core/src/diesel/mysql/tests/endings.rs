//! How statements and transactions end that do not end well.

use std::panic::AssertUnwindSafe;

use chrono::NaiveTime;
use diesel::deserialize::FromSql;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_query;
use diesel::sql_types::{Double, Time};
use diesel_async::{AsyncConnection as _, RunQueryDsl, TransactionManager as _};
use futures_util::FutureExt as _;

use super::*;
use crate::diesel::mysql::Manager;

diesel::table! {
    ages (id) {
        id -> Integer,
        age -> Integer,
    }
}

diesel::define_sql_function!(fn sleep(seconds: Double) -> BigInt);
diesel::define_sql_function!(fn abs(number: BigInt) -> BigInt);

const TABLE: &str =
    "CREATE TABLE ages (id INTEGER AUTO_INCREMENT PRIMARY KEY, age INTEGER NOT NULL DEFAULT 7);
     INSERT INTO ages (id) VALUES (1), (2), (3), (4), (5), (6)";

/// Two connections to a database with six ages.
fn with_two(test: impl AsyncFnOnce(&mut MysqlConn, &mut MysqlConn, &Session)) {
    run(async |target| {
        let (mut one, session) = connected(&target).await;
        let (mut other, _) = connected(&target).await;
        let name = format!("viewset_endings_{}", session.id);
        one.batch_execute(&format!("CREATE DATABASE {name}; USE {name}; {TABLE}")).await.unwrap();
        other.batch_execute(&format!("USE {name}")).await.unwrap();
        let tested = AssertUnwindSafe(test(&mut one, &mut other, &session)).catch_unwind().await;
        drop((one, other));
        let (mut last, _) = connected(&target).await;
        last.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
        if let Err(panic) = tested {
            std::panic::resume_unwind(panic);
        }
    });
}

async fn stored(conn: &mut MysqlConn) -> Vec<i32> {
    ages::table.select(ages::age).order(ages::id).load(conn).await.unwrap()
}

async fn set(conn: &mut MysqlConn, id: i32, age: i32) -> QueryResult<usize> {
    diesel::update(ages::table.find(id)).set(ages::age.eq(age)).execute(conn).await
}

/// Whether a pool would hand it on as it is.
fn is_handed_on(conn: &mut MysqlConn) -> bool {
    conn.in_flight().is_clean() && !conn.in_flight().is_lost() && !conn.in_transaction()
}

#[test]
fn an_error_behind_the_row_that_was_read_is_not_taken_for_a_commit() {
    with_two(async |conn, other, _| {
        conn.batch_execute("SET innodb_lock_wait_timeout = 1").await.unwrap();
        other.batch_execute("BEGIN; UPDATE ages SET age = 8 WHERE id = 5").await.unwrap();
        let locking = ages::table.filter(ages::id.ge(1)).select(ages::age).for_update();
        let done: QueryResult<i32> =
            conn.transaction(async |conn: &mut MysqlConn| locking.get_result(conn).await).await;
        assert!(done.is_err());
        assert!(!is_handed_on(conn), "nobody knows what is open");
    });
}

#[test]
fn a_procedure_ends_with_its_own_error() {
    with_two(async |conn, _, _| {
        let procedure = "CREATE PROCEDURE p() BEGIN SELECT 1; DO SLEEP(0.1); INSERT INTO ages (id) VALUES (1); END";
        conn.batch_execute(procedure).await.unwrap();
        let called = sql_query("CALL p()").execute(conn).await;
        assert!(
            matches!(called, Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))),
            "{called:?}"
        );
        assert_eq!(diesel::select(abs(-1)).get_result::<i64>(conn).await, Ok(1));
        let done: QueryResult<usize> = conn
            .transaction(async |conn: &mut MysqlConn| sql_query("CALL p()").execute(conn).await)
            .await;
        assert!(done.is_err());
        assert!(is_handed_on(conn));
        assert_eq!(stored(conn).await, [7; 6]);
    });
}

#[test]
fn no_answer_is_taken_for_that_of_another_question() {
    with_two(async |conn, _, _| {
        let slow = diesel::select(sleep(0.2));
        let cut = tokio::time::timeout(Duration::from_millis(50), slow.get_result::<i64>(conn));
        assert!(cut.await.is_err());
        for number in [40, 41] {
            let answer = diesel::select(abs(-number)).get_result::<i64>(conn).await;
            assert!(
                matches!(answer, Err(Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _))),
                "{answer:?}"
            );
        }
        assert!(conn.batch_execute("DO 1").await.is_err());
        assert!(!is_handed_on(conn));
    });
}

#[test]
fn a_deadlock_among_rows_ends_the_transaction() {
    with_two(async |one, other, _| {
        Manager::begin_transaction(one).await.unwrap();
        Manager::begin_transaction(other).await.unwrap();
        // Who has changed less is rolled back.
        for id in [2, 5, 6] {
            set(other, id, 50).await.unwrap();
        }
        set(one, 1, 1000).await.unwrap();
        let lock = ages::table.filter(ages::id.between(2, 3)).select(ages::age).for_update();
        let (first, _) = futures_util::future::join(lock.load::<i32>(one), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            set(other, 1, 50).await
        })
        .await;
        assert!(first.is_err());
        assert!(set(one, 4, 99).await.is_err());
        assert!(Manager::commit_transaction(one).await.is_err());
        other.rollback().await.unwrap();
        one.rollback().await.unwrap();
        assert_eq!(stored(other).await, [7; 6]);
        assert_eq!(set(one, 4, 99).await, Ok(1));
    });
}

#[test]
fn a_transaction_that_an_error_has_ended_goes_no_further() {
    with_two(async |one, other, _| {
        // The default since MariaDB 11.6, and unknown before 10.6.
        if one.batch_execute("SET innodb_snapshot_isolation = ON").await.is_err() {
            return;
        }
        Manager::begin_transaction(one).await.unwrap();
        stored(one).await;
        set(other, 1, 100).await.unwrap();
        set(one, 2, 200).await.unwrap();
        set(one, 1, 101).await.unwrap_err();
        assert!(set(one, 3, 300).await.is_err());
        assert!(Manager::commit_transaction(one).await.is_err());
        one.rollback().await.unwrap();
        assert_eq!(stored(other).await, [100, 7, 7, 7, 7, 7]);
    });
}

#[test]
fn after_an_error_that_ends_nothing_a_transaction_goes_on() {
    with_two(async |conn, other, _| {
        Manager::begin_transaction(conn).await.unwrap();
        let twice = diesel::insert_into(ages::table).values(ages::id.eq(1)).execute(conn).await;
        assert!(twice.is_err());
        assert_eq!(set(conn, 2, 8).await, Ok(1));
        Manager::commit_transaction(conn).await.unwrap();
        assert_eq!(stored(other).await, [7, 8, 7, 7, 7, 7]);
    });
}

#[test]
fn an_error_among_rows_is_heard() {
    with_two(async |conn, _, session| {
        let slow =
            sql_query("SELECT REPEAT('x', 20000), SLEEP(0.05) FROM mysql.help_topic LIMIT 100");
        let mut rows = AsyncConnectionCore::load(conn, slow).await.unwrap();
        rows.try_next().await.unwrap();
        session.end().await.unwrap();
        while let Ok(Some(_)) = rows.try_next().await {}
        drop(rows);
        assert!(conn.in_flight().is_lost());
    });
}

#[test]
fn a_transaction_that_is_open_without_diesels_knowledge_is_seen() {
    with_two(async |conn, _, _| {
        conn.batch_execute("BEGIN").await.unwrap();
        set(conn, 1, 8).await.unwrap();
        assert!(conn.in_transaction());
        conn.rollback().await.unwrap();
        assert!(!conn.in_transaction());
        assert_eq!(stored(conn).await, [7; 6]);
    });
}

#[test]
fn a_time_of_more_than_a_day_is_no_time_of_day() {
    with_two(async |conn, _, _| {
        let rows = AsyncConnectionCore::load(conn, sql_query("SELECT CAST('26:01:02' AS TIME)"));
        let rows: Vec<_> = rows.await.unwrap().try_collect().await.unwrap();
        let field = rows[0].get(0).unwrap();
        let time = <NaiveTime as FromSql<Time, Mysql>>::from_sql(field.value().unwrap());
        assert!(time.is_err(), "{time:?}");
    });
}
