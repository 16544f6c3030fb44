//! Connections of a pool, and statements that share one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::query_builder::{AstPass, QueryFragment};

use super::*;
use crate::diesel::db::{Database, PoolOptions};
use crate::diesel::postgres::kept::{Shape, Shaped};
use crate::diesel::postgres::shared::{self, Kind};
use crate::diesel::postgres::value::Bound;
use crate::diesel::trouble::Trouble;

/// A query that is written each time.
struct Shapeless<'a, Q>(&'a Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Shapeless<'_, Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<Q: QueryFragment<Pg>> Shaped for Shapeless<'_, Q> {
    fn shape(&self) -> Option<Shape> {
        None
    }

    fn values(&self) -> Option<Vec<Bound<'_>>> {
        None
    }
}

/// A database of so many connections, for what runs in no transaction.
async fn database(connections: usize) -> Database<PgConn> {
    let url = std::env::var("POSTGRES_URL").unwrap_or_else(|_| LOCAL.to_owned());
    let options = PoolOptions::new().max_connections(connections).wait(Duration::from_secs(3));
    Database::connect_with(&url, options).await.expect("a server")
}

/// A table of its own for a test, with these columns.
async fn table(conn: &mut PgConn, name: &str, columns: &str) {
    let sql = format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns})");
    conn.batch_execute(&sql).await.unwrap();
}

async fn rows(conn: &mut PgConn, table: &str) -> i64 {
    let count = sql_query(format!("SELECT count(*) AS count FROM {table}"));
    count.get_result::<Count>(conn).await.unwrap().count
}

async fn write(db: &Database<PgConn>, sql: &str) -> QueryResult<u64> {
    shared::run(db, Kind::Writes, &Shapeless(&sql_query(sql)), &mut |_| Ok(())).await
}

#[test]
fn a_connection_that_was_left_while_a_transaction_began_is_not_used_again() {
    run(async |mut other| {
        table(&mut other, "left_begins", "id integer").await;
        let db = database(1).await;
        let mut lease = db.connection().await.unwrap();
        let begun = lease.transaction::<(), Error, _>(async |_| Ok(()));
        assert!(begun.now_or_never().is_none());
        drop(lease);
        assert_eq!(write(&db, "INSERT INTO left_begins VALUES (1)").await, Ok(1));
        assert_eq!(rows(&mut other, "left_begins").await, 1);
    });
}

#[test]
fn a_transaction_that_a_user_has_begun_by_a_text_of_his_own_is_rolled_back() {
    run(async |mut other| {
        let db = database(1).await;
        table(&mut other, "left_open", "id integer PRIMARY KEY").await;
        let texts = ["BEGIN", "begin; SELECT 1", " START TRANSACTION", "SELECT 1; /* 2 */ BEGIN"];
        for (begin, is_batch) in texts.map(|text| (text, true)).into_iter().chain([
            ("BEGIN", false),
            ("/* 1 */ start transaction", false),
            ("BEGIN READ WRITE", false),
        ]) {
            let mut lease = db.connection().await.unwrap();
            match is_batch {
                true => lease.batch_execute(begin).await.unwrap(),
                false => _ = sql_query(begin).execute(&mut *lease).await.unwrap(),
            }
            lease.batch_execute("INSERT INTO left_open VALUES (1)").await.unwrap();
            // What fails in it leaves it open.
            assert!(sql_query("SELECT nonsense").execute(&mut *lease).await.is_err());
            drop(lease);
            assert_eq!(write(&db, "INSERT INTO left_open VALUES (1)").await, Ok(1), "{begin}");
            assert_eq!(rows(&mut other, "left_open").await, 1, "{begin}");
            other.batch_execute("DELETE FROM left_open").await.unwrap();
        }
    });
}

#[test]
fn a_statement_is_prepared_anew_when_its_table_has_changed() {
    diesel::table! {
        changed_tables (id) { id -> Integer, name -> Text, }
    }

    run(async |mut conn| {
        table(&mut conn, "changed_tables", "id integer PRIMARY KEY, name varchar(10) NOT NULL")
            .await;
        let names = || changed_tables::table.select(changed_tables::name);
        assert_eq!(names().load::<String>(&mut conn).await, Ok(vec![]));
        for kind in ["varchar(20)", "text"] {
            let alter = format!("ALTER TABLE changed_tables ALTER COLUMN name TYPE {kind}");
            conn.batch_execute(&alter).await.unwrap();
            assert_eq!(names().load::<String>(&mut conn).await, Ok(vec![]));
        }
        conn.batch_execute("DEALLOCATE ALL").await.unwrap();
        assert_eq!(names().load::<String>(&mut conn).await, Ok(vec![]));
    });
}

/// In a transaction it cannot be tried again, but another transaction finds no stale statement any more.
#[test]
fn a_transaction_after_a_change_of_a_table_is_to_be_tried_again() {
    diesel::table! {
        changed_again (id) { id -> Integer, name -> Text, }
    }

    run(async |mut conn| {
        let columns = "id integer PRIMARY KEY, name varchar(10) NOT NULL";
        table(&mut conn, "changed_again", columns).await;
        let names = || changed_again::table.select(changed_again::name);
        let all = || changed_again::table.select((changed_again::name, changed_again::id));
        assert_eq!(names().load::<String>(&mut conn).await, Ok(vec![]));
        assert_eq!(all().load::<(String, i32)>(&mut conn).await, Ok(vec![]));
        conn.batch_execute("ALTER TABLE changed_again ALTER name TYPE text").await.unwrap();
        let once =
            conn.transaction::<_, Error, _>(async |conn| names().load::<String>(conn).await).await;
        assert_eq!(once.as_ref().err().and_then(Trouble::of), Some(Trouble::OutOfReach));
        let again = conn
            .transaction::<_, Error, _>(async |conn| all().load::<(String, i32)>(conn).await)
            .await;
        assert_eq!(again, Ok(vec![]));
    });
}

#[test]
fn a_transaction_whose_error_was_swallowed_says_that_it_stored_nothing() {
    run(async |mut conn| {
        table(&mut conn, "swallowed", "id integer PRIMARY KEY").await;
        for _ in 0..2 {
            let stored = conn.transaction::<_, Error, _>(async |conn| {
                conn.batch_execute("INSERT INTO swallowed VALUES (1)").await?;
                Ok(conn.batch_execute("INSERT INTO swallowed VALUES (1)").await.is_ok())
            });
            assert!(stored.await.unwrap_err().to_string().contains("nothing of it is stored"));
            assert_eq!(rows(&mut conn, "swallowed").await, 0);
        }
        let stored = conn.transaction::<_, Error, _>(async |conn| {
            conn.batch_execute("INSERT INTO swallowed VALUES (1)").await
        });
        assert_eq!(stored.await, Ok(()));
        assert_eq!(rows(&mut conn, "swallowed").await, 1);
    });
}

#[test]
fn a_worker_without_a_connection_gets_one_of_a_worker_that_is_busy_now_and_then() {
    let db = run(async |_| database(1).await);
    let (busy, ended) = (db.clone(), Arc::new(AtomicBool::new(false)));
    let until = ended.clone();
    let first = std::thread::spawn(move || {
        run(async |_| {
            while !AtomicBool::load(&until, Ordering::Relaxed) {
                busy.connection().await.unwrap().batch_execute("SELECT 1").await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
    });
    std::thread::sleep(Duration::from_millis(200));
    let got = run(async |_| db.connection().await.map(drop));
    ended.store(true, Ordering::Relaxed);
    first.join().unwrap();
    assert!(got.is_ok(), "{got:?}");
}

#[test]
fn who_would_wait_for_a_connection_joins_a_short_line() {
    run(async |mut other| {
        table(&mut other, "short_lines", "id serial").await;
        let db = database(1).await;
        let insert = || Box::pin(write(&db, "INSERT INTO short_lines DEFAULT VALUES"));
        insert().await.unwrap();
        // More than stand in a line, and than there are connections.
        let mut writes: Vec<_> = (0..12).map(|_| insert()).collect();
        for begun in &mut writes[..3] {
            assert!(begun.now_or_never().is_none());
        }
        // All of them are on their way before there is an answer to the first.
        assert_eq!(db.alone.longest(), 3);
        assert!(futures_util::future::join_all(writes).await.iter().all(Result::is_ok));
        assert_eq!(rows(&mut other, "short_lines").await, 13);
    });
}

#[test]
fn a_write_behind_a_slow_one_is_stored_once_whatever_comes_of_its_row() {
    run(async |mut other| {
        table(&mut other, "behind_slow_ones", "id serial").await;
        let db = database(4).await;
        let slow = write(&db, "SELECT pg_sleep(0.3)");
        let insert = sql_query("INSERT INTO behind_slow_ones DEFAULT VALUES RETURNING id");
        let mut look = |_: &PgRow| Err("it cannot be read".into());
        let insert = Shapeless(&insert);
        let insert = shared::run(&db, Kind::Writes, &insert, &mut look);
        let (slow, insert) = join(slow, insert).await;
        assert_eq!(slow, Ok(1));
        assert!(matches!(insert, Err(Error::DeserializationError(_))), "{insert:?}");
        assert_eq!(rows(&mut other, "behind_slow_ones").await, 1);
    });
}

/// A deferred constraint waits for its lock when the row was sent already.
#[test]
fn a_write_that_is_stopped_while_it_is_committed_has_stored_nothing() {
    run(async |mut other| {
        other
            .batch_execute("DROP TABLE IF EXISTS committed_rows, committed_parents")
            .await
            .unwrap();
        table(&mut other, "committed_parents", "id integer PRIMARY KEY").await;
        let parent =
            "id serial, parent integer REFERENCES committed_parents DEFERRABLE INITIALLY DEFERRED";
        table(&mut other, "committed_rows", parent).await;
        other.batch_execute("INSERT INTO committed_parents VALUES (1)").await.unwrap();
        let lock = "BEGIN; SELECT * FROM committed_parents FOR UPDATE";
        other.batch_execute(lock).await.unwrap();
        let db = database(4).await;
        let child = write(&db, "INSERT INTO committed_rows (parent) VALUES (1)");
        let begun = Instant::now();
        let quick = async {
            let quick = write(&db, "INSERT INTO committed_rows DEFAULT VALUES").await;
            assert_eq!(quick, Ok(1));
            assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
            other.batch_execute("ROLLBACK").await.unwrap();
        };
        assert_eq!(join(child, quick).await.0, Ok(1));
        assert_eq!(rows(&mut other, "committed_rows").await, 2);
    });
}

#[test]
fn a_limit_stays_with_the_statements_that_share_a_connection() {
    run(async |_| {
        let db = database(1).await;
        for _ in 0..3 {
            assert_eq!(write(&db, "SELECT 1").await, Ok(1));
            let mut lease = db.connection().await.unwrap();
            lease.batch_execute("SELECT pg_sleep(0.1)").await.unwrap();
        }
    });
}

#[test]
fn statements_that_are_always_slow_are_sent_alone_after_a_while() {
    run(async |_| {
        let db = database(2).await;
        let mut times = Vec::new();
        for _ in 0..24 {
            let begun = Instant::now();
            assert_eq!(write(&db, "SELECT pg_sleep(0.04)").await, Ok(1));
            times.push(begun.elapsed());
        }
        // At first each has its 25 ms in vain.
        let least = |times: &[Duration]| times.iter().min().copied().unwrap();
        let (first, last) = (least(&times[..8]), least(&times[20..]));
        assert!(first > last + Duration::from_millis(15), "{first:?}, {last:?}");
    });
}

#[test]
fn a_database_that_shares_no_connections_sets_no_limits() {
    const UNLIMITED: &str = "SELECT 1 WHERE current_setting('statement_timeout') <> '25ms'";
    run(async |_| {
        let url = std::env::var("POSTGRES_URL").unwrap_or_else(|_| LOCAL.to_owned());
        let options = PoolOptions::new().share_connections(false);
        let db = Database::connect_with(&url, options).await.expect("a server");
        assert_eq!(write(&db, UNLIMITED).await, Ok(1));
    });
}
