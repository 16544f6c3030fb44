//! Models and databases: the only place that names diesel.
//!
//! [`Model`] is what `#[derive(ModelViewSet)]` implements; [`Db`] is a database with its connections;
//! [`connection`] and [`atomic`] tie them to a request.

mod backend;
mod column;
mod constraint;
mod db;
mod model;
mod pool;
mod request;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
#[cfg(feature = "sqlite")]
mod stored;
mod window;

pub use crate::serializers::LookupError;
pub use backend::{Case, DbConnection, DbError, InFlight};
pub(crate) use column::same;
pub use column::{
    Backend, Column, Exists, FieldAt, Given, HeldBy, Key, NoName, RelationAt, field_index,
};
pub(crate) use constraint::error_of_write;
pub use db::Db;
pub use model::{Input, Model, Query};
pub use pool::Lease;
pub(crate) use request::Slot;
pub use request::{Connection, atomic, connection};
pub use sql::{Condition, Name, Operand, Ordering, Relation, Side, Sort, Step, bind};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteConn, Strategy};
pub use statement::{Insert, Update};
pub use window::{Choose, Fetched, Slice, Window, run};

pub use ::diesel::migration::Migration;

/// The connection of a model that names none: the embedded SQLite.
#[cfg(feature = "sqlite")]
pub type DefaultConnection = SqliteConn;

/// The backend of a model that names none: the embedded SQLite.
#[cfg(feature = "sqlite")]
pub type DefaultBackend = ::diesel::sqlite::Sqlite;
