//! The application that is killed, or whose database is: `faults-server`. What it serves from is told by its
//! environment: `DATABASE_URL`, `MAX_CONNECTIONS`, `WAIT_MS`, and `REDIS_URL` where throttles count there. It prints its
//! port, then what happens in [`stuck`](postgres), and serves until its standard input ends.

use std::env::{VarError, var};
use std::error::Error;
use std::io::{Write, copy, sink, stdin, stdout};
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use tracing_subscriber::filter::LevelFilter;
use viewset_actix::diesel::PoolOptions;
use viewset_actix::prelude::*;
use viewset_actix::throttling::RedisStore;

/// Tells on the standard output that a write was dropped before its end.
struct Unfinished(Option<String>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(name) = self.0.take() {
            println!("gone {name}");
        }
    }
}

/// The same application on each database: notes, with a receipt of each that was stored in a transaction.
macro_rules! application {
    ($database:ident, $connection:ident, $key:literal, $wait:expr) => {
        mod $database {
            use viewset_actix::RunQueryDsl as _;
            use viewset_actix::diesel::{Connection, Database};

            use super::*;

            diesel::table! { notes (id) { id -> Integer, name -> Text, } }

            diesel::table! { receipts (id) { id -> Integer, name -> Text, } }

            const TABLES: &str = concat!(
                "CREATE TABLE IF NOT EXISTS notes (id ",
                $key,
                ", name VARCHAR(100) NOT NULL);",
                "CREATE TABLE IF NOT EXISTS receipts (id ",
                $key,
                ", name VARCHAR(100) NOT NULL);",
            );

            const PAGES: PageNumberPagination = PageNumberPagination::of(5);

            #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
            #[diesel(table_name = notes)]
            #[viewset(connection = $connection, ordering = [-id])]
            struct Note {
                id: i32,
                #[field(max_length = 100)]
                name: String,
            }

            #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
            #[diesel(table_name = receipts)]
            #[viewset(connection = $connection)]
            struct Receipt {
                id: i32,
                #[field(max_length = 100)]
                name: String,
            }

            impl Receipt {
                async fn of(req: &Request, note: &Note) -> Result<()> {
                    let name = Some(note.name.clone());
                    let receipt = Input::<Self> { name, ..Default::default() };
                    Self::create(req, receipt).await.map(drop)
                }
            }

            /// Runs a statement that takes so many seconds.
            async fn wait(conn: &mut Connection<'_, $connection>, seconds: f64) -> Result<()> {
                let wait: fn(f64) -> String = $wait;
                diesel::sql_query(wait(seconds)).execute(&mut **conn).await?;
                Ok(())
            }

            /// Its writes are single statements.
            struct PlainViewSet;

            #[viewset(model = Note, basename = "plain", pagination_class = PAGES)]
            impl PlainViewSet {
                #[action(detail = false, url_path = "wait/{seconds:[0-9]+}")]
                async fn wait(&self, req: &Request, seconds: u32) -> Result<Data<u32>> {
                    wait(&mut self.connection(req).await?, f64::from(seconds)).await?;
                    Ok(Data(seconds))
                }
            }

            /// Its writes are transactions, of two rows.
            struct HookedViewSet;

            #[viewset(model = Note, basename = "hooked", pagination_class = PAGES)]
            impl HookedViewSet {
                async fn perform_create(&self, req: &Request, data: Input<Note>) -> Result<Note> {
                    let note = Note::create(req, data).await?;
                    Receipt::of(req, &note).await?;
                    Ok(note)
                }
            }

            /// The same, with a slow statement in between. It tells how far it has come.
            struct StuckViewSet;

            #[viewset(model = Note, basename = "stuck", mixins = [CreateModelMixin])]
            impl StuckViewSet {
                async fn perform_create(&self, req: &Request, data: Input<Note>) -> Result<Note> {
                    let note = Note::create(req, data).await?;
                    let mut unfinished = Unfinished(Some(note.name.clone()));
                    println!("written {}", note.name);
                    wait(&mut self.connection(req).await?, 0.05).await?;
                    Receipt::of(req, &note).await?;
                    unfinished.0 = None;
                    Ok(note)
                }
            }

            struct ReceiptViewSet;

            #[viewset(model = Receipt, basename = "receipts", mixins = [RetrieveModelMixin])]
            impl ReceiptViewSet {}

            /// Takes 300 notes a minute, of all clients together.
            struct ThrottledViewSet;

            #[viewset(
                                        model = Note,
                                        basename = "throttled",
                                        mixins = [CreateModelMixin],
                                        throttle_classes = [AnonRateThrottle::rate("300/min")]
                                    )]
            impl ThrottledViewSet {}

            pub(super) async fn router(
                url: &str,
                options: PoolOptions,
            ) -> Result<SimpleRouter, Box<dyn Error>> {
                let db = Database::<$connection>::connect_with(url, options).await?;
                db.batch_execute(TABLES).await?;
                let router = SimpleRouter::new()
                    .register("plain", PlainViewSet)
                    .register("hooked", HookedViewSet)
                    .register("stuck", StuckViewSet)
                    .register("receipts", ReceiptViewSet)
                    .register("throttled", ThrottledViewSet);
                Ok(router.with(db))
            }
        }
    };
}

application!(postgres, PgConn, "SERIAL PRIMARY KEY", |seconds| {
    format!("SELECT pg_sleep({seconds})")
});
application!(mysql, MysqlConn, "INTEGER AUTO_INCREMENT PRIMARY KEY", |seconds| {
    format!("DO SLEEP({seconds})")
});
// A machine counts some millions of rows a second.
application!(sqlite, SqliteConn, "INTEGER PRIMARY KEY", |seconds| format!(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {} * 5000000) SELECT MAX(i) FROM n",
    seconds
));

fn options() -> Result<PoolOptions, Box<dyn Error>> {
    let wait = Duration::from_millis(var("WAIT_MS")?.parse()?);
    Ok(PoolOptions::new().max_connections(var("MAX_CONNECTIONS")?.parse()?).wait(wait))
}

async fn router() -> Result<Router, Box<dyn Error>> {
    let (url, options) = (var("DATABASE_URL")?, options()?);
    let router = match url.split_once(':') {
        Some(("postgres", _)) => postgres::router(&url, options).await?,
        Some(("mysql", _)) => mysql::router(&url, options).await?,
        _ => sqlite::router(&url, options).await?,
    };
    let router = match var("REDIS_URL") {
        Ok(url) => router.throttle_store(RedisStore::connect(&url)?),
        Err(VarError::NotPresent) => router,
        Err(error) => return Err(error.into()),
    };
    Ok(router.build()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    // Errors of the server itself, of which there should be none.
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr);
    log.with_max_level(LevelFilter::ERROR).init();
    std::thread::spawn(|| {
        let _ = copy(&mut stdin(), &mut sink());
        std::process::exit(0);
    });
    actix_web::rt::System::new().block_on(async {
        let router = router().await?;
        let app = move || App::new().service(web::scope("/api").service(router.clone()));
        let server = HttpServer::new(app).workers(2).bind(("127.0.0.1", 0))?;
        println!("{}", server.addrs().first().ok_or("no address")?.port());
        stdout().flush()?;
        server.run().await?;
        Ok(())
    })
}
