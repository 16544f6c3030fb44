//! Models and databases: the only place that names diesel.
//!
//! [`Model`] is what `#[derive(ModelViewSet)]` implements; [`Db`] is a database with its connections;
//! [`connection`] and [`atomic`] tie them to a request.

mod backend;
mod constraint;
mod db;
mod model;
mod pool;
mod request;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod stored;

pub use crate::serializers::LookupError;
pub use backend::{DbConnection, DbError, InFlight};
pub use db::Db;
pub use model::{Input, Model, Query};
pub use pool::Lease;
pub(crate) use request::Slot;
pub use request::{Connection, atomic, connection};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteConn, Strategy};

pub use ::diesel::migration::Migration;

/// The connection of a model that names none: the embedded SQLite.
#[cfg(feature = "sqlite")]
pub type DefaultConnection = SqliteConn;

/// The backend of a model that names none: the embedded SQLite.
#[cfg(feature = "sqlite")]
pub type DefaultBackend = ::diesel::sqlite::Sqlite;
