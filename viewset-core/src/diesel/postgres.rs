//! PostgreSQL: how it is reached, and what its SQL looks like.

mod begun;
mod conn;
mod kept;
mod refusal;
mod row;
mod run;
mod shared;
#[cfg(test)]
mod tests;
mod value;
mod written;

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::dsl::sql;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _, TransactionManager};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Config, NoTls, Socket};

use super::backend::{Case, DbConnection, DbError};
use super::in_flight::InFlight;
use super::networked;
use super::operand::{Operand, bind};
use super::sql::{Condition, Name, Side};
use super::statement::Many;
use super::unique::collected;
use crate::background;
pub use conn::{PgConn, PgRows};
pub(super) use kept::Pieces;
pub use row::{PgField, PgRow};
pub use shared::Shared;

type Manager = <PgConn as diesel_async::AsyncConnection>::TransactionManager;

/// How long a server may take to answer that it is there, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement of a caller who has gone away may still run before it is stopped: most end sooner.
const GRACE: Duration = Duration::from_millis(100);

/// How long it may run if it cannot be stopped, before its connection is closed.
const REST: Duration = Duration::from_secs(30);

/// How long a server may be silent before it is taken to be gone, unless the URL says otherwise.
const PEER_TIMEOUT: Duration = Duration::from_secs(30);

/// A server, and how it is reached.
pub struct PgTarget {
    config: Config,
    #[cfg(feature = "tls")]
    tls: Option<tokio_postgres_rustls::MakeRustlsConnect>,
    #[cfg(not(feature = "tls"))]
    tls: Option<std::convert::Infallible>,
}

impl PgTarget {
    #[cfg(feature = "tls")]
    fn new(config: Config) -> Result<Self, DbError> {
        let is_plain = config.get_ssl_mode() == SslMode::Disable;
        let tls = (!is_plain).then(super::tls::connector).transpose()?;
        Ok(Self { config, tls })
    }

    #[cfg(not(feature = "tls"))]
    fn new(config: Config) -> Result<Self, DbError> {
        match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => Ok(Self { config, tls: None }),
            _ => {
                let text = "`sslmode=require` needs the feature `tls` of viewset-actix";
                Err(DbError::new(text, None))
            }
        }
    }
}

impl PgTarget {
    /// How long all of its hosts have to answer.
    fn patience(&self) -> Duration {
        let hosts = u32::try_from(self.config.get_hosts().len().max(1)).unwrap_or(u32::MAX);
        let each = self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        each.saturating_mul(hosts).saturating_add(CONNECT_TIMEOUT)
    }

    /// Asks the server to stop what a connection is doing.
    async fn cancel(&self, running: &CancelToken) -> Result<(), tokio_postgres::Error> {
        match &self.tls {
            #[cfg(feature = "tls")]
            Some(tls) => running.cancel_query(tls.clone()).await,
            _ => running.cancel_query(NoTls).await,
        }
    }
}

/// Connects, and says when the connection has ended.
async fn connected<T>(
    config: &Config,
    tls: T,
    in_flight: &InFlight,
) -> Result<PgConn, Box<dyn StdError + Send + Sync>>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect(tls).await?;
    let ended = in_flight.clone();
    background::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!("a connection to PostgreSQL is lost: {error}");
        }
        ended.lose();
    });
    Ok(PgConn::new(client, in_flight.clone()).await?)
}

/// The indexes of a table with their columns, which are NULL where an index compares otherwise than the column does. One
/// that is not checked at once is none, nor is one of a table that others inherit from.
const UNIQUE_INDEXES: &str = "
    SELECT i.indexrelid::text, CASE WHEN i.indcollation[k.place - 1] = a.attcollation THEN a.attname::text END
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND k.place <= i.indnkeyatts AND (c.relkind = 'p' OR NOT c.relhassubclass) AND c.oid = to_regclass(";

impl DbConnection for PgConn {
    const NAME: &'static str = "PostgreSQL";
    const NULLS_ARE_LEAST: bool = false;
    const ONE_WRITER: bool = false;
    const BELONGS_TO_RUNTIME: bool = true;
    type Backend = Pg;
    type Target = PgTarget;
    type Alone = Shared;

    fn target(url: &str) -> Result<PgTarget, DbError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            let text = "not the URL of a PostgreSQL database: it begins with `postgres://`";
            return Err(DbError::new(text, None));
        }
        // What `require` means here is what libpq calls by its strictest name.
        let parsed = url.replace("sslmode=verify-full", "sslmode=require").parse();
        let mut config: Config = parsed.map_err(|error: tokio_postgres::Error| {
            DbError::new("the URL of the PostgreSQL database cannot be read", Some(error.into()))
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(PEER_TIMEOUT);
        }
        if !url.contains("keepalives_idle") {
            config.keepalives_idle(PEER_TIMEOUT);
        }
        if config.get_hosts().len() > 1 && !url.contains("target_session_attrs") {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if !url.contains("sslmode") {
            config.ssl_mode(SslMode::Disable);
        }
        PgTarget::new(config)
    }

    fn alone(_target: &PgTarget, _turn: Arc<Semaphore>, _wait: Duration) -> Shared {
        Shared::default()
    }

    async fn write_many(&mut self, many: Many<Pg>) -> QueryResult<usize> {
        many.execute(self).await
    }

    async fn unique_indexes(&mut self, table: String) -> QueryResult<Vec<Vec<String>>> {
        let rows = sql::<(Text, Nullable<Text>)>(UNIQUE_INDEXES).bind::<Text, _>(table).sql(")");
        rows.load(self).await.map(collected)
    }

    async fn open(target: &PgTarget) -> Result<(Self, InFlight), DbError> {
        let in_flight = InFlight::default();
        let opened = async {
            match &target.tls {
                #[cfg(feature = "tls")]
                Some(tls) => connected(&target.config, tls.clone(), &in_flight).await,
                _ => connected(&target.config, NoTls, &in_flight).await,
            }
        };
        // The driver's own limit is for the network; a server that takes the connection may still say nothing.
        let opened =
            timeout(target.patience(), opened).await.unwrap_or_else(|late| Err(late.into()));
        let conn =
            opened.map_err(|error| DbError::new("PostgreSQL cannot be reached", Some(error)))?;
        Ok((conn, in_flight))
    }

    async fn begin(&mut self) -> QueryResult<()> {
        Manager::begin_transaction(self).await
    }

    async fn commit(&mut self) -> QueryResult<()> {
        Manager::commit_transaction(self).await
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        networked::rollback(self).await?;
        // One that a user has begun by a text of his own.
        if self.is_begun() { self.batch_execute("ROLLBACK").await } else { Ok(()) }
    }

    async fn tidy(
        &mut self,
        target: &PgTarget,
        in_flight: &InFlight,
        undecided: bool,
    ) -> QueryResult<()> {
        if undecided || self.is_undecided() {
            return Err(diesel::result::Error::BrokenTransactionManager);
        }
        let running = self.cancel_token();
        // What is sent now stands in line behind the statement that still runs.
        let mut rest = pin!(async {
            self.rollback().await?;
            if in_flight.is_idle() { Ok(()) } else { self.batch_execute("").await }
        });
        let rested = match timeout(GRACE, &mut rest).await {
            Ok(rested) => Ok(rested),
            Err(_) => {
                // Where it cannot be stopped it is waited for. What comes later must not be stopped in its place.
                in_flight.retire();
                let _ = timeout(CONNECT_TIMEOUT, target.cancel(&running)).await;
                timeout(REST, rest).await
            }
        };
        rested.map_err(|_| diesel::result::Error::BrokenTransactionManager)??;
        in_flight.forget_running();
        Ok(())
    }

    async fn set_limited(&mut self, limited: bool) -> QueryResult<()> {
        // Whoever gives up in between leaves a limit that somebody takes away, and not one that nobody knows of.
        self.in_flight.set_limited(true);
        self.limit(limited.then_some(shared::PATIENCE)).await?;
        self.in_flight.set_limited(limited);
        Ok(())
    }

    async fn forget_statements(&mut self) -> QueryResult<()> {
        self.forget();
        Ok(())
    }

    fn in_transaction(&mut self) -> bool {
        networked::in_transaction(self) || self.is_begun()
    }

    async fn migrate<S: MigrationSource<Pg> + Send + 'static>(
        &mut self,
        target: &PgTarget,
        migrations: S,
    ) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>> {
        let (conn, _) = Self::open(target).await?;
        networked::migrate(conn, migrations).await
    }

    fn text(value: String) -> Operand<Pg> {
        bind::<_, Text, _>(value)
    }

    fn integer(value: i64) -> Operand<Pg> {
        bind::<_, BigInt, _>(value)
    }

    /// As Django has it: what is no text is compared as one.
    fn like(column: &'static Name<Pg>, pattern: String, case: Case) -> Condition<Pg> {
        let pattern = Self::text(pattern);
        match case {
            Case::Sensitive => {
                Condition::compare(Side::call("CAST(", column, " AS text)"), " LIKE ", pattern, "")
            }
            Case::Insensitive => {
                let side = Side::call("UPPER(CAST(", column, " AS text))");
                Condition::compare(side, " LIKE UPPER(", pattern, ")")
            }
        }
    }

    fn regex(column: &'static Name<Pg>, regex: String, case: Case) -> Condition<Pg> {
        let operator = match case {
            Case::Sensitive => " ~ ",
            Case::Insensitive => " ~* ",
        };
        let side = Side::call("CAST(", column, " AS text)");
        Condition::compare(side, operator, Self::text(regex), "")
    }

    fn date_of(column: &'static Name<Pg>) -> Side<Pg> {
        Side::call("CAST(CAST(", column, " AS date) AS text)")
    }

    fn year_of(column: &'static Name<Pg>) -> Side<Pg> {
        Side::call("CAST(EXTRACT(YEAR FROM ", column, ") AS bigint)")
    }

    fn month_of(column: &'static Name<Pg>) -> Side<Pg> {
        Side::call("CAST(EXTRACT(MONTH FROM ", column, ") AS bigint)")
    }

    fn day_of(column: &'static Name<Pg>) -> Side<Pg> {
        Side::call("CAST(EXTRACT(DAY FROM ", column, ") AS bigint)")
    }
}
