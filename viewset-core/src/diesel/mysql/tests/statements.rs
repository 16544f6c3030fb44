//! What the server is asked, and what users read and write by way of diesel.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use diesel::connection::{CacheSize, InstrumentationEvent};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_query;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection as _, RunQueryDsl, TransactionManager as _};
use futures_util::FutureExt as _;

use super::*;
use crate::diesel::mysql::Manager;
use crate::diesel::trouble::Trouble;
use crate::diesel::window::CountOf;
use crate::diesel::{
    Fetched, Fixed, LoadWindow as _, Returning, RowCount, Selection, Slice, Store as _, Via,
    Window, Write, bind,
};

diesel::table! {
    people (id) {
        id -> Integer,
        name -> Text,
        age -> Integer,
    }
}

const PEOPLE: &str = "CREATE TABLE people (
        id INTEGER AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9) NOT NULL DEFAULT 'n', age INTEGER NOT NULL DEFAULT 7
    )";

/// A connection to a database with a table of people.
fn with_people(test: impl AsyncFnOnce(MysqlConn)) {
    run(async |target| {
        let (mut other, session) = connected(&target).await;
        let name = format!("viewset_people_{}", session.id);
        other.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (mut conn, _) = connected(&target).await;
        conn.batch_execute(&format!("USE {name}; {PEOPLE}")).await.unwrap();
        let tested = AssertUnwindSafe(test(conn)).catch_unwind().await;
        other.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
        if let Err(panic) = tested {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Whether a new row is to be had by `RETURNING`: both ways, where the server has it (MariaDB from 10.5 on).
fn ways(conn: &MysqlConn) -> &'static [bool] {
    if conn.returns_rows { &[true, false] } else { &[false] }
}

/// What statements begin on a connection.
fn listened(conn: &mut MysqlConn) -> Arc<Mutex<Vec<String>>> {
    let begun = Arc::<Mutex<Vec<String>>>::default();
    let list = begun.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            list.lock().unwrap().push(query.to_string());
        }
    });
    begun
}

/// How many statements the session has prepared, and not closed.
async fn open_statements(conn: &mut MysqlConn) -> i64 {
    let status = sql::<(Text, Text)>("SHOW SESSION STATUS LIKE 'Com_stmt_%'");
    let status: Vec<(String, String)> = status.load(conn).await.unwrap();
    let count = |name| status.iter().find(|(known, _)| known == name).unwrap().1.parse::<i64>();
    count("Com_stmt_prepare").unwrap() - count("Com_stmt_close").unwrap()
}

#[test]
fn a_page_and_its_count_are_one_statement_if_the_page_has_rows() {
    with_people(async |mut conn| {
        conn.batch_execute(
            "INSERT INTO people (id, name) VALUES
                (1, 'n1'), (2, 'n0'), (3, 'n1'), (4, 'n0'), (5, 'n1'), (7, 'n1'), (9, 'n1')",
        )
        .await
        .unwrap();
        let begun = listened(&mut conn);
        let window = |offset| {
            Window::Counted(Box::new(move |count| {
                (count > offset).then_some(Slice { offset, limit: 2 })
            }))
        };
        let odd = || people::table.into_boxed().filter(people::name.eq("n1")).select(RowCount);
        for (offset, expected, statements) in [
            (0, Some(vec![1, 3]), 1),
            (4, Some(vec![9]), 1),
            (6, None, 2),
            (0, Some(vec![1, 3]), 1),
        ] {
            let select = |query| {
                let ids = Selection::<(people::id,)>::new(|| "id");
                QueryDsl::select(QueryDsl::order(query, people::id), ids)
            };
            let fetched: Fetched<Vec<(i32,)>> =
                conn.load_window(odd(), window(offset), select).await.unwrap();
            let ids = fetched.rows.map(|rows| rows.into_iter().map(|(id,)| id).collect::<Vec<_>>());
            assert_eq!((ids, fetched.count), (expected, Some(5)), "{offset}");
            let begun = std::mem::take(&mut *begun.lock().unwrap());
            assert_eq!(begun.len(), statements, "{begun:?}");
        }
        // What is distinct is shorter than what is counted, and not asked for twice.
        let select = |query| {
            let names = Selection::<(people::name,)>::new(|| "name");
            QueryDsl::select(query, names)
        };
        let distinct = people::table.into_boxed().distinct().select(RowCount);
        let five = Window::counted(Slice { offset: 0, limit: 5 });
        let fetched: Fetched<Vec<(String,)>> =
            conn.load_window(distinct, five, select).await.unwrap();
        assert_eq!((fetched.rows.map(|rows| rows.len()), fetched.count), (Some(2), Some(7)));
        assert_eq!(std::mem::take(&mut *begun.lock().unwrap()).len(), 1);
        // A selection of somebody's own has no room for the count.
        let select = |query| QueryDsl::select(query, people::id);
        let fetched: Fetched<Vec<i32>> = conn.load_window(odd(), window(0), select).await.unwrap();
        assert_eq!((fetched.rows.map(|rows| rows.len()), fetched.count), (Some(2), Some(5)));
        let count: i64 = conn_count(&mut conn).await;
        assert_eq!(count, 5);
    });
}

async fn conn_count(conn: &mut MysqlConn) -> i64 {
    let odd = people::table.into_boxed().filter(people::name.eq("n1")).select(RowCount);
    let counted: Vec<i64> = crate::diesel::Load::load(conn, CountOf(&odd)).await.unwrap();
    counted[0]
}

type Person = (i32, String, i32);

fn stored(write: Write<Mysql>) -> Returning<Mysql, (people::id, people::name, people::age)> {
    Returning::new(write, Selection::new(|| "people.id, people.name, people.age"))
}

#[test]
fn a_row_comes_back_as_it_was_stored() {
    const TABLE: &Fixed = &Fixed(|| "people");
    const KEY: &Fixed = &Fixed(|| "id");
    const NAME: &Fixed = &Fixed(|| "name");
    with_people(async |mut conn| {
        let name = |name: &str| Some(bind::<_, Text, Mysql>(name.to_owned()));
        for &returns_rows in ways(&conn) {
            conn.returns_rows = returns_rows;
            let statements = if returns_rows { 1 } else { 2 };
            conn.batch_execute("DELETE FROM people; ALTER TABLE people AUTO_INCREMENT = 5")
                .await
                .unwrap();
            let begun = listened(&mut conn);
            for (insert, expected) in [
                (Write::insert(TABLE, KEY, true).set(NAME, name("a")), (5, "a", 7)),
                (Write::insert(TABLE, KEY, true), (6, "n", 7)),
                (
                    Write::insert(TABLE, KEY, true)
                        .set(KEY, Some(bind::<_, Integer, Mysql>(9)))
                        .set(NAME, name("b")),
                    (9, "b", 7),
                ),
            ] {
                let row: Option<Person> = conn_store(&mut conn, insert).await;
                let (id, name, age) = expected;
                assert_eq!(row, Some((id, name.to_owned(), age)));
                let begun = std::mem::take(&mut *begun.lock().unwrap());
                assert_eq!(begun.len(), statements, "{begun:?}");
            }
            let update = |id| {
                let key = bind::<_, Integer, Mysql>(id);
                Write::update(TABLE, KEY, key).set(NAME, name("c"))
            };
            // The second time nothing changes, and the row is found nevertheless.
            for _ in 0..2 {
                let row = conn_store(&mut conn, update(9)).await;
                assert_eq!(row, Some((9, "c".to_owned(), 7)));
            }
            assert_eq!(conn_store(&mut conn, update(10)).await, None);
        }
    });
}

async fn conn_store(conn: &mut MysqlConn, write: Write<Mysql>) -> Option<Person> {
    MysqlConn::store(Via::Connection(conn), stored(write)).await.unwrap()
}

diesel::table! {
    values (id) {
        id -> Integer,
        tiny -> Nullable<TinyInt>,
        large -> Unsigned<BigInt>,
        real -> Float,
        double -> Double,
        bytes -> Blob,
        day -> Date,
        time -> Time,
        moment -> Datetime,
        flag -> Bool,
    }
}

#[test]
fn users_read_what_they_have_written() {
    run(async |target| {
        let (mut conn, _) = connected(&target).await;
        conn.batch_execute(
            "CREATE TEMPORARY TABLE `values` (
                id INTEGER PRIMARY KEY, tiny TINYINT, large BIGINT UNSIGNED, `real` FLOAT, `double` DOUBLE, bytes BLOB,
                day DATE, time TIME(6), moment DATETIME(6), flag BOOLEAN
            )",
        )
        .await
        .unwrap();
        let noon = NaiveDate::from_ymd_opt(2024, 2, 29)
            .and_then(|day| day.and_hms_micro_opt(12, 59, 58, 120))
            .unwrap();
        let (date, clock) = (noon.date(), noon.time());
        let blob = vec![0_u8, 255, b'?'];
        let row = (1, Some(-7_i8), u64::MAX, 1.5_f32, -2.25_f64, blob, date, clock, noon, true);
        let written = (
            values::id.eq(row.0),
            values::tiny.eq(row.1),
            values::large.eq(row.2),
            values::real.eq(row.3),
            values::double.eq(row.4),
            values::bytes.eq(&row.5),
            values::day.eq(row.6),
            values::time.eq(row.7),
            values::moment.eq(row.8),
            values::flag.eq(row.9),
        );
        let insert = diesel::insert_into(values::table).values(written);
        assert_eq!(insert.execute(&mut conn).await, Ok(1));
        for _ in 0..3 {
            let read = values::table.filter(values::flag).first(&mut conn).await;
            assert_eq!(read, Ok(row.clone()));
        }
        let none = diesel::update(values::table).set(values::tiny.eq(None::<i8>));
        assert_eq!(none.execute(&mut conn).await, Ok(1));
        let some = values::table.select((values::id, values::tiny));
        assert_eq!(some.load::<(i32, Option<i8>)>(&mut conn).await, Ok(vec![(1, None)]));
        // What diesel has no type for is bytes, and no reason to panic.
        let odd = "SELECT POINT(1, 2) AS b, b'101' AS c, \
                   CAST('-12:00:00' AS TIME) AS d, YEAR('2026-01-01') AS e, 1.50 AS f";
        let rows = AsyncConnectionCore::load(&mut conn, sql_query(odd)).await.unwrap();
        let rows: Vec<_> = rows.try_collect().await.unwrap();
        for place in 0..rows[0].field_count() {
            assert!(rows[0].get(place).unwrap().value().is_some(), "{place}");
        }
        let names = ["b", "f", "none"].map(|name| rows[0].get(name).is_some());
        assert_eq!(names, [true, true, false]);
    });
}

#[test]
fn statements_are_prepared_once_and_closed_where_nobody_wants_them() {
    with_people(async |mut conn| {
        let before = open_statements(&mut conn).await;
        for number in 0..5 {
            let by_id = people::table.filter(people::id.eq(number)).select(people::name);
            assert!(by_id.load::<String>(&mut conn).await.unwrap().is_empty());
        }
        assert_eq!(open_statements(&mut conn).await, before + 1);
        // Each of another length is a text of its own, which diesel does not keep.
        for length in 1..9 {
            let ids: Vec<i32> = (0..length).collect();
            let of_them = people::table.filter(people::id.eq_any(ids)).select(people::name);
            assert!(of_them.load::<String>(&mut conn).await.unwrap().is_empty());
        }
        assert_eq!(open_statements(&mut conn).await, before + 1);
        assert_eq!(conn.in_flight().kept_statements(), 1);
        conn.forget_statements().await.unwrap();
        assert_eq!(conn.in_flight().kept_statements(), 0);
        // That which asks this is one itself.
        assert_eq!(open_statements(&mut conn).await, 1);
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        for _ in 0..3 {
            assert_eq!(open_statements(&mut conn).await, 1);
        }
    });
}

/// A statement that has one text for a type is known by it from the third time on.
#[test]
fn rows_are_stored_alike_however_often() {
    const TABLE: &Fixed = &Fixed(|| "people");
    const KEY: &Fixed = &Fixed(|| "id");
    with_people(async |mut conn| {
        for &returns_rows in ways(&conn) {
            conn.returns_rows = returns_rows;
            conn.batch_execute("DELETE FROM people; ALTER TABLE people AUTO_INCREMENT = 1")
                .await
                .unwrap();
            for number in 1..=8 {
                let name = format!("n{number}");
                let insert = Write::insert(TABLE, KEY, true)
                    .set(&Fixed(|| "name"), Some(bind::<_, Text, Mysql>(name.clone())))
                    .set(&Fixed(|| "age"), Some(bind::<_, Integer, Mysql>(number * 10)));
                let row = conn_store(&mut conn, insert).await;
                assert_eq!(row, Some((number, name, number * 10)));
                let key = bind::<_, Integer, Mysql>(number);
                let older = Some(bind::<_, Integer, Mysql>(number));
                let update = Write::update(TABLE, KEY, key).set(&Fixed(|| "age"), older);
                let row = conn_store(&mut conn, update).await;
                assert_eq!(row.map(|(id, _, age)| (id, age)), Some((number, number)));
            }
        }
    });
}

#[test]
fn rows_that_nobody_reads_are_in_nobodys_way() {
    with_people(async |mut conn| {
        conn.batch_execute("INSERT INTO people (age) VALUES (1), (2), (3)").await.unwrap();
        let ages = || people::table.select(people::age).order(people::id);
        let mut rows = AsyncConnectionCore::load(&mut conn, ages()).await.unwrap();
        assert!(rows.try_next().await.unwrap().is_some());
        drop(rows);
        assert_eq!(ages().first::<i32>(&mut conn).await, Ok(1));
        // A row that cannot be read.
        let wrong = sql::<Integer>("SELECT 'a' UNION ALL SELECT 'b'").load::<i32>(&mut conn).await;
        assert!(matches!(wrong, Err(Error::DeserializationError(_))), "{wrong:?}");
        let wrong: QueryResult<Vec<i32>> =
            crate::diesel::Load::load(&mut conn, sql::<Integer>("SELECT 'a' UNION ALL SELECT 'b'"))
                .await;
        assert!(matches!(wrong, Err(Error::DeserializationError(_))), "{wrong:?}");
        assert_eq!(ages().load::<i32>(&mut conn).await, Ok(vec![1, 2, 3]));
        assert!(conn.in_flight().is_clean());
        // A pool reads what is left before it hands the connection on.
        let mut rows = AsyncConnectionCore::load(&mut conn, ages()).await.unwrap();
        assert!(rows.try_next().await.unwrap().is_some());
        drop(rows);
        assert!(!conn.in_flight().is_clean());
        conn.read_rest().await.unwrap();
        assert!(conn.in_flight().is_clean());
    });
}

#[test]
fn nothing_is_done_in_a_transaction_that_a_deadlock_has_ended() {
    run(async |target| {
        let (mut one, session) = connected(&target).await;
        let (mut other, _) = connected(&target).await;
        let name = format!("viewset_deadlock_{}", session.id);
        let set_up =
            format!("CREATE DATABASE {name}; USE {name}; {}", PEOPLE.replace("TEMPORARY ", ""));
        one.batch_execute(&set_up).await.unwrap();
        one.batch_execute("INSERT INTO people (id) VALUES (1), (2)").await.unwrap();
        other.batch_execute(&format!("USE {name}")).await.unwrap();
        let older =
            |id: i32| diesel::update(people::table.find(id)).set(people::age.eq(people::age + 1));
        Manager::begin_transaction(&mut one).await.unwrap();
        Manager::begin_transaction(&mut other).await.unwrap();
        older(1).execute(&mut one).await.unwrap();
        older(2).execute(&mut other).await.unwrap();
        let (first, second) =
            futures_util::future::join(async { older(2).execute(&mut one).await }, async {
                older(1).execute(&mut other).await
            })
            .await;
        let (mut ended, mut alive, error) = match (first, second) {
            (Err(error), Ok(1)) => (one, other, error),
            (Ok(1), Err(error)) => (other, one, error),
            both => panic!("{both:?}"),
        };
        assert_eq!(Trouble::of(&error), Some(Trouble::Deadlock));
        let refused = older(1).execute(&mut ended).await.unwrap_err();
        let is_refusal = |error: &Error| {
            matches!(error, Error::DatabaseError(DatabaseErrorKind::SerializationFailure, info)
                if info.message().starts_with("the database has rolled back the transaction after"))
        };
        assert!(is_refusal(&refused), "{refused:?}");
        let refused = ended.batch_execute("UPDATE people SET age = 100").await.unwrap_err();
        assert!(is_refusal(&refused), "{refused:?}");
        assert!(Manager::commit_transaction(&mut ended).await.is_err());
        ended.rollback().await.unwrap();
        assert!(!ended.in_transaction());
        Manager::commit_transaction(&mut alive).await.unwrap();
        let ages = people::table.select(people::age).order(people::id);
        assert_eq!(ages.load::<i32>(&mut ended).await, Ok(vec![8, 8]));
        ended.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
    });
}
