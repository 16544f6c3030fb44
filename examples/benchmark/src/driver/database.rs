//! The databases, with a fresh table whenever one is wanted.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, SqliteConnection, sql_query};
use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, AsyncPgConnection, SimpleAsyncConnection as _,
};

use crate::server::cpu_with_children;

/// Users in a fresh table.
pub(crate) const USERS: u64 = 10_000;

/// A kind of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
    Mysql,
}

impl Backend {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
        }
    }
}

/// A database of a kind.
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
    Mysql(String),
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

impl Database {
    pub(crate) fn of(backend: Backend) -> Result<Self, Box<dyn Error>> {
        let url = |name: &str, default: &str| std::env::var(name).unwrap_or(default.to_owned());
        Ok(match backend {
            Backend::Sqlite => {
                Self::Sqlite(std::env::current_exe()?.with_file_name("benchmark.db"))
            }
            Backend::Postgres => {
                Self::Postgres(url("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test"))
            }
            // By the same way for all: viewset takes that of the URL, and mysql_async another if it is not told.
            Backend::Mysql => Self::Mysql(url(
                "MYSQL_URL",
                "mysql://root@127.0.0.1:3306/test?prefer_socket=false",
            )),
        })
    }

    pub(crate) fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
            Self::Mysql(_) => Backend::Mysql,
        }
    }

    /// What the servers find in `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(url) | Self::Mysql(url) => url.clone(),
        }
    }

    /// Makes the table anew, with so many users.
    pub(crate) async fn reset(&self, users: u64) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Sqlite(path) => {
                for suffix in ["", "-wal", "-shm"] {
                    let file = format!("{}{suffix}", path.display());
                    if fs::exists(&file)? {
                        fs::remove_file(file)?;
                    }
                }
                SqliteConnection::establish(&self.url())?.batch_execute(&format!(
                    "PRAGMA journal_mode = WAL;
                     CREATE TABLE users (
                         id INTEGER PRIMARY KEY AUTOINCREMENT, username VARCHAR(150) NOT NULL UNIQUE,
                         email VARCHAR(254) NOT NULL, first_name VARCHAR(150) NOT NULL DEFAULT '',
                         is_active BOOLEAN NOT NULL DEFAULT TRUE, date_joined TIMESTAMP NOT NULL
                     );
                     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {users})
                         INSERT INTO users (username, email, date_joined)
                         SELECT 'user-' || i, 'user-' || i || '@example.com', '2026-01-02 03:04:05.678901' FROM n;
                     ANALYZE;"
                ))?;
            }
            Self::Postgres(url) => {
                let mut conn = AsyncPgConnection::establish(url).await?;
                conn.batch_execute(&format!(
                    "DROP TABLE IF EXISTS users;
                     CREATE TABLE users (
                         id SERIAL PRIMARY KEY, username VARCHAR(150) NOT NULL UNIQUE,
                         email VARCHAR(254) NOT NULL, first_name VARCHAR(150) NOT NULL DEFAULT '',
                         is_active BOOLEAN NOT NULL DEFAULT TRUE, date_joined TIMESTAMP NOT NULL
                     );
                     INSERT INTO users (username, email, date_joined)
                         SELECT 'user-' || i, 'user-' || i || '@example.com', '2026-01-02 03:04:05.678901'
                         FROM generate_series(1, {users}) AS i;"
                ))
                .await?;
                conn.batch_execute("VACUUM ANALYZE users").await?;
            }
            Self::Mysql(url) => {
                let mut conn = AsyncMysqlConnection::establish(url).await?;
                for statement in [
                    "DROP TABLE IF EXISTS users",
                    "CREATE TABLE users (
                         id INTEGER AUTO_INCREMENT PRIMARY KEY, username VARCHAR(150) NOT NULL UNIQUE,
                         email VARCHAR(254) NOT NULL, first_name VARCHAR(150) NOT NULL DEFAULT '',
                         is_active BOOLEAN NOT NULL DEFAULT TRUE, date_joined DATETIME(6) NOT NULL
                     ) CHARACTER SET utf8mb4",
                    "CREATE TEMPORARY TABLE ten (i INTEGER)",
                    "INSERT INTO ten VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
                ] {
                    conn.batch_execute(statement).await?;
                }
                // A temporary table can be named once in a query, so it is copied for each digit.
                let digits = "abcdef";
                for digit in digits.chars() {
                    let copy = format!("CREATE TEMPORARY TABLE ten_{digit} AS SELECT i FROM ten");
                    conn.batch_execute(&copy).await?;
                }
                conn.batch_execute(&format!(
                    "INSERT INTO users (username, email, date_joined)
                     SELECT CONCAT('user-', i), CONCAT('user-', i, '@example.com'), '2026-01-02 03:04:05.678901'
                     FROM (SELECT 1 + a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i + 100000 * f.i AS i
                           FROM ten_a a, ten_b b, ten_c c, ten_d d, ten_e e, ten_f f) AS numbers
                     WHERE i <= {users} ORDER BY i"
                ))
                .await?;
                conn.batch_execute("ANALYZE TABLE users").await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn version(&self) -> Result<String, Box<dyn Error>> {
        let row: Version = match self {
            Self::Sqlite(_) => diesel::RunQueryDsl::get_result(
                sql_query("SELECT sqlite_version() AS version"),
                &mut SqliteConnection::establish(":memory:")?,
            )?,
            Self::Postgres(url) => {
                let mut conn = AsyncPgConnection::establish(url).await?;
                let query = sql_query("SELECT current_setting('server_version') AS version");
                diesel_async::RunQueryDsl::get_result(query, &mut conn).await?
            }
            Self::Mysql(url) => {
                let mut conn = AsyncMysqlConnection::establish(url).await?;
                let query = sql_query("SELECT version() AS version");
                diesel_async::RunQueryDsl::get_result(query, &mut conn).await?
            }
        };
        Ok(row.version)
    }

    /// The CPU time of the database's own processes on this machine; none for SQLite.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let names: &[&str] = match self {
            Self::Sqlite(_) => return None,
            Self::Postgres(_) => &["(postgres)"],
            Self::Mysql(_) => &["(mariadbd)", "(mysqld)"],
        };
        let processes = fs::read_dir("/proc").ok()?;
        let stats = processes.filter_map(|process| {
            let stat = fs::read_to_string(process.ok()?.path().join("stat")).ok()?;
            names.iter().any(|name| stat.contains(name)).then(|| cpu_with_children(&stat)).flatten()
        });
        Some(stats.sum())
    }
}
