//! MySQL and MariaDB: a pool of connections of diesel-async.

mod run;

use std::error::Error as StdError;
use std::sync::Arc;

use diesel::QueryResult;
use diesel::connection::CacheSize;
use diesel::migration::MigrationSource;
use diesel::mysql::Mysql;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, TransactionManager};
use tokio::sync::Semaphore;

use super::backend::{Case, DbConnection, DbError};
use super::in_flight::{InFlight, Watch};
use super::networked;
use super::sql::{Condition, Name, Operand, Side, bind};

/// The connection of models on MySQL or MariaDB, for diesel-async's `RunQueryDsl`. The URL is
/// `mysql://user:password@host:3306/shop` or `mariadb://…`. Points in time are those of UTC.
pub type MysqlConn = AsyncMysqlConnection;

type Manager = <MysqlConn as diesel_async::AsyncConnection>::TransactionManager;

impl DbConnection for MysqlConn {
    const NAME: &'static str = "MySQL";
    const NULLS_ARE_LEAST: bool = true;
    const ONE_WRITER: bool = false;
    const BELONGS_TO_RUNTIME: bool = true;
    const WRITES_ON_CONDITION: bool = false;
    type Backend = Mysql;
    type Target = String;
    type Writer = ();

    fn target(url: &str) -> Result<String, DbError> {
        let address = url.strip_prefix("mysql://").or_else(|| url.strip_prefix("mariadb://"));
        let wrong =
            || DbError::new("not the URL of a MySQL database: it begins with `mysql://`", None);
        Ok(format!("mysql://{}", address.ok_or_else(wrong)?))
    }

    fn writer(_target: &Self::Target, _turn: Arc<Semaphore>) {}

    async fn open(target: &String) -> Result<(Self, InFlight), DbError> {
        let opened = MysqlConn::establish(target).await;
        let mut conn =
            opened.map_err(|error| DbError::new("MySQL cannot be reached", Some(error.into())))?;
        let in_flight = InFlight::default();
        conn.set_instrumentation(Watch::statements(&in_flight));
        Ok((conn, in_flight))
    }

    async fn begin(&mut self) -> QueryResult<()> {
        Manager::begin_transaction(self).await
    }

    async fn commit(&mut self) -> QueryResult<()> {
        Manager::commit_transaction(self).await
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        networked::rollback(self).await
    }

    async fn tidy(&mut self, in_flight: &InFlight, undecided: bool) -> QueryResult<()> {
        // What is left of an answer would be taken for the next one.
        if undecided || !in_flight.is_clean() {
            return Err(networked::undecided());
        }
        self.rollback().await
    }

    async fn forget_statements(&mut self) -> QueryResult<()> {
        self.set_prepared_statement_cache_size(CacheSize::Disabled);
        self.set_prepared_statement_cache_size(CacheSize::Unbounded);
        Ok(())
    }

    fn in_transaction(&mut self) -> bool {
        networked::in_transaction(self)
    }

    async fn migrate<S: MigrationSource<Mysql> + Send + 'static>(
        &mut self,
        target: &String,
        migrations: S,
    ) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>> {
        networked::migrate(MysqlConn::establish(target).await?, migrations).await
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
            Case::Sensitive => Condition::compare(Side::of(column), " LIKE BINARY ", pattern, ""),
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
