//! What the server is asked: pages with their counts, and unique indexes.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;

use super::*;
use crate::diesel::window::CountOf;
use crate::diesel::{Fetched, LoadWindow as _, Ordering, RowCount, Selection, Slice, Sort, Window};

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
