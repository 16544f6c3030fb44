//! What the server is asked: pages with their counts, and unique indexes.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;

use super::*;
use crate::diesel::window::CountOf;
use crate::diesel::{
    Condition, Fetched, Fixed, LoadWindow as _, Operand, Ordering, Returning, RowCount, Selection,
    Slice, Sort, Store as _, Via, Window, Write, bind,
};

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

/// Five are called `n1`, and four `n0`.
async fn nine_people(conn: &mut PgConn) {
    conn.batch_execute(SCHEMA).await.unwrap();
    let rows =
        "INSERT INTO people SELECT n, 'n' || n % 2, NULL, '{}' FROM generate_series(1, 9) AS n";
    conn.batch_execute(rows).await.unwrap();
}

#[test]
fn a_page_and_its_count_are_one_statement_if_the_page_has_rows() {
    run(async |mut conn| {
        nine_people(&mut conn).await;
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
            let fetched: Fetched<Vec<(i32,)>> =
                conn.load_window(odd(), window(offset), select).await.unwrap();
            let ids = fetched.rows.map(|rows| rows.into_iter().map(|(id,)| id).collect::<Vec<_>>());
            assert_eq!((ids, fetched.count), (expected, Some(5)), "{offset}");
            let begun = std::mem::take(&mut *begun.lock().unwrap());
            assert_eq!(begun.len(), statements, "{begun:?}");
        }
        // A selection of somebody's own has no room for the count, and values in it come before those of the count.
        let select = |query| QueryDsl::select(query, people::id);
        let fetched: Fetched<Vec<i32>> = conn.load_window(odd(), window(0), select).await.unwrap();
        assert_eq!((fetched.rows.map(|rows| rows.len()), fetched.count), (Some(2), Some(5)));
        assert_eq!(begun.lock().unwrap().len(), 2);
    });
}

#[test]
fn a_row_that_is_counted_is_on_its_page() {
    run(async |mut conn| {
        conn.batch_execute("CREATE TEMP SEQUENCE looks").await.unwrap();
        nine_people(&mut conn).await;
        let begun = listened(&mut conn);
        // As if others stored the one with the key 1 after the first look at it.
        let late = || {
            let is_there = diesel::dsl::sql::<diesel::sql_types::Bool>(
                "people.id = 1 AND nextval('looks') > 1",
            );
            people::table.into_boxed().filter(is_there).select(RowCount)
        };
        let select = |query| QueryDsl::select(query, Selection::<(people::id,)>::new(|| "id"));
        let window = Window::counted(Slice { offset: 0, limit: 2 });
        let fetched: Fetched<Vec<(i32,)>> = conn.load_window(late(), window, select).await.unwrap();
        assert_eq!((fetched.rows, fetched.count), (Some(vec![(1,)]), Some(1)));
        let begun = std::mem::take(&mut *begun.lock().unwrap());
        assert_eq!(begun.len(), 3, "{begun:?}");
    });
}

#[test]
fn rows_that_are_distinct_are_counted_as_they_are_selected() {
    run(async |mut conn| {
        nine_people(&mut conn).await;
        let names = || people::table.into_boxed().distinct().select(RowCount);
        let select = |query| {
            let names = Selection::<(people::name,)>::new(|| "name");
            QueryDsl::select(QueryDsl::order(query, people::name), names)
        };
        let first = Slice { offset: 0, limit: 5 };
        // Twice, since the second time the statement is remembered.
        for window in [Window::counted(first), Window::counted(first), last_page()] {
            let fetched: Fetched<Vec<(String,)>> =
                conn.load_window(names(), window, select).await.unwrap();
            assert_eq!((fetched.rows.map(|rows| rows.len()), fetched.count), (Some(2), Some(2)));
        }
    });
}

/// Which page it is is known once the rows are counted.
fn last_page() -> Window {
    Window::Counted(Box::new(|count| (count < 100).then_some(Slice { offset: 0, limit: 5 })))
}

const TABLE: Fixed = Fixed(|| "written_people");
const KEY: Fixed = Fixed(|| "id");
const NAME: Fixed = Fixed(|| "name");
const NICK: Fixed = Fixed(|| "nick");

fn text(value: &str) -> Option<Operand<Pg>> {
    Some(bind::<_, Text, Pg>(value.to_owned()))
}

/// Another name for the row with the key 1, and what it is then.
fn renamed(name: Option<Operand<Pg>>) -> Returning<Pg, (people::name,)> {
    let write = Write::update(&TABLE, &KEY, bind::<_, Integer, Pg>(1)).set(&NAME, name);
    Returning::new(write, Selection::new(|| "name"))
}

#[test]
fn a_write_is_known_by_its_columns() {
    let pieces = |write: &Returning<Pg, (people::name,)>| write.pieces();
    assert!(pieces(&renamed(text("a"))).is_some());
    assert_eq!(pieces(&renamed(text("a"))), pieces(&renamed(text("b"))));
    let new = Write::insert(&TABLE, &KEY, false).set(&NAME, text("a"));
    let new = Returning::new(new, Selection::new(|| "name"));
    assert_ne!(pieces(&renamed(text("a"))), pieces(&new));
    let more = Write::insert(&TABLE, &KEY, false).set(&NAME, text("a")).set(&NICK, text("b"));
    assert_ne!(pieces(&Returning::new(more, Selection::new(|| "name"))), pieces(&new));
    // What is not always the same text has to be written.
    let literal = bind::<_, Text, Pg>(diesel::dsl::sql::<Text>("'a'"));
    assert_eq!(pieces(&renamed(Some(literal))), None);
    let unless = Condition::equals(&people::name, bind::<_, Text, Pg>("a".to_owned()));
    let unless = Write::insert(&TABLE, &KEY, false).set(&NAME, text("a")).unless(vec![unless]);
    assert_eq!(pieces(&Returning::new(unless, Selection::new(|| "name"))), None);
}

#[test]
fn a_write_that_is_known_is_prepared_once_and_anew_when_its_table_has_changed() {
    run(async |mut conn| {
        let table = "CREATE TEMP TABLE written_people (id integer PRIMARY KEY, name varchar(10));
                     INSERT INTO written_people VALUES (1, 'a')";
        conn.batch_execute(table).await.unwrap();
        let rename = async |conn: &mut PgConn, name: &str| -> Option<(String,)> {
            let renamed = renamed(text(name));
            PgConn::store(Via::Connection(conn), renamed).await.unwrap()
        };
        for name in ["b", "c", "d"] {
            assert_eq!(rename(&mut conn, name).await, Some((name.to_owned(),)));
        }
        let prepared = "SELECT count(*) AS count FROM pg_prepared_statements \
                        WHERE statement LIKE 'UPDATE written_people%'";
        let prepared = sql_query(prepared).get_result::<Count>(&mut conn).await.unwrap();
        assert_eq!(prepared.count, 1);
        for change in ["ALTER TABLE written_people ALTER COLUMN name TYPE text", "DEALLOCATE ALL"] {
            conn.batch_execute(change).await.unwrap();
            for name in ["e", "f"] {
                assert_eq!(rename(&mut conn, name).await, Some((name.to_owned(),)), "{change}");
            }
        }
    });
}

#[test]
fn rows_that_are_only_counted_are_not_sorted() {
    run(async |conn| {
        let all = people::table.select(RowCount);
        let of_ours = Ordering::<Pg>::new(vec![Sort::by(&people::id, true)]);
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
