//! The API as ordinary good code: actix-web's extractors, serde's derives, diesel's query builder and a pool.

mod failure;
mod handlers;
mod models;
mod mysql;
mod payload;
mod postgres;
mod sqlite;
mod users;

use std::error::Error;

use actix_web::{App, HttpServer, web};
use settings::{Database, Settings};

use users::Users;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Settings { addr, workers, database } = Settings::from_env()?;
    match database {
        Database::Sqlite(path) => serve(&addr, workers, sqlite::SqliteUsers::open(&path)?).await,
        Database::Postgres(url) => {
            serve(&addr, workers, postgres::PostgresUsers::connect(&url)?).await
        }
        Database::Mysql(url) => serve(&addr, workers, mysql::MysqlUsers::connect(&url)?).await,
    }
}

async fn serve<U: Users>(addr: &str, workers: usize, users: U) -> Result<(), Box<dyn Error>> {
    let users = web::Data::new(users);
    let app = move || App::new().app_data(users.clone()).configure(handlers::configure::<U>);
    HttpServer::new(app).workers(workers).bind(addr)?.run().await?;
    Ok(())
}
