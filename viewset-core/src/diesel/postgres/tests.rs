//! The connection to a server, which `POSTGRES_URL` names.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod pool;
mod refusals;
mod statements;

use diesel::connection::CacheSize;
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
use std::time::{Duration, Instant};

use super::{PgConn, PgRow};
use crate::diesel::backend::DbConnection as _;

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
        let slow = conn.each(conn.write(&sql_query("SELECT pg_sleep(10)")).unwrap(), &mut look);
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
