//! What the three servers are told by their environment.

use std::env;
use std::error::Error;
use std::thread::available_parallelism;

/// Address, workers and database of a server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `ADDR`, 127.0.0.1:8000 by default.
    pub addr: String,
    /// `WORKERS`, as many as there are cores by default.
    pub workers: usize,
    /// `DATABASE_URL`.
    pub database: Database,
}

/// Where the users are.
#[derive(Debug, Clone)]
pub enum Database {
    /// The path of a file.
    Sqlite(String),
    /// `postgres://…`
    Postgres(String),
    /// `mysql://…`, MariaDB as well.
    Mysql(String),
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// `DATABASE_URL` is missing or of an unknown scheme, or `WORKERS` is no number.
    pub fn from_env() -> Result<Self, Box<dyn Error>> {
        let url = env::var("DATABASE_URL").map_err(
            |_| "set DATABASE_URL to a path of a SQLite file, to postgres://… or to mysql://…",
        )?;
        let workers = match env::var("WORKERS") {
            Ok(workers) => workers.parse()?,
            Err(_) => available_parallelism()?.get(),
        };
        let addr = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:8000".to_owned());
        Ok(Self { addr, workers, database: Database::from_url(&url)? })
    }
}

impl Database {
    /// Sorts a URL by its scheme; what has none is a path.
    ///
    /// # Errors
    ///
    /// The scheme is of another database.
    pub fn from_url(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            None => Ok(Self::Sqlite(url.to_owned())),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some(("mysql" | "mariadb", _)) => Ok(Self::Mysql(url.to_owned())),
            Some((scheme, _)) => Err(format!("no server is written for `{scheme}://`")),
        }
    }
}
