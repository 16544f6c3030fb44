//! Serves the reference application on `ADDR`, with its data in `DATABASE_URL` or a temporary file.

use std::env;

use actix_web::{App, HttpServer};
use conformance::app::Application;
use conformance::temporary::TemporaryDatabase;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let addr = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:8000".to_owned());
    let temporary = TemporaryDatabase::new();
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| temporary.url());
    let application = Application::start(&url).await?;
    let app = move || App::new().configure(|config| application.configure(config));
    HttpServer::new(app).bind(addr)?.run().await?;
    Ok(())
}
