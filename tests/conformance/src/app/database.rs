//! The seeded state: how it is made, and how a running server comes back to it.

use diesel::connection::SimpleConnection as _;
use diesel::result::Error;
use viewset_actix::prelude::{Db, Result};

const SCHEMA: &str = include_str!("../../data/schema.sql");
const SEED: &str = include_str!("../../data/seed.sql");

/// Those that refer to others come first.
const TABLES: [&str; 5] = ["tokens", "accounts", "notes", "events", "users"];

/// The columns that hold a point in time.
const TIMES: [(&str, &str); 6] = [
    ("users", "last_login"),
    ("users", "date_joined"),
    ("tokens", "created"),
    ("notes", "created"),
    ("events", "starts_at"),
    ("events", "ends_at"),
];

/// Makes the tables anew and fills them.
pub(super) async fn create(db: &Db) -> Result<()> {
    let drop = TABLES.map(|table| format!("DROP TABLE IF EXISTS {table};")).concat();
    db.batch_execute(&format!("{drop} {SCHEMA}")).await?;
    reset(db).await
}

/// Brings every row and every id counter back, in one transaction. The tables stay, because other
/// connections have statements that were prepared for them.
pub(super) async fn reset(db: &Db) -> Result<()> {
    let delete = TABLES.map(|table| format!("DELETE FROM {table};")).concat();
    let times = TIMES.map(|(table, column)| in_diesels_spelling(table, column)).concat();
    let script = format!("{delete} DELETE FROM sqlite_sequence; {SEED} {times}");
    let mut conn = db.connection().await?;
    let run = conn.spawn_blocking(move |conn| {
        conn.immediate_transaction::<_, Error, _>(|conn| conn.batch_execute(&script))
    });
    Ok(run.await?)
}

/// SQLite compares points in time as texts, so the seed's have to be spelled as diesel writes a
/// `DateTime<Utc>`: with an offset, and a fraction of 3, 6 or 9 digits.
fn in_diesels_spelling(table: &str, column: &str) -> String {
    format!(
        "UPDATE {table} SET {column} = CASE WHEN {column} LIKE '%.___000' \
         THEN substr({column}, 1, length({column}) - 3) ELSE {column} END || '+00:00';"
    )
}
