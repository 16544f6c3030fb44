//! The API with viewset: a model, its viewset with one action more, and a ping.

mod users;

use std::error::Error;

use actix_web::{App, HttpServer};
use settings::{Database, Settings};
use viewset_actix::prelude::*;
use viewset_actix::{routers::SimpleRouter, viewset};

struct PingViewSet;

#[viewset]
impl PingViewSet {
    async fn list(&self) -> Data<Ping> {
        Data(Ping { ping: "pong" })
    }
}

#[derive(serde::Serialize)]
struct Ping {
    ping: &'static str,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Settings { addr, workers, database } = Settings::from_env()?;
    let router = SimpleRouter::new().register_as("ping", "ping", PingViewSet);
    let router = match database {
        Database::Sqlite(path) => router
            .register("users", users::sqlite::UserViewSet)
            .with(SqliteDb::connect(&path).await?),
        Database::Postgres(url) => {
            router.register("users", users::postgres::UserViewSet).with(PgDb::connect(&url).await?)
        }
        Database::Mysql(url) => {
            router.register("users", users::mysql::UserViewSet).with(MysqlDb::connect(&url).await?)
        }
    };
    let router = router.build()?;
    let app = move || App::new().default_service(router.as_default_service());
    HttpServer::new(app).workers(workers).bind(addr)?.run().await?;
    Ok(())
}
