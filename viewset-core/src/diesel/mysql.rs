//! MySQL and MariaDB, with a connection of our own on mysql_async: that of diesel-async copies each number and each point in
//! time, looks up the name of a column with each value, and does not pass on the numbers of errors.

mod conn;
mod refusal;
mod row;
mod run;
mod session;
#[cfg(test)]
mod tests;
mod value;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::dsl::sql;
use diesel::migration::MigrationSource;
use diesel::mysql::Mysql;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::{RunQueryDsl as _, TransactionManager};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder, SslOpts, UrlError};
use tokio::sync::Semaphore;

use super::backend::{Case, DbConnection, DbError};
use super::in_flight::InFlight;
use super::networked;
use super::operand::{Operand, bind};
use super::run::Load;
use super::sql::{Condition, Name, Side};
use super::statement::Many;
use super::unique::{collected, unquoted};
pub use conn::{MysqlConn, MysqlRows};
pub use row::{MysqlField, MysqlRow};
pub(super) use session::Session;
pub(super) use value::microseconds;

type Manager = <MysqlConn as diesel_async::AsyncConnection>::TransactionManager;

/// How long a server may take to answer that it is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// After how many milliseconds of silence the network asks whether the server is still there.
const KEEPALIVE: u32 = 30_000;

/// Which key has a value already is told by the words of a server (`words`), which are those of a language.
const IN_ENGLISH: &str = "SET lc_messages = 'en_US'";

/// What a server is, and for how many seconds a connection may be idle before it is closed.
const ABOUT: &str = "SELECT VERSION() LIKE '%MariaDB%', @@wait_timeout";

/// MariaDB returns rows of what it inserts since 10.5; there is no MySQL of such a version, which does not.
const RETURNS_ROWS: (u16, u16, u16) = (10, 5, 0);

/// The servers, of which the first that can be written to is taken.
#[derive(Clone)]
pub struct MysqlTarget {
    hosts: Arc<[Opts]>,
}

impl MysqlTarget {
    async fn connect(&self) -> Result<MysqlConn, DbError> {
        let mut why = None;
        for host in &*self.hosts {
            match tokio::time::timeout(CONNECT_TIMEOUT, self.connect_to(host)).await {
                Ok(Ok(opened)) => return Ok(opened),
                Ok(Err(error)) => why = Some(error),
                Err(error) => why = Some(error.into()),
            }
        }
        Err(DbError::new("MySQL cannot be reached", why))
    }

    async fn connect_to(&self, host: &Opts) -> Result<MysqlConn, Box<dyn StdError + Send + Sync>> {
        let mut conn = Conn::new(host.clone()).await?;
        match conn.query_drop(IN_ENGLISH).await {
            // What stands between may not know of languages.
            Ok(()) | Err(mysql_async::Error::Server(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let session = Session::of(&mut conn).await?;
        let found: Option<(Option<bool>, Option<u64>)> = conn.query_first(ABOUT).await?;
        let (is_mariadb, patience) = found.unwrap_or_default();
        let returns_rows = is_mariadb == Some(true) && conn.server_version() >= RETURNS_ROWS;
        let mut conn = MysqlConn::new(conn, self.clone(), InFlight::of(session)).await?;
        conn.returns_rows = returns_rows;
        if let Some(seconds) = patience {
            // A tenth of it is for what is on its way.
            conn.patience = Duration::from_millis(seconds.saturating_mul(900));
        }
        if self.hosts.len() > 1 {
            let read_only = sql::<BigInt>("SELECT @@global.read_only");
            if read_only.get_result::<i64>(&mut conn).await? != 0 {
                return Err("the server is read-only".into());
            }
        }
        Ok(conn)
    }
}

/// A URL for each host; `None` for another database's.
fn urls(url: &str) -> Option<Vec<String>> {
    let rest = url.strip_prefix("mysql://").or_else(|| url.strip_prefix("mariadb://"))?;
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let (user, hosts) =
        authority.rfind('@').map_or(("", authority), |at| authority.split_at(at + 1));
    Some(hosts.split(',').map(|host| format!("mysql://{user}{host}{path}")).collect())
}

fn options(url: &str) -> Result<Opts, DbError> {
    let wrong = |error: UrlError| {
        DbError::new("the URL of the MySQL database cannot be read", Some(error.into()))
    };
    let opts = Opts::from_url(url).map_err(wrong)?;
    let tls = opts.ssl_opts().map(encrypted).transpose()?;
    // We keep the statements, and count the rows that were found. The driver would go on by the socket that the server names,
    // whose path may be another server's where this process runs.
    let builder = OptsBuilder::from_opts(opts)
        .stmt_cache_size(0)
        .client_found_rows(true)
        .prefer_socket(false)
        .tcp_keepalive(Some(KEEPALIVE))
        .ssl_opts(tls);
    Ok(builder.into())
}

#[cfg(feature = "tls")]
fn encrypted(of_url: &SslOpts) -> Result<SslOpts, DbError> {
    super::tls::options(of_url)
}

#[cfg(not(feature = "tls"))]
fn encrypted(_of_url: &SslOpts) -> Result<SslOpts, DbError> {
    let text = "`require_ssl=true` needs the feature `tls` of viewset-actix";
    Err(DbError::new(text, None))
}

/// The indexes of a table with their columns, which are NULL for expressions and for beginnings of columns.
const UNIQUE_INDEXES: &str = "
    SELECT index_name, CASE WHEN sub_part IS NULL THEN column_name END
    FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND non_unique = 0 AND table_name = ";

/// The columns of one of them, which are NULL for expressions.
const COLUMNS_OF_KEY: &str = "
    SELECT column_name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND non_unique = 0 AND table_name = ";

impl DbConnection for MysqlConn {
    const NAME: &'static str = "MySQL";
    const NULLS_ARE_LEAST: bool = true;
    const ONE_WRITER: bool = false;
    const BELONGS_TO_RUNTIME: bool = true;
    const WRITES_ON_CONDITION: bool = false;
    type Backend = Mysql;
    type Target = MysqlTarget;
    type Alone = ();

    fn target(url: &str) -> Result<MysqlTarget, DbError> {
        let hosts = urls(url).ok_or_else(|| {
            DbError::new("not the URL of a MySQL database: it begins with `mysql://`", None)
        })?;
        let options = hosts.iter().map(|url| options(url)).collect::<Result<_, _>>()?;
        Ok(MysqlTarget { hosts: options })
    }

    fn alone(_target: &MysqlTarget, _turn: Arc<Semaphore>, _wait: Duration) {}

    async fn write_many(&mut self, many: Many<Mysql>) -> QueryResult<usize> {
        many.execute(self).await
    }

    async fn unique_indexes(&mut self, table: String) -> QueryResult<Vec<Vec<String>>> {
        let Some(table) = unquoted(&table) else { return Ok(Vec::new()) };
        let rows = sql::<(Text, Nullable<Text>)>(UNIQUE_INDEXES).bind::<Text, _>(table);
        Load::load(self, rows).await.map(collected)
    }

    /// A key without a name is called by its first column.
    async fn columns_of_key(
        &mut self,
        table: String,
        key: &str,
    ) -> QueryResult<Option<Vec<String>>> {
        let Some(table) = unquoted(&table) else { return Ok(None) };
        let key = key.strip_prefix(&*table).and_then(|key| key.strip_prefix('.')).unwrap_or(key);
        let columns = sql::<Nullable<Text>>(COLUMNS_OF_KEY).bind::<Text, _>(&*table);
        let columns = columns.sql(" AND index_name = ").bind::<Text, _>(key);
        let columns = columns.sql(" ORDER BY seq_in_index");
        let columns: Vec<Option<String>> = columns.load(self).await?;
        // An index on an expression says nothing to a client.
        let told = || columns.iter().cloned().collect::<Option<_>>().unwrap_or_default();
        Ok((!columns.is_empty()).then(told))
    }

    async fn open(target: &MysqlTarget) -> Result<(Self, InFlight), DbError> {
        let conn = target.connect().await?;
        let in_flight = conn.in_flight().clone();
        Ok((conn, in_flight))
    }

    fn lend(&mut self) -> bool {
        MysqlConn::lend(self)
    }

    async fn begin(&mut self) -> QueryResult<()> {
        Manager::begin_transaction(self).await
    }

    async fn commit(&mut self) -> QueryResult<()> {
        Manager::commit_transaction(self).await
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        networked::rollback(self).await?;
        if self.is_at_rest() { Ok(()) } else { self.come_to_rest().await }
    }

    async fn tidy(
        &mut self,
        _target: &MysqlTarget,
        in_flight: &InFlight,
        undecided: bool,
    ) -> QueryResult<()> {
        let broken = Err(diesel::result::Error::BrokenTransactionManager);
        // What is left of an answer is short, unless a user has left many rows.
        let is_read = !in_flight.is_idle()
            || !in_flight.has_unread()
            || tokio::time::timeout(session::GRACE, self.read_rest()).await.is_ok();
        if is_read && in_flight.is_clean() {
            return if undecided { broken } else { self.rollback().await };
        }
        // What still runs would be taken for the answer of the next one.
        session::run_out(self, in_flight.session()).await;
        broken
    }

    async fn forget_statements(&mut self) -> QueryResult<()> {
        MysqlConn::forget_statements(self).await
    }

    fn in_transaction(&mut self) -> bool {
        networked::in_transaction(self) || !self.is_at_rest()
    }

    async fn migrate<S: MigrationSource<Mysql> + Send + 'static>(
        &mut self,
        target: &MysqlTarget,
        migrations: S,
    ) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>> {
        networked::migrate(target.connect().await?, migrations).await
    }

    fn text(value: String) -> Operand<Mysql> {
        bind::<_, Text, _>(value)
    }

    fn integer(value: i64) -> Operand<Mysql> {
        bind::<_, BigInt, _>(value)
    }

    fn like(column: &'static Name<Mysql>, pattern: String, case: Case) -> Condition<Mysql> {
        let pattern = Self::text(pattern);
        match case {
            Case::Sensitive => {
                Condition::compare(Side::of(column), " LIKE CAST(", pattern, " AS BINARY)")
            }
            Case::Insensitive => {
                Condition::compare(Side::call("LOWER(", column, ")"), " LIKE LOWER(", pattern, ")")
            }
        }
    }

    fn regex(column: &'static Name<Mysql>, regex: String, case: Case) -> Condition<Mysql> {
        let flag = match case {
            Case::Sensitive => "(?-i)",
            Case::Insensitive => "(?i)",
        };
        let regex = Self::text(format!("{flag}{regex}"));
        Condition::compare(Side::of(column), " REGEXP ", regex, "")
    }

    fn date_of(column: &'static Name<Mysql>) -> Side<Mysql> {
        Side::call("CAST(DATE(", column, ") AS CHAR)")
    }

    fn year_of(column: &'static Name<Mysql>) -> Side<Mysql> {
        Side::call("YEAR(", column, ")")
    }

    fn month_of(column: &'static Name<Mysql>) -> Side<Mysql> {
        Side::call("MONTH(", column, ")")
    }

    fn day_of(column: &'static Name<Mysql>) -> Side<Mysql> {
        Side::call("DAY(", column, ")")
    }
}
