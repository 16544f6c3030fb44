//! Clients that hang up in the middle: no transaction stays open, no connection is lost.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{AUTHORS, Author, FileDatabase, block_on, database, execute, serve};

/// Longer than anything here takes; a test that waits for it has failed.
const LONG: Duration = Duration::from_secs(20);

/// Its hooks do their work, say so, and then wait for ever.
struct StuckViewSet {
    events: Sender<&'static str>,
}

/// Tells that the future that owns it is gone.
struct Gone<'a>(&'a Sender<&'static str>);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        // The test may have ended.
        let _ = self.0.send("gone");
    }
}

impl StuckViewSet {
    async fn wait(&self) -> ! {
        let _gone = Gone(&self.events);
        self.events.send("written").expect("the test listens");
        std::future::pending().await
    }
}

#[viewset(model = Author, basename = "stuck")]
impl StuckViewSet {
    async fn perform_create(&self, req: &Request, data: Input<Author>) -> Result<Author> {
        Author::create(req, data).await?;
        self.wait().await
    }
    async fn perform_update(
        &self,
        req: &Request,
        author: Author,
        data: Input<Author>,
    ) -> Result<Author> {
        author.save(req, data).await?;
        self.wait().await
    }
    async fn perform_destroy(&self, req: &Request, author: Author) -> Result<()> {
        author.destroy(req).await?;
        self.wait().await
    }
}

fn start(db: Db) -> (Server, Receiver<&'static str>) {
    let (events, heard) = channel();
    let router = DefaultRouter::new()
        .register("stuck", StuckViewSet { events })
        .register("authors", ModelViewSet::<Author>::new());
    (serve(router.with(db)), heard)
}

/// Sends a request and hangs up at the moment that `until` returns.
fn hang_up(server: &Server, method: &str, path: &str, body: &str, until: impl FnOnce()) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stream = runtime.block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("the request is sent");
        stream
    });
    until();
    // A reset, which actix-web notices while the action runs; a closed half it would allow.
    stream.set_zero_linger().expect("a socket option");
}

fn hear(heard: &Receiver<&'static str>, event: &str) {
    assert_eq!(heard.recv_timeout(LONG), Ok(event));
}

fn names(server: &Server) -> Vec<serde_json::Value> {
    let rows = server.get("/api/authors/").json();
    rows.as_array().into_iter().flatten().map(|row| row["name"].clone()).collect()
}

/// E18.
#[test]
fn a_client_that_hangs_up_in_the_middle_of_a_write_leaves_nothing_behind() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let (server, heard) = start(db);
        for (method, path) in [
            ("POST", "/api/stuck/"),
            ("PUT", "/api/stuck/1/"),
            ("PATCH", "/api/stuck/1/"),
            ("DELETE", "/api/stuck/1/"),
        ] {
            hang_up(&server, method, path, r#"{"name":"ghost"}"#, || hear(&heard, "written"));
            hear(&heard, "gone");
            assert_eq!(names(&server), ["Ann", "Bob"], "{method}");
        }
        assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"ghost"}"#).status, 201);
        assert_eq!(names(&server), ["Ann", "Bob", "ghost"]);
    }
}

/// E18: 1,000 times in a row, far more often than there are connections.
#[test]
fn many_hang_ups_in_a_row_do_not_exhaust_the_pool() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let (server, heard) = start(db);
        for round in 0..1_000 {
            let body = format!(r#"{{"name":"ghost {round}"}}"#);
            hang_up(&server, "POST", "/api/stuck/", &body, || hear(&heard, "written"));
            hear(&heard, "gone");
        }
        for round in 0..20 {
            let body = format!(r#"{{"name":"ghost {round}"}}"#);
            assert_eq!(server.request("POST", "/api/authors/", &body).status, 201);
        }
        assert_eq!(names(&server).len(), 22);
    }
    // No lock is left, either: another process can write at once.
    execute(
        &file.other(),
        "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; DELETE FROM authors; COMMIT;",
    );
}

/// E18: those who wait for the writer are served when its client is gone, and those of them who hang up
/// themselves are forgotten.
#[test]
fn writers_in_the_queue_are_served_after_a_hang_up() {
    let file = FileDatabase::new(AUTHORS);
    let (server, heard) = start(file.db.clone());
    let server = &server;
    std::thread::scope(|scope| {
        let mut waiting = Vec::new();
        hang_up(server, "POST", "/api/stuck/", r#"{"name":"ghost"}"#, || {
            hear(&heard, "written");
            for number in 0..5 {
                hang_up(
                    server,
                    "POST",
                    "/api/authors/",
                    &format!(r#"{{"name":"gone {number}"}}"#),
                    || (),
                );
                let body = format!(r#"{{"name":"stays {number}"}}"#);
                waiting.push(
                    scope.spawn(move || server.request("POST", "/api/authors/", &body).status),
                );
            }
        });
        for thread in waiting {
            assert_eq!(thread.join().ok(), Some(201));
        }
    });
    let names = names(server);
    assert!(!names.contains(&json!("ghost")), "{names:?}");
    let stays = names
        .iter()
        .filter(|name| name.as_str().is_some_and(|name| name.starts_with("stays")))
        .count();
    assert_eq!(stays, 5, "{names:?}");
}

/// E18: at whatever moment a client hangs up, its row is there as a whole or not at all, and the next
/// one is served.
#[test]
fn a_hang_up_at_any_moment_does_no_harm() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let (server, _heard) = start(db);
        for round in 0..100 {
            let body = format!(r#"{{"name":"{round}"}}"#);
            hang_up(&server, "POST", "/api/authors/", &body, || {
                // Not a pause but a moment: a different one each time.
                (0..round * 2_000).for_each(|_| std::hint::spin_loop());
            });
            hang_up(&server, "GET", "/api/authors/", "", || ());
            hang_up(&server, "PATCH", "/api/authors/1/", r#"{"email":"x"}"#, || ());
        }
        assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"last"}"#).status, 201);
        // What was sent before the client hung up may be stored after that.
        assert!(names(&server).contains(&json!("last")));
    }
}

/// A slow client does not hold the database while it sends.
#[test]
fn a_body_that_never_ends_holds_up_nobody() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let (server, _heard) = start(db);
        for (method, path) in
            [("POST", "/api/authors/"), ("PUT", "/api/authors/1/"), ("PATCH", "/api/authors/1/")]
        {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
            );
            block_on(async {
                let mut stream =
                    TcpStream::connect(server.addr()).await.expect("the server listens");
                stream.write_all(head.as_bytes()).await.expect("the beginning is sent");
                for _ in 0..10 {
                    assert_eq!(server_request(&server, method).await, 200, "{method}");
                }
            });
        }
    }
}

/// A write beside the one under test, from another thread.
async fn server_request(server: &Server, name: &str) -> u16 {
    let body = format!(r#"{{"email":"{name}"}}"#);
    std::thread::scope(|scope| {
        let request = scope.spawn(|| server.request("PATCH", "/api/authors/2/", &body).status);
        request.join().expect("the request is sent")
    })
}

/// E18, R14: an action that panics takes nobody with it.
#[test]
fn a_hook_that_panics_leaves_nothing_behind() {
    struct PanickingViewSet;

    #[viewset(model = Author, basename = "panicking")]
    impl PanickingViewSet {
        async fn perform_create(&self, req: &Request, data: Input<Author>) -> Result<Author> {
            Author::create(req, data).await?;
            std::panic::resume_unwind(Box::new("without a message"))
        }
    }

    let file = FileDatabase::new(AUTHORS);
    let router = DefaultRouter::new()
        .register("panicking", PanickingViewSet)
        .register("authors", ModelViewSet::<Author>::new());
    let server = serve(router.with(file.db.clone()));
    for _ in 0..5 {
        let reply = server.request("POST", "/api/panicking/", r#"{"name":"ghost"}"#);
        assert!(reply.status == 0 || reply.status == 500, "{reply:?}");
    }
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"ghost"}"#).status, 201);
    assert_eq!(names(&server), ["Ann", "Bob", "ghost"]);
}

/// A connection that a user leaves in a transaction is cleaned up before anyone else gets it.
#[test]
fn a_connection_that_comes_back_in_a_transaction_is_rolled_back() {
    struct RawViewSet;

    #[viewset(model = Author, mixins = [ListModelMixin], basename = "raw")]
    impl RawViewSet {
        async fn create(&self, req: &Request) -> Result<StatusCode> {
            use diesel::connection::TransactionManager as _;
            let mut conn = self.connection(req).await?;
            conn.spawn_blocking(|conn| {
                diesel::connection::AnsiTransactionManager::begin_transaction(conn)?;
                conn.batch_execute("DELETE FROM authors")
            })
            .await?;
            Ok(StatusCode::CREATED)
        }
    }

    for file in [None, Some(FileDatabase::new(AUTHORS))] {
        let db = file.as_ref().map_or_else(|| database(AUTHORS), |file| file.db.clone());
        let server = serve(SimpleRouter::new().register("authors", RawViewSet).with(db));
        for _ in 0..10 {
            assert_eq!(server.request("POST", "/api/authors/", "").status, 201);
            assert_eq!(names(&server), ["Ann", "Bob"]);
        }
    }
}

/// R13: what another process has locked is unavailable for the moment, and not an error of the server.
#[test]
fn a_database_that_another_process_holds_is_unavailable_for_the_moment() {
    let file = FileDatabase::new(AUTHORS);
    let (server, _heard) = start(file.db.clone());
    let (post, other) =
        (|| server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#), file.other());
    let reply = block_on(async {
        let mut conn = other.connection().await.expect("a connection");
        let lock = conn.spawn_blocking(|conn| conn.batch_execute("BEGIN IMMEDIATE"));
        lock.await.expect("a lock");
        let reply = std::thread::scope(|scope| scope.spawn(post).join().expect("an answer"));
        let unlock = conn.spawn_blocking(|conn| conn.batch_execute("ROLLBACK"));
        unlock.await.expect("no lock");
        reply
    });
    let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
    assert_eq!((reply.brief(), reply.header("retry-after")), ((503, body), Some("1")));
    assert_eq!(post().status, 201);
}

/// A disk without room is told as such, and what may only be read is unavailable for writers; reading goes on.
#[test]
fn a_database_that_cannot_be_written_is_told_from_a_mistake() {
    let post = |server: &Server, name: &str| {
        server.request("POST", "/api/authors/", &format!(r#"{{"name":"{name}"}}"#))
    };
    let db = crate::support::database(AUTHORS);
    let (server, _heard) = start(db.clone());
    execute(&db, "CREATE TABLE ballast (bytes BLOB); PRAGMA max_page_count = 1;");
    execute(
        &db,
        "CREATE TRIGGER grow BEFORE INSERT ON authors BEGIN INSERT INTO ballast VALUES (zeroblob(100000)); END",
    );
    let reply = post(&server, "Cy");
    let body = r#"{"detail":"There is no room left to store this."}"#;
    assert_eq!(reply.brief(), (507, body));
    assert_eq!(names(&server), ["Ann", "Bob"]);
    execute(&db, "DROP TRIGGER grow");

    execute(&db, "PRAGMA query_only = 1");
    let reply = post(&server, "Cy");
    let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
    assert_eq!((reply.brief(), reply.header("retry-after")), ((503, body), Some("1")));
    assert_eq!(names(&server), ["Ann", "Bob"]);
    execute(&db, "PRAGMA query_only = 0; PRAGMA max_page_count = 1000000");
    assert_eq!(post(&server, "Cy").status, 201);
}

#[derive(diesel::QueryableByName)]
struct Pragma {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// What every connection of a file is set to, those for single statements as well as that for transactions.
#[test]
fn every_connection_is_set_up() {
    struct SetUpViewSet;

    #[viewset(model = Author)]
    impl SetUpViewSet {
        #[action(detail = false)]
        async fn single(&self, req: &Request) -> Result<Data<Vec<String>>> {
            Ok(Data(pragmas(&mut *self.connection(req).await?).await?))
        }
        #[action(detail = false)]
        async fn transaction(&self, req: &Request) -> Result<Data<Vec<String>>> {
            self.atomic(req, async { Ok(pragmas(&mut *self.connection(req).await?).await?) })
                .await
                .map(Data)
        }
    }

    let file = FileDatabase::new(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", SetUpViewSet).with(file.db.clone()));
    for action in ["single", "transaction"] {
        let reply = server.get(&format!("/api/authors/{action}/"));
        assert_eq!(reply.brief(), (200, r#"["wal","1","5000"]"#), "{action}");
    }
}

async fn pragmas(conn: &mut viewset_actix::diesel::SqliteConn) -> diesel::QueryResult<Vec<String>> {
    use viewset_actix::RunQueryDsl as _;

    let mut values = Vec::new();
    for (name, column) in [
        ("journal_mode", "journal_mode"),
        ("foreign_keys", "foreign_keys"),
        ("busy_timeout", "timeout"),
    ] {
        let sql = format!("SELECT CAST({column} AS TEXT) AS value FROM pragma_{name}");
        values.push(diesel::sql_query(sql).get_result::<Pragma>(conn).await?.value);
    }
    Ok(values)
}
