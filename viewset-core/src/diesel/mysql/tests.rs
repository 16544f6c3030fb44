//! The connection to a server, which `MYSQL_URL` names.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod endings;
mod pool;
mod refusals;
mod statements;

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::mysql::Mysql;
use diesel::row::{Field as _, Row as _};
use diesel::sql_types::{BigInt, Untyped};
use diesel_async::{AsyncConnectionCore, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::TryStreamExt as _;

use super::session::run_out;
use super::{MysqlConn, MysqlTarget, Session, urls};
use crate::diesel::backend::DbConnection as _;
use crate::diesel::shown::SendsShown as _;
use crate::serializers::FieldValue;

const LOCAL: &str = "mysql://root@127.0.0.1/mysql";

fn url() -> String {
    std::env::var("MYSQL_URL").unwrap_or_else(|_| LOCAL.to_owned())
}

fn run(test: impl AsyncFnOnce(MysqlTarget)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { test(MysqlConn::target(&url()).expect("a URL")).await });
}

async fn connected(target: &MysqlTarget) -> (MysqlConn, Session) {
    let conn = target.connect().await.expect("a server");
    let session = conn.in_flight().session().cloned();
    (conn, session.expect("a server that says which it is"))
}

/// Begins a statement and goes away, which leaves the connection of use to nobody else.
async fn left(conn: &mut MysqlConn) {
    let slow = conn.batch_execute("DO SLEEP(60)");
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
}

/// Whether the server knows of the connection.
async fn is_there(target: &MysqlTarget, session: &Session) -> bool {
    let (mut conn, _) = connected(target).await;
    let count =
        format!("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {}", session.id);
    sql::<BigInt>(&count).get_result::<i64>(&mut conn).await.unwrap() == 1
}

#[test]
fn each_host_has_a_url() {
    let of = |url| urls(url).unwrap_or_default();
    assert_eq!(of("mysql://root@a/shop"), ["mysql://root@a/shop"]);
    assert_eq!(of("mariadb://a"), ["mysql://a"]);
    let both = ["mysql://me:p%40@a:1/shop?x=,", "mysql://me:p%40@b/shop?x=,"];
    assert_eq!(of("mysql://me:p%40@a:1,b/shop?x=,"), both);
    assert_eq!(urls("postgres://a/shop"), None);
}

#[test]
fn what_runs_for_nobody_is_stopped() {
    run(async |target| {
        let (mut conn, session) = connected(&target).await;
        left(&mut conn).await;
        assert!(is_there(&target, &session).await);
        let begun = Instant::now();
        run_out(&mut conn, Some(&session)).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert!(!is_there(&target, &session).await);
    });
}

#[test]
fn nothing_is_stopped_at_another_server_or_one_that_has_started_since() {
    run(async |target| {
        let (mut conn, session) = connected(&target).await;
        left(&mut conn).await;
        let elsewhere = Session { server: "another 3306 1".to_owned(), ..session.clone() };
        let years = Duration::from_secs(100 * 365 * 86_400);
        let long_ago = session.since.checked_sub(years).expect("a time");
        let before = Session { since: long_ago, ..session.clone() };
        for other in [elsewhere, before] {
            assert_eq!(other.end().await.unwrap_err().to_string(), "another server answers");
            assert!(is_there(&target, &session).await);
        }
        session.end().await.unwrap();
        // Once more it is gone, which is as well.
        run_out(&mut conn, None).await;
        session.end().await.unwrap();
    });
}

#[test]
fn what_an_index_keeps_unique_is_known() {
    run(async |target| {
        let (mut conn, session) = connected(&target).await;
        let name = format!("viewset_unique_{}", session.id);
        let table = format!(
            "CREATE DATABASE {name}; USE {name}; CREATE TABLE `a``b` (
                id INTEGER PRIMARY KEY, one VARCHAR(9) UNIQUE, two INTEGER, three TEXT,
                UNIQUE (two, id), UNIQUE (three(5)), INDEX (two)
            )"
        );
        conn.batch_execute(&table).await.unwrap();
        let mut unique = conn.unique_indexes("`a``b`".to_owned()).await.unwrap();
        unique.sort();
        assert_eq!(unique, [vec!["id"], vec!["one"], vec!["two", "id"]]);
        for other in ["`none`", "`mysql`.`db`"] {
            assert!(conn.unique_indexes(other.to_owned()).await.unwrap().is_empty(), "{other}");
        }
        conn.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
    });
}

/// What is copied of a value.
async fn copied<T: FieldValue>(conn: &mut MysqlConn, expression: &str) -> Option<String> {
    let query = sql::<Untyped>(&format!("SELECT {expression}"));
    let rows = AsyncConnectionCore::load(conn, query).await.unwrap();
    let rows: Vec<_> = rows.try_collect().await.unwrap();
    let (field, mut out) = (rows[0].get(0).unwrap(), Vec::new());
    let is_copied = Mysql::copy::<T>(field.value().unwrap(), &mut out);
    is_copied.then(|| String::from_utf8(out).unwrap())
}

#[test]
fn texts_and_numbers_are_copied() {
    run(async |target| {
        let (mut conn, _) = connected(&target).await;
        conn.batch_execute(
            "CREATE TEMPORARY TABLE t (
                a TINYINT, b SMALLINT, c INTEGER, d BIGINT, e BOOLEAN, f VARCHAR(9), g TEXT, h INTEGER UNSIGNED, i YEAR, n BIGINT UNSIGNED,
                j DATETIME, k DATETIME(6), l TIMESTAMP(3) NULL, m DATETIME
            );
            SET sql_mode = '';
            INSERT INTO t VALUES (
                -7, -300, -70000, -5000000000, 2, 'a\"é', '', 4000000000, 2026, 18446744073709551615,
                '2026-02-28 23:59:58', '0099-12-31 00:00:01.000120', '1999-12-31 23:59:59.999', 0
            )",
        )
        .await
        .unwrap();
        let conn = &mut conn;
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(copied::<i64>(conn, "a FROM t").await, is("-7"));
        assert_eq!(copied::<i16>(conn, "b FROM t").await, is("-300"));
        assert_eq!(copied::<i32>(conn, "c FROM t").await, is("-70000"));
        assert_eq!(copied::<i64>(conn, "d FROM t").await, is("-5000000000"));
        assert_eq!(copied::<bool>(conn, "e FROM t").await, is("true"));
        assert_eq!(copied::<bool>(conn, "1 > 2").await, is("false"));
        assert_eq!(copied::<String>(conn, "f FROM t").await, is(r#""a\"é""#));
        assert_eq!(copied::<String>(conn, "g FROM t").await, is(r#""""#));
        assert_eq!(copied::<NaiveDateTime>(conn, "j FROM t").await, is(r#""2026-02-28T23:59:58""#));
        let early = r#""0099-12-31T00:00:01.000120""#;
        assert_eq!(copied::<NaiveDateTime>(conn, "k FROM t").await, is(early));
        let zoned = r#""1999-12-31T23:59:59.999000Z""#;
        assert_eq!(copied::<DateTime<Utc>>(conn, "l FROM t").await, is(zoned));
        // Not even a point in time.
        assert_eq!(copied::<NaiveDateTime>(conn, "m FROM t").await, None);
        assert_eq!(copied::<u32>(conn, "h FROM t").await, is("4000000000"));
        assert_eq!(copied::<u16>(conn, "i FROM t").await, is("2026"));
        // What is too large or no text is diesel's business.
        assert_eq!(copied::<i32>(conn, "d FROM t").await, None);
        assert_eq!(copied::<String>(conn, "UNHEX('FF')").await, None);
        assert_eq!(copied::<i32>(conn, "h FROM t").await, None);
        assert_eq!(copied::<u64>(conn, "n FROM t").await, None);
        assert_eq!(copied::<i64>(conn, "1.5").await, None);
    });
}
