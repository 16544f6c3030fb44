//! A walk over a `KeysetPagination` sees each row once, in order: whatever is equal or NULL, in whatever order, in
//! both directions, and while rows come and go.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;
use viewset_actix::prelude::*;
use viewset_tests::Server;

diesel::table! {
    cells (id) { id -> Integer, level -> Nullable<Integer>, name -> Text, day -> Nullable<Date>, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = cells)]
struct Cell {
    id: i32,
    level: Option<i32>,
    name: String,
    day: Option<NaiveDate>,
}

struct CellViewSet;

#[viewset(
    model = Cell,
    ordering_fields = [id, level, name, day],
    pagination_class = KeysetPagination::of(2).page_size_query_param("page_size").max_page_size(5)
)]
impl CellViewSet {}

/// A row without its key. The days are so few that many are equal, and sorted as their numbers are.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    level: Option<i32>,
    name: &'static str,
    day: Option<u8>,
}

fn rows(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::of(-1..2),
        prop::sample::select(vec!["", "a", "B", "é", "a b&c=d", "%"]),
        prop::option::of(1u8..4),
    );
    prop::collection::vec(row.prop_map(|(level, name, day)| Row { level, name, day }), count)
}

/// Some fields, each upwards or downwards.
fn ordering() -> impl Strategy<Value = Vec<(&'static str, bool)>> {
    let fields =
        prop::sample::subsequence(vec!["level", "name", "day", "id"], 1..=4).prop_shuffle();
    fields.prop_flat_map(|fields| {
        let directions = prop::collection::vec(any::<bool>(), fields.len());
        directions.prop_map(move |directions| fields.iter().copied().zip(directions).collect())
    })
}

/// What happens between one page and the next: rows are added, and one is deleted.
type Changes = Vec<(Vec<Row>, prop::sample::Index)>;

struct Table {
    runtime: Runtime,
    db: Db,
    server: Server,
}

impl Table {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let db = runtime.block_on(Db::connect("sqlite::memory:")).expect("a database");
        let router = DefaultRouter::new()
            .register("cells", CellViewSet)
            .secret_key(*b"0123456789abcdef")
            .with(db.clone())
            .build();
        let server = Server::start(router.expect("a router"));
        Self { runtime, db, server }
    }

    fn run(&self, sql: &str) {
        self.runtime.block_on(self.db.batch_execute(sql)).expect("the statements run");
    }

    fn fill(&self, rows: &[Row]) -> BTreeMap<i64, Row> {
        self.run(
            "DROP TABLE IF EXISTS cells;
             CREATE TABLE cells (id INTEGER PRIMARY KEY, level INTEGER, name TEXT NOT NULL, day DATE)",
        );
        let mut table = BTreeMap::new();
        self.insert(rows, &mut table);
        table
    }

    fn insert(&self, rows: &[Row], table: &mut BTreeMap<i64, Row>) {
        for row in rows {
            let id = table.last_key_value().map_or(1, |(id, _)| id + 1);
            let level = row.level.map_or("NULL".to_owned(), |level| level.to_string());
            let day = row.day.map_or("NULL".to_owned(), |day| format!("'2026-01-0{day}'"));
            self.run(&format!("INSERT INTO cells VALUES ({id}, {level}, '{}', {day})", row.name));
            table.insert(id, row.clone());
        }
    }

    /// The keys on a page, and the links to its neighbours.
    fn page(&self, path: &str) -> (Vec<i64>, Option<String>, Option<String>) {
        let reply = self.server.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let body = reply.json();
        let link = |name: &str| {
            let url = body[name].as_str()?;
            Some(url.strip_prefix("http://testserver").expect("the same host").to_owned())
        };
        let results = body["results"].as_array().expect("a list");
        let ids = results.iter().filter_map(|row| row["id"].as_i64()).collect();
        (ids, link("next"), link("previous"))
    }
}

/// What SQLite's ORDER BY says, with the key behind it.
fn compare(ordering: &[(&str, bool)], a: (&i64, &Row), b: (&i64, &Row)) -> Ordering {
    let by = |field: &str| match field {
        "level" => a.1.level.cmp(&b.1.level),
        "name" => a.1.name.as_bytes().cmp(b.1.name.as_bytes()),
        "day" => a.1.day.cmp(&b.1.day),
        _ => a.0.cmp(b.0),
    };
    let terms = ordering.iter().map(|(field, descending)| match descending {
        true => by(field).reverse(),
        false => by(field),
    });
    terms.fold(Ordering::Equal, Ordering::then).then(a.0.cmp(b.0))
}

fn in_order(ordering: &[(&str, bool)], table: &BTreeMap<i64, Row>) -> Vec<i64> {
    let mut rows: Vec<_> = table.iter().collect();
    rows.sort_by(|a, b| compare(ordering, *a, *b));
    rows.into_iter().map(|(id, _)| *id).collect()
}

fn start(ordering: &[(&str, bool)], size: usize) -> String {
    let terms: Vec<_> = ordering
        .iter()
        .map(|(field, descending)| format!("{}{field}", if *descending { "-" } else { "" }))
        .collect();
    format!("/api/cells/?page_size={size}&ordering={}", terms.join(","))
}

fn run<T: std::fmt::Debug>(
    cases: u32,
    strategy: impl Strategy<Value = T>,
    check: impl Fn(&Table, T) -> std::result::Result<(), TestCaseError>,
) {
    let table = Table::new();
    let config = Config { failure_persistence: None, cases, ..Config::default() };
    if let Err(error) = TestRunner::new(config).run(&strategy, |input| check(&table, input)) {
        panic!("{error}");
    }
}

/// Forwards to the end and back to the beginning, the pages are the same, and together they are the table.
#[test]
fn a_walk_there_and_back_sees_each_row_once() {
    run(60, (rows(0..14), ordering(), 1usize..6), |table, (rows, ordering, size)| {
        let expected = in_order(&ordering, &table.fill(&rows));
        let (mut pages, mut path) = (Vec::new(), Some(start(&ordering, size)));
        let mut back = None;
        while let Some(next) = path {
            let (ids, next, previous) = table.page(&next);
            pages.push(ids);
            (path, back) = (next, previous);
            prop_assert!(pages.len() <= rows.len() + 1, "no end: {pages:?}");
        }
        prop_assert_eq!(pages.concat(), expected);
        pages.pop();
        let mut path = back;
        while let Some(previous) = path {
            let (ids, _, previous) = table.page(&previous);
            prop_assert_eq!(Some(ids), pages.pop());
            path = previous;
        }
        prop_assert!(pages.is_empty(), "not seen on the way back: {pages:?}");
        Ok(())
    });
}

/// While rows are added and deleted, those that stay are seen once, and all in order.
#[test]
fn a_walk_over_a_table_that_changes_sees_each_row_that_stays_once() {
    let change = (rows(0..3), any::<prop::sample::Index>());
    let changes = prop::collection::vec(change, 0..8);
    let input = (rows(1..12), ordering(), 1usize..4, changes, any::<bool>());
    run(60, input, |table, (rows, ordering, size, changes, backwards): (_, _, _, Changes, _)| {
        let mut now = table.fill(&rows);
        let mut stay: Vec<i64> = now.keys().copied().collect();
        let mut path = Some(start(&ordering, size));
        if backwards {
            // To the end first, while nothing changes; the walk begins there.
            let mut last = None;
            while let Some(page) = path {
                let (ids, next, previous) = table.page(&page);
                (last, path) = (previous.map(|previous| (ids, previous)), next);
            }
            let Some((ids, previous)) = last else { return Ok(()) };
            stay.retain(|id| !ids.contains(id));
            path = Some(previous);
        }
        let (mut seen, mut changes) = (Vec::new(), changes.into_iter());
        while let Some(page) = path {
            let (mut ids, next, previous) = table.page(&page);
            if backwards {
                ids.reverse();
            }
            seen.extend(ids);
            path = if backwards { previous } else { next };
            if let Some((added, deleted)) = changes.next() {
                table.insert(&added, &mut now);
                let id = *deleted.get(&now.keys().copied().collect::<Vec<_>>());
                table.run(&format!("DELETE FROM cells WHERE id = {id}"));
                now.insert(id, now[&id].clone());
                stay.retain(|other| *other != id);
            }
            prop_assert!(seen.len() <= now.len(), "no end: {seen:?}");
        }
        let mut expected = in_order(&ordering, &now);
        if backwards {
            expected.reverse();
        }
        let mut once = seen.clone();
        once.dedup();
        prop_assert_eq!(&once, &seen, "a row was seen twice");
        expected.retain(|id| seen.contains(id));
        prop_assert_eq!(&seen, &expected, "rows were seen out of order");
        let missed: Vec<_> = stay.iter().filter(|id| !seen.contains(id)).collect();
        prop_assert!(missed.is_empty(), "not seen: {missed:?}");
        Ok(())
    });
}
