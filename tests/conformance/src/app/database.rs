//! The seeded state: how it is made, and how a running server comes back to it.

use viewset_actix::diesel::DbError;

use super::Database;
use super::backend::{SCHEMA, fill};

const SEED: &str = include_str!("../../data/seed.sql");

/// Those that refer to others come first.
const TABLES: [&str; 5] = ["tokens", "accounts", "notes", "events", "users"];

/// Makes the tables anew and fills them.
pub(super) async fn create(db: &Database) -> Result<(), DbError> {
    let drop = TABLES.map(|table| format!("DROP TABLE IF EXISTS {table};")).concat();
    db.batch_execute(&format!("{drop} {SCHEMA}")).await?;
    reset(db).await
}

/// Brings every row and every id counter back.
pub(super) async fn reset(db: &Database) -> Result<(), DbError> {
    let delete = TABLES.map(|table| format!("DELETE FROM {table};")).concat();
    db.batch_execute(&fill(&delete, SEED)).await
}
