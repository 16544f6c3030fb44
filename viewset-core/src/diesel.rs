//! Models and databases: the only place that names diesel.
//!
//! [`Model`] is what `#[derive(ModelViewSet)]` implements; [`Db`] is a database with its connections;
//! [`connection`] and [`atomic`] tie them to a request.

mod backend;
mod brief;
mod column;
mod constraint;
mod db;
mod find;
mod fixed;
mod gather;
mod in_flight;
mod model;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod networked;
mod operand;
mod plain;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod purpose;
mod regexes;
mod request;
mod run;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod shown;
mod statement;
mod stored;
#[cfg(all(feature = "tls", any(feature = "postgres", feature = "mysql")))]
mod tls;
mod trouble;
mod unique;
#[cfg(feature = "sqlite")]
mod wait;
#[cfg(feature = "sqlite")]
mod watch;
mod window;
mod words;

pub use crate::serializers::LookupError;
pub use backend::{Case, DbConnection, DbError};
pub(crate) use brief::{Read, briefly};
pub(crate) use column::same;
pub use column::{
    Backend, Column, Exists, FieldAt, Given, HeldBy, Key, NoName, RelationAt, assert_key,
    assert_shown, field_index, is_in_set, refers_to,
};
pub(crate) use constraint::{error_of_write, is_deadlock, is_refusal, is_there};
pub use db::{Database, PoolOptions};
pub use find::{ByKey, DeleteByKey, Find, find_sql};
pub use fixed::{Fixed, OnceText, Selection, quoted, sql_of};
pub use gather::{Gather, GatherFrom};
pub use in_flight::InFlight;
pub use model::{Input, Model, Query};
#[cfg(feature = "mysql")]
pub use mysql::{MysqlConn, MysqlField, MysqlRow, MysqlRows, MysqlTarget};
pub use operand::{Binds, Operand, Plain, bind, bind_key};
pub use pool::Lease;
#[cfg(feature = "postgres")]
pub use postgres::{PgConn, PgField, PgRow, PgRows, PgTarget, Shared};
pub(crate) use regexes::is_regex;
pub use request::{Connection, atomic, connection};
pub(crate) use request::{Use, database};
pub use run::{Delete, FindRow, Load, LoadWindow, Store, Via};
pub use shown::{SendsShown, ShowRow, ShownList, ShownRow, list_of, show_column, show_column_with};
pub use sql::{Condition, Name, Ordering, Relation, Side, Sort, Step};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteConn, SqliteRows, SqliteTarget, SqliteTransactions, Writer};
pub use statement::{Many, Returning, Write};
pub(crate) use unique::Unique;
pub use window::{Choose, Fetched, RowCount, Slice, Window};

pub use ::diesel::migration::Migration;

/// The connection of a model that names none: SQLite's, or without it that of the one database there is.
#[cfg(feature = "sqlite")]
pub type DefaultConnection = SqliteConn;

/// The connection of a model that names none.
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
pub type DefaultConnection = PgConn;

/// The connection of a model that names none.
#[cfg(all(feature = "mysql", not(any(feature = "sqlite", feature = "postgres"))))]
pub type DefaultConnection = MysqlConn;

/// The backend of a model that names no connection.
pub type DefaultBackend = <DefaultConnection as DbConnection>::Backend;

/// The database of models that name no connection: `Db::connect("sqlite://shop.db").await?`.
pub type Db = Database<DefaultConnection>;

/// A SQLite database, where it is not the only one.
#[cfg(feature = "sqlite")]
pub type SqliteDb = Database<SqliteConn>;

/// A PostgreSQL database.
#[cfg(feature = "postgres")]
pub type PgDb = Database<PgConn>;

/// A MySQL or MariaDB database.
#[cfg(feature = "mysql")]
pub type MysqlDb = Database<MysqlConn>;
