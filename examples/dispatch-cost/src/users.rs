//! The API of users on SQLite, as a viewset and by hand: the same checks, the same statements, the same answers.

pub(crate) mod by_hand;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use viewset_actix::prelude::*;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
        email -> Text,
        first_name -> Text,
        is_active -> Bool,
        date_joined -> Timestamp,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(ordering = [id])]
pub(crate) struct User {
    id: i32,
    #[field(max_length = 150, unique)]
    username: String,
    #[field(email, max_length = 254)]
    email: String,
    #[field(max_length = 150, allow_blank, default = "")]
    first_name: String,
    #[field(default = true)]
    is_active: bool,
    #[field(read_only, default = Utc::now().naive_utc())]
    date_joined: NaiveDateTime,
}

pub(crate) struct UserViewSet;

#[viewset(model = User, pagination_class = PageNumberPagination::of(20))]
impl UserViewSet {}

/// A thousand users in a file.
const USERS: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE users (
        id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL UNIQUE, email TEXT NOT NULL,
        first_name TEXT NOT NULL DEFAULT '', is_active BOOL NOT NULL DEFAULT TRUE, date_joined TEXT NOT NULL
    );
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO users (username, email, date_joined)
        SELECT 'user-' || i, 'user-' || i || '@example.com', '2026-01-02 03:04:05.678901' FROM n;";

/// Makes a new file with the users.
pub(crate) fn create(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    create_with(path, USERS)
}

/// Makes a new file by these statements.
pub(crate) fn create_with(
    path: &std::path::Path,
    sql: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        if std::fs::exists(&file)? {
            std::fs::remove_file(file)?;
        }
    }
    SqliteConnection::establish(&path.display().to_string())?.batch_execute(sql)?;
    Ok(())
}
