//! A connection and the statements that it has prepared.

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Statement};

use crate::input::Changes;

pub(super) struct Session {
    pub(super) conn: Conn,
    pub(super) statements: Statements,
}

pub(super) struct Statements {
    pub(super) find: Statement,
    pub(super) named: Statement,
    pub(super) page: Statement,
    pub(super) insert: Statement,
    pub(super) delete: Statement,
    /// By the columns that are set; each is prepared when it is first wanted.
    updates: [Option<Statement>; 16],
}

impl Session {
    pub(super) async fn open(url: &str) -> Result<Self, Error> {
        let mut conn = Conn::from_url(url).await?;
        let statements = Statements {
            find: conn
                .prep("SELECT id, username, email, first_name, is_active, date_joined FROM users WHERE id = ?")
                .await?,
            named: conn.prep("SELECT id FROM users WHERE username = ?").await?,
            page: conn
                .prep(
                    "SELECT id, username, email, first_name, is_active, date_joined, (SELECT COUNT(*) FROM users) \
                     FROM users ORDER BY id LIMIT 20 OFFSET ?",
                )
                .await?,
            insert: conn
                .prep(
                    "INSERT INTO users (username, email, first_name, is_active, date_joined) \
                     VALUES (?, ?, ?, ?, ?)",
                )
                .await?,
            delete: conn.prep("DELETE FROM users WHERE id = ?").await?,
            updates: Default::default(),
        };
        Ok(Self { conn, statements })
    }

    /// The statement for these changes: their values in the order of the columns, and the key at last.
    pub(super) async fn update(&mut self, changes: &Changes<'_>) -> Result<Statement, Error> {
        let columns = changes.columns();
        let slot = &mut self.statements.updates[usize::from(columns)];
        if let Some(statement) = slot {
            return Ok(statement.clone());
        }
        let mut sql = String::new();
        for (bit, column) in Changes::COLUMNS.into_iter().enumerate() {
            if columns & 1 << bit != 0 {
                sql += if sql.is_empty() { "UPDATE users SET " } else { ", " };
                sql += column;
                sql += " = ?";
            }
        }
        let statement = self.conn.prep(sql + " WHERE id = ?").await?;
        Ok(slot.insert(statement).clone())
    }
}
