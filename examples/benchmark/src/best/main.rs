//! The API as fast as it goes by hand on actix-web: one service that looks at the path itself, a connection of the
//! worker's own, statements prepared once, and rows written straight into the response.

mod answer;
mod input;
mod json;
mod moment;
mod mysql;
mod page;
mod postgres;
mod service;
mod sqlite;
mod users;

use std::error::Error;
use std::rc::Rc;

use actix_web::dev::fn_factory;
use actix_web::{App, HttpServer};
use settings::{Database, Settings};

use users::Open;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Settings { addr, workers, database } = Settings::from_env()?;
    match database {
        Database::Sqlite(path) => serve(&addr, workers, sqlite::Database::open(path)?).await,
        Database::Postgres(url) => serve(&addr, workers, postgres::Database(url)).await,
        Database::Mysql(url) => serve(&addr, workers, mysql::Database(url)).await,
    }
}

/// Every worker opens what is its own.
async fn serve<O: Open>(addr: &str, workers: usize, database: O) -> Result<(), Box<dyn Error>> {
    let app = move || {
        let database = database.clone();
        App::new().default_service(fn_factory(move || {
            let database = database.clone();
            async move {
                let users = database.users().await.inspect_err(|error| eprintln!("{error}"));
                users.map(|users| service::service(Rc::new(users)))
            }
        }))
    };
    HttpServer::new(app).workers(workers).bind(addr)?.run().await?;
    Ok(())
}
