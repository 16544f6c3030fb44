//! The data on PostgreSQL.

pub(crate) use diesel::sql_types::Timestamptz as Moment;
pub(crate) use viewset_actix::prelude::PgConn as Conn;

pub(crate) const SCHEMA: &str = include_str!("../../../data/schema-postgres.sql");

/// The tables whose ids are counted.
const COUNTED: [&str; 4] = ["users", "accounts", "notes", "events"];

/// Fills the empty tables. What is sent at once is one transaction.
pub(crate) fn fill(delete: &str, seed: &str) -> String {
    let counters = COUNTED.map(counted_from_the_last).concat();
    // The seed has 0 and 1 for false and true, which an integer column takes and a boolean one does not.
    let as_numbers = |kind: &str, how: &str| {
        let columns = [("users", "is_active"), ("users", "is_staff"), ("events", "is_public")];
        let alter = columns.map(|(table, column)| {
            format!(
                "ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} USING {};",
                how.replace('?', column)
            )
        });
        alter.concat()
    };
    let (before, after) = (as_numbers("integer", "?::integer"), as_numbers("boolean", "? <> 0"));
    format!("{delete} {before} {seed} {after} {counters}")
}

fn counted_from_the_last(table: &str) -> String {
    format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table};")
}
