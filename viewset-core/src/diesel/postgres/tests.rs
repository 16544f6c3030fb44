//! The connection to a server, which `POSTGRES_URL` names.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use diesel::connection::{CacheSize, InstrumentationEvent};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, SqlType, Text};
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use futures_util::future::{join, try_join};
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::shared::{self, Kind};
use super::{PgConn, PgRow};
use crate::diesel::backend::DbConnection as _;
use crate::diesel::constraint::is_refusal;
use crate::diesel::db::{Database, PoolOptions};
use crate::diesel::window::CountOf;
use crate::diesel::{
    Fetched, LoadWindow as _, Ordering as OrderBy, RowCount, Selection, Slice, Sort, Window,
};

const LOCAL: &str = "postgres://postgres@127.0.0.1/postgres";

#[derive(Clone, Copy, Debug, Eq, PartialEq, diesel::query_builder::QueryId, SqlType)]
#[diesel(postgres_type(name = "mood"))]
pub struct MoodType;

/// What no database has.
#[derive(Clone, Copy, Debug, diesel::query_builder::QueryId, SqlType)]
#[diesel(postgres_type(name = "weather"))]
struct WeatherType;

#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel::expression::AsExpression)]
#[diesel(sql_type = MoodType)]
#[diesel(sql_type = WeatherType)]
enum Mood {
    Fine,
    Grim,
}

macro_rules! stored_as {
    ($sql_type:ty) => {
        impl ToSql<$sql_type, Pg> for Mood {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(if *self == Self::Fine { b"fine" } else { b"grim" })?;
                Ok(IsNull::No)
            }
        }
    };
}

stored_as!(MoodType);
stored_as!(WeatherType);

impl FromSql<MoodType, Pg> for Mood {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"fine" => Ok(Self::Fine),
            b"grim" => Ok(Self::Grim),
            other => Err(format!("no mood: {other:?}").into()),
        }
    }
}

impl Queryable<MoodType, Pg> for Mood
where
    Self: FromSql<MoodType, Pg>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

diesel::table! {
    use super::{Array, Integer, MoodType, Nullable, Text};
    people (id) {
        id -> Integer,
        name -> Text,
        mood -> Nullable<MoodType>,
        moods -> Array<MoodType>,
    }
}

fn run<T>(test: impl AsyncFnOnce(PgConn) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = std::env::var("POSTGRES_URL").unwrap_or_else(|_| LOCAL.to_owned());
        test(PgConn::establish(&url).await.expect("a server")).await
    })
}

const SCHEMA: &str = "CREATE TYPE pg_temp.mood AS ENUM ('fine', 'grim');
    CREATE TEMP TABLE people (
        id integer PRIMARY KEY, name text NOT NULL, mood pg_temp.mood, moods pg_temp.mood[] NOT NULL
    )";

#[test]
fn types_of_the_database_are_bound_and_read_alone_and_in_arrays() {
    run(async |mut conn| {
        conn.batch_execute(SCHEMA).await.unwrap();
        // The numbers that are made up for the type and its array, and a part of one, may be data as well.
        let name = "\u{feed}\u{0}".trim_end_matches('\u{0}');
        for (id, mood) in [(0x0bad_feed, Some(Mood::Fine)), (2, None)] {
            let moods = vec![Mood::Grim, Mood::Fine];
            let row = (
                people::id.eq(id),
                people::name.eq(name),
                people::mood.eq(mood),
                people::moods.eq(moods.clone()),
            );
            let stored =
                diesel::insert_into(people::table).values(row).returning(people::all_columns);
            let stored: (i32, String, Option<Mood>, Vec<Mood>) =
                stored.get_result(&mut conn).await.unwrap();
            assert_eq!(stored, (id, name.to_owned(), mood, moods));
        }
        let found = people::table
            .filter(people::mood.eq(Mood::Fine))
            .filter(people::moods.contains(vec![Mood::Grim]))
            .select(people::id);
        assert_eq!(found.clone().load::<i32>(&mut conn).await.unwrap(), [0x0bad_feed]);
        assert_eq!(found.load::<i32>(&mut conn).await.unwrap(), [0x0bad_feed]);
    });
}

#[test]
fn a_type_that_the_database_has_not_is_an_error_and_no_panic() {
    run(async |mut conn| {
        let query = diesel::select(Mood::Fine.into_sql::<WeatherType>().is_null());
        let error = query.get_result::<bool>(&mut conn).await.unwrap_err();
        assert!(error.to_string().contains("weather"), "{error}");
        assert_eq!(diesel::select(1.into_sql::<Integer>()).get_result(&mut conn).await, Ok(1));
    });
}

#[test]
fn the_same_text_with_values_of_another_type_is_another_statement() {
    run(async |mut conn| {
        for _ in 0..2 {
            let number = diesel::select(7.into_sql::<Integer>()).get_result::<i32>(&mut conn).await;
            let text =
                diesel::select("seven".into_sql::<Text>()).get_result::<String>(&mut conn).await;
            assert_eq!((number, text), (Ok(7), Ok("seven".to_owned())));
        }
    });
}

#[test]
fn queries_through_a_shared_reference_are_under_way_together() {
    run(async |conn| {
        let slow = sql_query("SELECT pg_sleep(0.05)").execute(&mut &conn);
        let quick = diesel::select(2.into_sql::<Integer>());
        let quick = async { quick.get_result::<i32>(&mut &conn).await };
        let (_, quick) = try_join(slow, quick).await.unwrap();
        assert_eq!(quick, 2);
        assert!(conn.in_flight.is_idle());
    });
}

#[test]
fn a_statement_that_nobody_awaits_counts_until_the_server_is_done() {
    run(async |conn| {
        let mut look = |_: &PgRow| Ok(());
        let slow = conn.each(conn.write(&sql_query("SELECT pg_sleep(10)")), &mut look);
        assert!(tokio::time::timeout(super::GRACE, slow).await.is_err());
        assert!(!conn.in_flight.is_idle());
        conn.cancel_token().cancel_query(tokio_postgres::NoTls).await.unwrap();
    });
}

/// How many statements with this word the server holds for the connection.
async fn prepared(conn: &mut PgConn, word: &str) -> i64 {
    let count = "SELECT count(*) AS count FROM pg_prepared_statements WHERE statement LIKE $1";
    let count = sql_query(count).bind::<Text, _>(format!("%{word}%"));
    count.get_result::<Count>(conn).await.unwrap().count
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn statements_are_kept_by_their_text_and_let_go_when_told() {
    run(async |mut conn| {
        conn.batch_execute(SCHEMA).await.unwrap();
        let ask = async |conn: &mut PgConn| {
            assert_eq!(people::table.count().get_result::<i64>(conn).await, Ok(0));
        };
        for _ in 0..3 {
            ask(&mut conn).await;
        }
        assert_eq!(prepared(&mut conn, "people").await, 1);
        conn.forget();
        assert_eq!(prepared(&mut conn, "people").await, 0);
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        ask(&mut conn).await;
        assert_eq!(prepared(&mut conn, "people").await, 0);
    });
}

#[test]
fn a_transaction_within_another_is_rolled_back_alone() {
    run(async |mut conn| {
        conn.batch_execute("CREATE TEMP TABLE numbers (number integer PRIMARY KEY)").await.unwrap();
        let insert =
            |number: i32| sql_query("INSERT INTO numbers VALUES ($1)").bind::<Integer, _>(number);
        let outer = conn.transaction::<_, Error, _>(async |conn| {
            insert(1).execute(conn).await?;
            let inner = conn.transaction::<_, Error, _>(async |conn| {
                insert(2).execute(conn).await?;
                insert(1).execute(conn).await
            });
            let refused = inner.await.unwrap_err();
            let kind = DatabaseErrorKind::UniqueViolation;
            assert!(matches!(refused, Error::DatabaseError(other, _) if other == kind));
            insert(3).execute(conn).await
        });
        assert_eq!(outer.await, Ok(1));
        let numbers =
            diesel::dsl::sql::<Text>("string_agg(number::text, ' ' ORDER BY number) FROM numbers");
        let numbers = diesel::select(numbers).get_result::<String>(&mut conn).await;
        assert_eq!(numbers.as_deref(), Ok("1 3"));
    });
}

#[test]
fn a_transaction_that_cannot_be_brought_in_line_leaves_the_connection_of_use() {
    run(async |mut conn| {
        let raise =
            "DO $$ BEGIN RAISE EXCEPTION 'late' USING ERRCODE = 'serialization_failure'; END $$";
        for _ in 0..2 {
            let failed = conn.transaction::<(), Error, _>(async |conn| {
                conn.transaction::<(), Error, _>(async |conn| conn.batch_execute(raise).await).await
            });
            let failed = failed.await.unwrap_err();
            let kind = DatabaseErrorKind::SerializationFailure;
            assert!(matches!(failed, Error::DatabaseError(other, _) if other == kind));
            let one = diesel::select(1.into_sql::<Integer>());
            assert_eq!(one.get_result::<i32>(&mut conn).await, Ok(1));
        }
    });
}

#[test]
fn a_type_in_a_schema_that_is_named_is_found_there() {
    run(async |mut conn| {
        let name = diesel::select(Named("alice").into_sql::<NameType>().eq(Named("alice")));
        assert_eq!(name.get_result::<bool>(&mut conn).await, Ok(true));
    });
}

/// A type of the catalogue that diesel does not know.
#[derive(Clone, Copy, Debug, diesel::query_builder::QueryId, SqlType)]
#[diesel(postgres_type(name = "name", schema = "pg_catalog"))]
struct NameType;

#[derive(Debug, diesel::expression::AsExpression)]
#[diesel(sql_type = NameType)]
struct Named(&'static str);

impl ToSql<NameType, Pg> for Named {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// What statements begin on a connection.
fn listened(conn: &mut PgConn) -> Arc<Mutex<Vec<String>>> {
    let begun = Arc::<Mutex<Vec<String>>>::default();
    let list = begun.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            list.lock().unwrap().push(query.to_string());
        }
    });
    begun
}

#[test]
fn a_page_and_its_count_are_one_statement_if_the_page_has_rows() {
    run(async |mut conn| {
        conn.batch_execute(SCHEMA).await.unwrap();
        let rows =
            "INSERT INTO people SELECT n, 'n' || n % 2, NULL, '{}' FROM generate_series(1, 9) AS n";
        conn.batch_execute(rows).await.unwrap();
        let begun = listened(&mut conn);
        let window = |offset| {
            Window::Counted(Box::new(move |count| {
                (count > offset).then_some(Slice { offset, limit: 2 })
            }))
        };
        let odd = || people::table.into_boxed().filter(people::name.eq("n1")).select(RowCount);
        for (offset, expected, statements) in
            [(0, Some(vec![1, 3]), 1), (4, Some(vec![9]), 1), (6, None, 2)]
        {
            let select = |query| {
                let ids = Selection::<(people::id,)>::new(|| "id");
                QueryDsl::select(QueryDsl::order(query, people::id), ids)
            };
            let fetched: Fetched<(i32,)> =
                conn.load_window(odd(), window(offset), select).await.unwrap();
            let ids = fetched.rows.map(|rows| rows.into_iter().map(|(id,)| id).collect::<Vec<_>>());
            assert_eq!((ids, fetched.count), (expected, Some(5)), "{offset}");
            let begun = std::mem::take(&mut *begun.lock().unwrap());
            assert_eq!(begun.len(), statements, "{begun:?}");
        }
        // A selection of somebody's own has no room for the count, and values in it come before those of the count.
        let select = |query| QueryDsl::select(query, people::id);
        let fetched: Fetched<i32> = conn.load_window(odd(), window(0), select).await.unwrap();
        assert_eq!((fetched.rows.map(|rows| rows.len()), fetched.count), (Some(2), Some(5)));
        assert_eq!(begun.lock().unwrap().len(), 2);
    });
}

#[test]
fn rows_that_are_only_counted_are_not_sorted() {
    run(async |conn| {
        let all = people::table.select(RowCount);
        let of_ours = OrderBy::<Pg>::new(vec![Sort::by(&people::id, true)]);
        let written = conn.write(&CountOf(&all.order(of_ours))).unwrap();
        let counted = r#"SELECT COUNT(*) FROM (SELECT 1 FROM "people") AS counted"#;
        assert_eq!(written.sql(), counted);
        // Of an order of somebody's own nothing is known.
        let written = conn.write(&CountOf(&all.order(people::name))).unwrap();
        assert!(written.sql().ends_with(r#"ORDER BY "people"."name") AS counted"#));
    });
}

#[test]
fn what_an_index_keeps_unique_as_it_is_compared_is_known() {
    run(async |mut conn| {
        let table = r#"
            CREATE TEMP TABLE "a ""b" (
                id integer PRIMARY KEY, one text UNIQUE, two integer, three text, four integer,
                UNIQUE (four, two) INCLUDE (three), UNIQUE (two) DEFERRABLE
            );
            CREATE UNIQUE INDEX ON "a ""b" (three COLLATE "C");
            CREATE UNIQUE INDEX ON "a ""b" (lower(three));
            CREATE UNIQUE INDEX ON "a ""b" (four) WHERE two > 1;
            CREATE INDEX ON "a ""b" (three)"#;
        conn.batch_execute(table).await.unwrap();
        let mut unique = conn.unique_indexes(r#""a ""b""#.to_owned()).await.unwrap();
        unique.sort();
        assert_eq!(unique, [vec!["four", "two"], vec!["id"], vec!["one"]]);
        conn.batch_execute(r#"CREATE TEMP TABLE child () INHERITS ("a ""b")"#).await.unwrap();
        for table in [r#""a ""b""#, "\"none\"", "\"none\".\"such\""] {
            assert!(conn.unique_indexes(table.to_owned()).await.unwrap().is_empty(), "{table}");
        }
    });
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
    shared::run(db, Kind::Writes, &sql_query(sql), &mut |_| Ok(())).await
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
fn a_write_behind_a_slow_one_is_stored_once_whatever_comes_of_its_row() {
    run(async |mut other| {
        table(&mut other, "behind_slow_ones", "id serial").await;
        let db = database(4).await;
        let slow = write(&db, "SELECT pg_sleep(0.3)");
        let insert = sql_query("INSERT INTO behind_slow_ones DEFAULT VALUES RETURNING id");
        let mut look = |_: &PgRow| Err("it cannot be read".into());
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

/// The error of a statement in which the server raises one.
async fn raised(conn: &mut PgConn, options: &str) -> Error {
    let raise = format!("DO $$ BEGIN RAISE EXCEPTION USING {options}; END $$");
    conn.batch_execute(&raise).await.unwrap_err()
}

#[test]
fn what_a_server_refuses_is_told_by_its_code_in_whatever_language() {
    const STATUSES: [(u16, &[&str]); 4] = [
        (400, &["22001", "22003", "22007", "22008", "22021", "22P02", "22P05", "2201B", "54001"]),
        (503, &["08006", "25006", "40001", "40003", "40P01", "53200", "53300", "53400", "55006"]),
        (503, &["55P03", "57014", "57P01", "57P02", "57P03", "57P04", "57P05", "58030"]),
        (507, &["53100"]),
    ];
    run(async |mut conn| {
        for (status, code) in STATUSES
            .iter()
            .flat_map(|(status, codes)| codes.iter().map(move |code| (*status, *code)))
        {
            let error =
                raised(&mut conn, &format!("ERRCODE = '{code}', MESSAGE = 'geht nicht'")).await;
            assert_eq!(error.to_string(), "geht nicht");
            assert_eq!(is_refusal(&error), code.starts_with("22"), "{code}");
            assert_eq!(crate::error::Error::from(error).status().as_u16(), status, "{code}");
        }
        // The connection is none the worse for it.
        assert!(!conn.in_flight.is_lost());
    });
}

#[test]
fn what_a_server_says_is_no_code() {
    run(async |mut conn| {
        for text in ["database is locked", "Too many connections", "database or disk is full"] {
            let error = raised(&mut conn, &format!("MESSAGE = '{text}'")).await;
            assert_eq!(crate::error::Error::from(error).status().as_u16(), 500, "{text}");
        }
    });
}

#[test]
fn a_connection_that_the_server_ends_is_lost_in_whatever_language() {
    run(async |mut conn| {
        let end = sql_query("SELECT pg_terminate_backend(pg_backend_pid())");
        let error = end.execute(&mut conn).await.unwrap_err();
        let kind = DatabaseErrorKind::ClosedConnection;
        assert!(matches!(error, Error::DatabaseError(other, _) if other == kind));
        assert!(conn.in_flight.is_lost());
        assert_eq!(crate::error::Error::from(error).status().as_u16(), 503);
    });
}
