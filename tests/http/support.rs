//! What several files need: a model with rows, databases, and servers made from router builders.

use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::SimpleConnection as _;
use viewset_actix::diesel::PoolOptions;
use viewset_actix::prelude::*;
use viewset_actix::routers::{BuildError, RouterBuilder};
use viewset_tests::Server;

diesel::table! {
    authors (id) { id -> Integer, name -> Text, email -> Text, }
}

/// The author of the inventory: a required name, unique in the database, and an optional text with a
/// default of the database.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = authors)]
pub(crate) struct Author {
    pub(crate) id: i32,
    #[field(max_length = 50)]
    pub(crate) name: String,
    #[field(allow_blank, required = false)]
    pub(crate) email: String,
}

/// The table of [`Author`] with two rows.
pub(crate) const AUTHORS: &str = "
    CREATE TABLE authors (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        email TEXT NOT NULL DEFAULT ''
    );
    INSERT INTO authors (name) VALUES ('Ann'), ('Bob');";

pub(crate) const ANN: &str = r#"{"id":1,"name":"Ann","email":""}"#;
pub(crate) const NO_AUTHOR: &str = r#"{"detail":"No Author matches the given query."}"#;
pub(crate) const SERVER_ERROR: &str = r#"{"error": "Server Error (500)"}"#;
pub(crate) const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;

/// The `Allow` headers of the routes of a model viewset.
pub(crate) const ALLOW_LIST: &str = "GET, POST, HEAD, OPTIONS";
pub(crate) const ALLOW_DETAIL: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";
/// The `Allow` header of a route that only reads.
pub(crate) const ALLOW_READ: &str = "GET, HEAD, OPTIONS";

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// Runs statements on a connection of the database.
pub(crate) fn execute(db: &Db, sql: &'static str) {
    block_on(async {
        let mut conn = db.connection().await.expect("a connection");
        conn.spawn_blocking(move |conn| conn.batch_execute(sql)).await.expect("the statements run");
    });
}

/// A database in memory after these statements.
pub(crate) fn database(sql: &'static str) -> Db {
    let db = block_on(Db::connect("sqlite::memory:")).expect("a database");
    execute(&db, sql);
    db
}

/// A database in a file of its own, with more than one connection; the file goes with this value.
pub(crate) struct FileDatabase {
    path: PathBuf,
    pub(crate) db: Db,
}

impl FileDatabase {
    pub(crate) fn new(sql: &'static str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("viewset-{}-{number}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let db = Self::open(&path);
        execute(&db, sql);
        Self { path, db }
    }

    /// The same file, opened a second time as another process would.
    pub(crate) fn other(&self) -> Db {
        Self::open(&self.path)
    }

    /// The same file with other limits.
    pub(crate) fn open_with(&self, options: PoolOptions) -> Db {
        let url = format!("sqlite://{}", self.path.display());
        block_on(Db::connect_with(&url, options)).expect("a database")
    }

    fn open(path: &std::path::Path) -> Db {
        block_on(Db::connect(&format!("sqlite://{}", path.display()))).expect("a database")
    }
}

impl Drop for FileDatabase {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // A file that is gone already is no trouble.
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

/// Serves a router below `/api`.
pub(crate) fn serve<K>(router: RouterBuilder<K, Router>) -> Server {
    Server::start(build(router))
}

pub(crate) fn build<K>(router: RouterBuilder<K, Router>) -> Router {
    router.build().expect("the router is in order")
}

/// Serves all authors, Ann and Bob, below `/api/authors/`.
pub(crate) fn serve_authors() -> Server {
    let authors = ModelViewSet::<Author>::new();
    serve(DefaultRouter::new().register("authors", authors).with(database(AUTHORS)))
}

/// What is wrong with a router.
pub(crate) fn problems<K>(router: RouterBuilder<K, Router>) -> Vec<String> {
    match router.build() {
        Ok(router) => panic!("the router was built:\n{router}"),
        Err(error) => BuildError::problems(&error).to_vec(),
    }
}

/// Whether the server still answers as it should.
pub(crate) fn still_answers(server: &Server) {
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}
