//! The data on SQLite.

pub(crate) use diesel::sql_types::TimestamptzSqlite as Moment;
pub(crate) use viewset_actix::prelude::SqliteConn as Conn;

pub(crate) const SCHEMA: &str = include_str!("../../../data/schema.sql");

/// The columns that hold a point in time.
const TIMES: [(&str, &str); 6] = [
    ("users", "last_login"),
    ("users", "date_joined"),
    ("tokens", "created"),
    ("notes", "created"),
    ("events", "starts_at"),
    ("events", "ends_at"),
];

/// Fills the empty tables, in one transaction. The tables stay, because other connections have statements that
/// were prepared for them.
pub(crate) fn fill(delete: &str, seed: &str) -> String {
    let times = TIMES.map(|(table, column)| in_diesels_spelling(table, column)).concat();
    format!("BEGIN IMMEDIATE; {delete} DELETE FROM sqlite_sequence; {seed} {times} COMMIT;")
}

/// SQLite compares points in time as texts, so the seed's have to be spelled as diesel writes a
/// `DateTime<Utc>`: with an offset, and a fraction of 3, 6 or 9 digits.
fn in_diesels_spelling(table: &str, column: &str) -> String {
    format!(
        "UPDATE {table} SET {column} = CASE WHEN {column} LIKE '%.___000' \
         THEN substr({column}, 1, length({column}) - 3) ELSE {column} END || '+00:00';"
    )
}
