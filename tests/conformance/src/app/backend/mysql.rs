//! The data on MySQL or MariaDB.

pub(crate) use diesel::sql_types::Datetime as Moment;
pub(crate) use viewset_actix::prelude::MysqlConn as Conn;

pub(crate) const SCHEMA: &str = include_str!("../../../data/schema-mysql.sql");

/// Fills the empty tables; the ids go on behind the last one. `key` is a word of MySQL's own.
pub(crate) fn fill(delete: &str, seed: &str) -> String {
    let counters = ["users", "accounts", "notes", "events"]
        .map(|table| format!("ALTER TABLE {table} AUTO_INCREMENT = 1;"))
        .concat();
    format!("{delete} {} {counters}", seed.replace("tokens (key,", "tokens (`key`,"))
}
