//! A write takes one statement where nothing has to see the row before it is stored, and a transaction where a hook
//! does. Both ways answer alike, whatever is sent; and short reads on the worker see what was written.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{FileDatabase, database, execute, serve};

diesel::table! {
    gauges (id) {
        id -> Integer,
        name -> Text,
        unit -> Nullable<Text>,
        place -> Text,
        level -> Integer,
        made -> Timestamp,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = gauges)]
#[viewset(ordering = [id], unique_together = [(place, unit)])]
struct Gauge {
    id: i32,
    #[field(unique, max_length = 9)]
    name: String,
    unit: Option<String>,
    place: String,
    #[field(default = 0, max_value = 9)]
    level: i32,
    #[field(read_only, default = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap_or_default().into())]
    made: NaiveDateTime,
}

/// All that it does is one statement.
struct GaugeViewSet;

#[viewset(model = Gauge, pagination_class = PageNumberPagination::of(3))]
impl GaugeViewSet {}

/// Its hooks see the rows; they do what is done without them.
struct WatchedGaugeViewSet;

#[viewset(model = Gauge, pagination_class = PageNumberPagination::of(3))]
impl WatchedGaugeViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<Gauge>> {
        Ok(Gauge::objects())
    }

    async fn perform_create(&self, req: &Request, data: Input<Gauge>) -> Result<Gauge> {
        Gauge::create(req, data).await
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: Gauge,
        data: Input<Gauge>,
    ) -> Result<Gauge> {
        instance.save(req, data).await
    }

    async fn perform_destroy(&self, req: &Request, instance: Gauge) -> Result<()> {
        instance.destroy(req).await
    }
}

/// The database keeps nothing of what the model says: what is checked is checked by the library.
const LOOSE: &str = "CREATE TABLE gauges (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT, \
     place TEXT NOT NULL, level INTEGER NOT NULL, made TIMESTAMP NOT NULL);";

/// The database keeps all of it.
const STRICT: &str = "CREATE TABLE gauges (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, \
     unit TEXT, place TEXT NOT NULL, level INTEGER NOT NULL CHECK (level <> 7), made TIMESTAMP NOT NULL, \
     UNIQUE (place, unit));";

fn gauges(db: Db) -> Server {
    let router = DefaultRouter::new().register("gauges", GaugeViewSet).register_as(
        "watched",
        "watched",
        WatchedGaugeViewSet,
    );
    serve(router.with(db))
}

/// Requests one after another: method, what of the path follows the prefix, body.
const REQUESTS: &[(&str, &str, &str)] = &[
    ("POST", "", r#"{"name": "a", "unit": "m", "place": "x"}"#),
    ("POST", "", r#"{"name": "b", "unit": "m", "place": "y", "level": 3}"#),
    ("POST", "", r#"{"name": "c", "unit": null, "place": "x"}"#),
    ("POST", "", r#"{"name": "d", "place": "x"}"#),
    ("POST", "", r#"{"name": "a", "place": "z"}"#),
    ("POST", "", r#"{"name": "e", "unit": "m", "place": "x"}"#),
    ("POST", "", r#"{"name": "a", "unit": "m", "place": "x", "level": "high"}"#),
    ("POST", "", r#"{"name": "f", "place": "w", "level": 7}"#),
    ("POST", "", r#"{"id": 77, "name": "it's \"q\" \u2028 é", "place": "w"}"#),
    ("POST", "", r#"{"name": "g", "place": "v", "made": "1999-01-01T00:00:00Z"}"#),
    ("POST", "", "{}"),
    ("POST", "", "[]"),
    ("POST", "", "{"),
    ("POST", "", ""),
    ("GET", "", ""),
    ("GET", "?page=2", ""),
    ("GET", "?page=last", ""),
    ("GET", "?page=9", ""),
    ("GET", "1/", ""),
    ("GET", "99/", ""),
    ("GET", "x/", ""),
    ("PATCH", "1/", r#"{"level": 4}"#),
    ("PATCH", "1/", "{}"),
    ("PATCH", "1/", r#"{"name": "a"}"#),
    ("PATCH", "1/", r#"{"name": "b"}"#),
    ("PATCH", "1/", r#"{"name": "b", "level": 10}"#),
    ("PATCH", "1/", r#"{"place": "y"}"#),
    ("PATCH", "1/", r#"{"place": "y", "unit": "m"}"#),
    ("PATCH", "1/", r#"{"place": "y", "unit": null}"#),
    ("PATCH", "1/", r#"{"level": 7}"#),
    ("PATCH", "1/", r#"{"id": 5, "made": "1999-01-01T00:00:00Z", "level": 1}"#),
    ("PATCH", "99/", r#"{"level": 4}"#),
    ("PATCH", "99/", r#"{"level": "high"}"#),
    ("PATCH", "99999999999/", r#"{"level": 4}"#),
    ("PATCH", "x/", r#"{"level": 4}"#),
    ("PATCH", "1/", "{"),
    ("PUT", "2/", r#"{"name": "bb", "place": "q"}"#),
    ("PUT", "2/", r#"{"name": "a", "place": "q"}"#),
    ("PUT", "2/", r#"{"place": "q"}"#),
    ("PUT", "98/", r#"{"name": "new", "place": "q"}"#),
    ("DELETE", "2/", ""),
    ("DELETE", "2/", ""),
    ("DELETE", "x/", ""),
    ("POST", "", r#"{"name": "bb", "place": "q"}"#),
    ("GET", "?page=1", ""),
    ("GET", "?page=2", ""),
];

/// E4 to E8: in memory, where one connection does all, and in a file, where each way has its own.
#[test]
fn both_ways_answer_alike() {
    for sql in [LOOSE, STRICT] {
        let answers = |prefix: &str, db: Db| {
            let server = gauges(db);
            let answer = |(method, rest, body): &(&str, &str, &str)| {
                let reply = server.request(method, &format!("/api/{prefix}/{rest}"), body);
                let text = String::from_utf8_lossy(reply.body.as_bytes()).replace(prefix, "gauges");
                (format!("{method} {rest} {body}"), reply.status, text)
            };
            REQUESTS.iter().map(answer).collect::<Vec<_>>()
        };
        let expected = answers("watched", database(sql));
        let statuses: BTreeSet<_> = expected.iter().map(|(_, status, _)| *status).collect();
        assert_eq!(statuses, BTreeSet::from([200, 201, 204, 400, 404]));
        for prefix in ["gauges", "watched"] {
            let file = FileDatabase::new(sql);
            for db in [database(sql), file.db.clone()] {
                for (answer, expected) in answers(prefix, db).iter().zip(&expected) {
                    assert_eq!(answer, expected, "{prefix}");
                }
            }
        }
    }
}

/// Of many clients who want the same name, whichever way they take, one gets it; the database would not stop them.
#[test]
fn a_unique_value_is_given_once() {
    let file = FileDatabase::new(LOOSE);
    let server = &gauges(file.db.clone());
    for round in 0..20 {
        let body = format!(r#"{{"name": "n{round}", "place": "p{round}"}}"#);
        let body = body.as_str();
        let statuses: Vec<_> = std::thread::scope(|scope| {
            let client = |number| {
                let path = if number % 2 == 0 { "/api/gauges/" } else { "/api/watched/" };
                scope.spawn(move || server.request("POST", path, body).status)
            };
            let clients: Vec<_> = (0..6).map(client).collect();
            clients.into_iter().filter_map(|client| client.join().ok()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 5, "{statuses:?}");
    }
    assert_eq!(server.get("/api/gauges/").json()["count"], json!(20));
}

/// J2: a count is what it is at that moment, whoever has written: either way of this server, or another process.
#[test]
fn a_count_follows_every_write() {
    let file = FileDatabase::new(STRICT);
    let server = gauges(file.db.clone());
    let counts = || {
        ["gauges", "watched"].map(|prefix| {
            let page = server.get(&format!("/api/{prefix}/")).json();
            let length = page["results"].as_array().map(Vec::len);
            assert_eq!(
                length.map(|length| length as u64),
                page["count"].as_u64().map(|n| n.min(3))
            );
            page["count"].as_u64()
        })
    };
    assert_eq!(counts(), [Some(0); 2]);
    for (number, prefix) in ["gauges", "watched", "gauges", "watched"].iter().enumerate() {
        let body = format!(r#"{{"name": "{number}", "place": "{number}"}}"#);
        assert_eq!(server.request("POST", &format!("/api/{prefix}/"), &body).status, 201);
        assert_eq!(counts(), [Some(number as u64 + 1); 2]);
        assert_eq!(counts(), [Some(number as u64 + 1); 2]);
    }
    let other = file.other();
    execute(&other, "DELETE FROM gauges WHERE id = 1");
    assert_eq!(counts(), [Some(3); 2]);
    assert_eq!(server.request("DELETE", "/api/gauges/2/", "").status, 204);
    assert_eq!(counts(), [Some(2); 2]);
    execute(
        &other,
        "INSERT INTO gauges SELECT id + 100, name || 'x', unit, place || 'x', level, made FROM gauges",
    );
    assert_eq!(counts(), [Some(4); 2]);
}

/// A file that another process holds is a 503 for writes, and no trouble for short reads.
#[test]
fn short_reads_wait_for_nobody() {
    let file = FileDatabase::new(STRICT);
    execute(&file.db, "INSERT INTO gauges VALUES (1, 'a', 'm', 'x', 1, '2026-01-02 03:04:05.5')");
    let server = gauges(file.db.clone());
    assert_eq!(server.get("/api/gauges/1/").status, 200);
    let other = file.other();
    execute(&other, "BEGIN IMMEDIATE; UPDATE gauges SET level = 9");
    let row = server.get("/api/gauges/1/").json();
    assert_eq!((&row["level"], &row["made"]), (&json!(1), &json!("2026-01-02T03:04:05.500000")));
    assert_eq!(server.get("/api/gauges/").json()["results"], json!([row]));
    execute(&other, "COMMIT");
    assert_eq!(server.get("/api/gauges/1/").json()["level"], json!(9));
    assert_eq!(server.request("PATCH", "/api/gauges/1/", r#"{"level": 2}"#).status, 200);
}

/// A crowd that writes one way without a pause keeps neither a single client out who writes the other way, nor readers.
#[test]
fn both_ways_take_turns_and_readers_need_none() {
    const CROWD: usize = 6;
    const TURNS: usize = 20;
    for (crowds, single) in [("gauges", "watched"), ("watched", "gauges")] {
        let file = FileDatabase::new(LOOSE);
        let server = &gauges(file.db.clone());
        let post = |way: &str, name: String| {
            let path = format!("/api/{way}/");
            let body = format!(r#"{{"name": "{name}", "place": "{name}"}}"#);
            assert_eq!(server.request("POST", &path, &body).status, 201, "{crowds}: {name}");
        };
        let (written, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for client in 0..CROWD {
                let (post, written, is_over) = (&post, &written, &is_over);
                scope.spawn(move || {
                    for number in 0..10_000 {
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        post(crowds, format!("{client}-{number}"));
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            while written.load(Ordering::Relaxed) < CROWD {
                std::thread::yield_now();
            }
            let before = written.load(Ordering::Relaxed);
            for turn in 0..TURNS {
                post(single, format!("s-{turn}"));
                assert_eq!(server.get("/api/gauges/?page=last").status, 200);
            }
            let meanwhile = written.load(Ordering::Relaxed) - before;
            is_over.store(true, Ordering::Relaxed);
            // A turn of the crowd is a few writes of each of them at most.
            assert!(meanwhile < TURNS * CROWD * 20, "{crowds}: {meanwhile}");
        });
    }
}

/// A constraint that is put off until the commit fails the write that breaks it, and none that came with it; nor does one
/// of these mend it, by a row with the same key.
#[test]
fn who_breaks_a_deferred_constraint_breaks_it_alone() {
    let sql = "
        CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE books (
            shelf INTEGER NOT NULL REFERENCES shelves (id) DEFERRABLE INITIALLY DEFERRED
        );
        INSERT INTO shelves VALUES (1, 'used'); INSERT INTO books VALUES (1);";
    deleting_among_others(sql, 409);
}

/// So does what ends the transaction of all.
#[test]
fn who_ends_a_transaction_ends_his_own() {
    let sql = "
        CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE left (shelf INTEGER PRIMARY KEY ON CONFLICT ROLLBACK);
        CREATE TRIGGER going AFTER DELETE ON shelves BEGIN INSERT INTO left VALUES (old.id); END;
        INSERT INTO shelves VALUES (1, 'used'); INSERT INTO left VALUES (1);";
    deleting_among_others(sql, 400);
}

/// The first shelf cannot be deleted, for which there is a status; others are made at the same moment.
fn deleting_among_others(sql: &'static str, status: u16) {
    diesel::table! { shelves (id) { id -> Integer, name -> Text, } }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = shelves)]
    struct Shelf {
        id: i32,
        #[field(max_length = 20)]
        name: String,
    }

    let file = FileDatabase::new(sql);
    let shelves = ModelViewSet::<Shelf>::new();
    let server = &serve(SimpleRouter::new().register("shelves", shelves).with(file.db.clone()));
    // The writer waits for the turn while all of them come.
    let other = file.other();
    execute(&other, "BEGIN IMMEDIATE");
    std::thread::scope(|scope| {
        let culprits: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| server.request("DELETE", "/api/shelves/1/", "").status))
            .collect();
        let others: Vec<_> = (0..6)
            .map(|number| {
                let body = format!(r#"{{"name": "shelf {number}"}}"#);
                scope.spawn(move || server.request("POST", "/api/shelves/", &body).status)
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(200));
        execute(&other, "COMMIT");
        for culprit in culprits {
            assert_eq!(culprit.join().ok(), Some(status));
        }
        for other in others {
            assert_eq!(other.join().ok(), Some(201));
        }
    });
    let stored = server.get("/api/shelves/").json();
    assert_eq!(stored.as_array().map(Vec::len), Some(7), "{stored}");
}

/// Statements are known by the columns that they bring, so they have to be known by the model as well.
#[test]
fn models_of_one_table_find_their_rows_each_by_its_own_key() {
    diesel::table! {
        tags (code) { code -> Text, slug -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = tags, primary_key(code))]
    struct Tag {
        code: String,
        slug: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = tags, primary_key(slug))]
    struct TagBySlug {
        code: String,
        slug: String,
    }

    let tags = "CREATE TABLE tags (code TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE);
                INSERT INTO tags VALUES ('a', 'b'), ('b', 'a');";
    let file = FileDatabase::new(tags);
    let router = DefaultRouter::new()
        .register("tags", ModelViewSet::<Tag>::new())
        .register("slugs", ModelViewSet::<TagBySlug>::new())
        .with(file.db.clone());
    let server = serve(router);
    for _ in 0..2 {
        assert_eq!(server.get("/api/tags/a/").body, r#"{"code":"a","slug":"b"}"#);
        assert_eq!(server.get("/api/slugs/a/").body, r#"{"code":"b","slug":"a"}"#);
    }
    let reply = server.request("PATCH", "/api/slugs/a/", r#"{"code": "c"}"#);
    assert_eq!(reply.brief(), (200, r#"{"code":"c","slug":"a"}"#));
    let reply = server.request("PATCH", "/api/tags/a/", r#"{"slug": "d"}"#);
    assert_eq!(reply.brief(), (200, r#"{"code":"a","slug":"d"}"#));
    assert_eq!(server.request("DELETE", "/api/slugs/d/", "").status, 204);
    assert_eq!(server.get("/api/tags/a/").status, 404);
    assert_eq!(server.get("/api/tags/c/").status, 200);
}
