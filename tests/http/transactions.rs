//! Transactions of SQLite that end before their time, or go on beyond it: by an error that rolls back, or by a text of the
//! user's own.

use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::sql_query;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use tokio::sync::Semaphore;
use viewset_actix::RunQueryDsl as _;
use viewset_actix::diesel::{PoolOptions, SqliteConn};
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{AUTHORS, Author, FileDatabase, SERVER_ERROR, database, execute, serve};

/// A name that ends the transaction in which it is stored.
const BAD_NAME: &str = "
    CREATE TRIGGER bad BEFORE INSERT ON authors WHEN NEW.name = 'bad'
    BEGIN SELECT RAISE(ROLLBACK, 'a bad name'); END";

fn insert(name: &str) -> String {
    format!("INSERT INTO authors (name) VALUES ('{name}')")
}

/// Does something on the connection of a request, in the way that it asks for.
async fn run(conn: &mut SqliteConn, way: &str, sql: String) -> diesel::QueryResult<()> {
    match way {
        "query" => sql_query(sql).execute(conn).await.map(drop),
        "batch" => conn.batch_execute(&sql).await,
        "closure" => conn.spawn_blocking(move |conn| conn.batch_execute(&sql)).await,
        "savepoint" => {
            let run = async |conn: &mut SqliteConn| sql_query(sql).execute(conn).await.map(drop);
            conn.transaction(run).await
        }
        way => panic!("{way} is none"),
    }
}

fn names(server: &Server) -> Vec<serde_json::Value> {
    let rows = server.get("/api/authors/").json();
    rows.as_array().into_iter().flatten().map(|row| row["name"].clone()).collect()
}

/// A database in memory, and one in a file.
fn databases() -> [(Option<FileDatabase>, Db); 2] {
    let file = FileDatabase::new(AUTHORS);
    let of_file = file.db.clone();
    [(None, database(AUTHORS)), (Some(file), of_file)]
}

const WAYS: [&str; 4] = ["query", "batch", "closure", "savepoint"];

/// Does what it is told to in one transaction, and overlooks all errors.
struct CarelessViewSet;

#[viewset(model = Author)]
impl CarelessViewSet {
    #[action(detail = false, methods = ["post"])]
    async fn models(&self, req: &Request) -> Result<Data<Vec<bool>>> {
        let work = async {
            let mut stored = Vec::new();
            for name in ["m1", "bad", "m2"] {
                let data = Input::<Author> { name: Some(name.to_owned()), ..Default::default() };
                stored.push(Author::create(req, data).await.is_ok());
            }
            Ok(stored)
        };
        self.atomic(req, work).await.map(Data)
    }
    #[action(detail = false, methods = ["post"])]
    async fn texts(&self, req: &Request) -> Result<Data<Vec<bool>>> {
        let (way, middle) = (text(req, "way"), text(req, "middle"));
        let work = async {
            let mut conn = self.connection(req).await?;
            let mut done = Vec::new();
            for sql in [insert("m1"), middle, insert("m2")] {
                done.push(run(&mut conn, &way, sql).await.is_ok());
            }
            Ok(done)
        };
        self.atomic(req, work).await.map(Data)
    }
    #[action(detail = false, methods = ["post"])]
    async fn careful(&self, req: &Request) -> Result<StatusCode> {
        let (way, middle) = (text(req, "way"), text(req, "middle"));
        let work = async {
            let mut conn = self.connection(req).await?;
            for sql in [insert("m1"), middle, insert("m2")] {
                run(&mut conn, &way, sql).await?;
            }
            Ok(StatusCode::OK)
        };
        self.atomic(req, work).await
    }
    #[action(detail = false, methods = ["post"])]
    async fn left_open(&self, req: &Request) -> Result<StatusCode> {
        let mut conn = self.connection(req).await?;
        for sql in [text(req, "begin"), insert("ghost")] {
            run(&mut conn, &text(req, "way"), sql).await?;
        }
        Ok(StatusCode::OK)
    }
}

fn text(req: &Request, name: &str) -> String {
    req.query_param(name).map(|text| text.into_owned()).unwrap_or_default()
}

fn start(db: Db) -> Server {
    serve(SimpleRouter::new().register("authors", CarelessViewSet).with(db))
}

fn post(server: &Server, action: &str, params: &[(&str, &str)]) -> viewset_tests::Reply {
    let params: Vec<_> = params
        .iter()
        .map(|(name, value)| format!("{name}={}", value.replace(' ', "%20")))
        .collect();
    server.request("POST", &format!("/api/authors/{action}/?{}", params.join("&")), "")
}

#[test]
fn what_follows_an_error_that_rolls_back_is_not_stored() {
    for (_file, db) in databases() {
        execute(&db, BAD_NAME);
        let server = start(db);
        assert_eq!(post(&server, "models", &[]).brief(), (500, SERVER_ERROR));
        assert_eq!(names(&server), ["Ann", "Bob"]);
        for way in WAYS {
            for middle in [insert("bad"), insert("Ann").replace("INSERT", "INSERT OR ROLLBACK")] {
                let reply = post(&server, "texts", &[("way", way), ("middle", &middle)]);
                assert_eq!(reply.brief(), (500, SERVER_ERROR), "{way}: {middle}");
                assert_eq!(names(&server), ["Ann", "Bob"], "{way}: {middle}");
            }
        }
        // The connection goes on serving.
        let fine = insert("fine");
        let reply = post(&server, "texts", &[("way", "query"), ("middle", &fine)]);
        assert_eq!(reply.brief(), (200, "[true,true,true]"));
        assert_eq!(names(&server), ["Ann", "Bob", "m1", "fine", "m2"]);
    }
}

/// SQLite ends a transaction that finds no room; who overlooks that stores nothing either.
#[test]
fn a_disk_that_is_full_in_the_middle_of_a_transaction_leaves_nothing_half_stored() {
    let db = database(AUTHORS);
    execute(&db, "PRAGMA max_page_count = 1");
    let server = start(db.clone());
    let no_room = "INSERT INTO authors (name) VALUES (hex(zeroblob(1000000)))";
    let full = r#"{"detail":"There is no room left to store this."}"#;
    for way in WAYS {
        let reply = post(&server, "careful", &[("way", way), ("middle", no_room)]);
        assert_eq!(reply.brief(), (507, full), "{way}");
        assert_eq!(names(&server), ["Ann", "Bob"], "{way}");
        let reply = post(&server, "texts", &[("way", way), ("middle", no_room)]);
        assert_eq!(reply.brief(), (500, SERVER_ERROR), "{way}");
        assert_eq!(names(&server), ["Ann", "Bob"], "{way}");
    }
    execute(&db, "PRAGMA max_page_count = 1000000");
    assert_eq!(post(&server, "careful", &[("way", "query"), ("middle", no_room)]).status, 200);
}

#[test]
fn what_follows_an_error_about_a_statement_alone_is_stored() {
    for way in WAYS {
        let (_file, db) = (None::<FileDatabase>, database(AUTHORS));
        let server = start(db);
        let reply = post(&server, "texts", &[("way", way), ("middle", &insert("Ann"))]);
        assert_eq!(reply.brief(), (200, "[true,false,true]"), "{way}");
        assert_eq!(names(&server), ["Ann", "Bob", "m1", "m2"], "{way}");
    }
}

#[test]
fn nothing_more_is_done_in_a_transaction_that_a_text_has_ended() {
    for (_file, db) in databases() {
        let server = start(db);
        for way in ["query", "batch", "closure"] {
            for middle in ["ROLLBACK", "/* enough */ rollback"] {
                let reply = post(&server, "texts", &[("way", way), ("middle", middle)]);
                assert_eq!(reply.brief(), (500, SERVER_ERROR), "{way}: {middle}");
                assert_eq!(names(&server), ["Ann", "Bob"], "{way}: {middle}");
            }
        }
    }
}

/// PostgreSQL and MySQL do the same.
#[test]
fn a_transaction_that_a_user_has_begun_by_a_text_goes_to_nobody_else() {
    for (_file, db) in databases() {
        let server = start(db);
        let began = Instant::now();
        for way in ["query", "batch", "closure"] {
            for begin in ["BEGIN IMMEDIATE", " begin", "-- now\nBEGIN", "SAVEPOINT mine"] {
                let begin = begin.replace('\n', "%0A");
                let reply = post(&server, "left_open", &[("way", way), ("begin", &begin)]);
                assert_eq!(reply.status, 200, "{way}: {begin}");
                let reply = server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#);
                assert_eq!(reply.status, 201, "{way}: {begin}");
                assert_eq!(names(&server), ["Ann", "Bob", "Cy"], "{way}: {begin}");
                let path = format!("/api/authors/{}/", reply.json()["id"]);
                assert_eq!(server.request("DELETE", &path, "").status, 204);
            }
        }
        assert!(began.elapsed() < Duration::from_secs(5), "nobody has waited for a lock");
    }
}

/// Stores a row, says so, and takes its time before that is committed.
struct SlowViewSet {
    written: Sender<()>,
    go_on: Semaphore,
}

#[viewset(model = Author)]
impl SlowViewSet {
    #[action(detail = false, methods = ["post"])]
    async fn slow(&self, req: &Request) -> Result<StatusCode> {
        let work = async {
            let data = Input::<Author> { name: Some("slow".to_owned()), ..Default::default() };
            Author::create(req, data).await?;
            self.written.send(()).expect("the test listens");
            let go_on = tokio::time::timeout(Duration::from_secs(10), self.go_on.acquire()).await;
            go_on.map(drop).map_err(Error::internal)
        };
        self.atomic(req, work).await.map(|()| StatusCode::OK)
    }
    #[action(detail = false, methods = ["post"])]
    async fn go_on(&self) -> StatusCode {
        self.go_on.add_permits(1);
        StatusCode::OK
    }
}

/// The same as for those who wait for a connection.
#[test]
fn a_write_waits_no_longer_than_the_options_say() {
    let file = FileDatabase::new(AUTHORS);
    let options = PoolOptions::new().wait(Duration::from_millis(100));
    let (written, heard) = channel();
    let slow = SlowViewSet { written, go_on: Semaphore::new(0) };
    let server = serve(SimpleRouter::new().register("authors", slow).with(file.open_with(options)));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| server.request("POST", "/api/authors/slow/", "").status);
        heard.recv_timeout(Duration::from_secs(10)).expect("the row is written");
        let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
        for (method, path) in
            [("POST", "/api/authors/"), ("PATCH", "/api/authors/1/"), ("DELETE", "/api/authors/2/")]
        {
            let reply = server.request(method, path, r#"{"name":"late"}"#);
            assert_eq!((reply.brief(), reply.header("retry-after")), ((503, body), Some("1")));
        }
        assert_eq!(server.request("POST", "/api/authors/go_on/", "").status, 200);
        assert_eq!(slow.join().expect("an answer"), 200);
    });
    assert_eq!(names(&server), ["Ann", "Bob", "slow"]);
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#).status, 201);
    assert_eq!(names(&server), ["Ann", "Bob", "slow", "Cy"]);
}
