//! A connection and the statements that it has prepared.

use std::error::Error;
use std::slice;

use actix_web::rt;
use tokio::sync::OnceCell;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error as PostgresError, NoTls, RowStream, Statement};

use crate::input::Changes;

pub(super) struct Session {
    client: Client,
    pub(super) find: Statement,
    pub(super) named: Statement,
    pub(super) page: Statement,
    pub(super) insert: Statement,
    pub(super) delete: Statement,
    /// By the columns that are set; each is prepared when it is first wanted.
    updates: [OnceCell<Statement>; 16],
}

impl Session {
    pub(super) async fn open(url: &str) -> Result<Self, Box<dyn Error>> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        rt::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("the connection to PostgreSQL broke: {error}");
            }
        });
        let prepare = async |sql: &str| client.prepare(sql).await;
        Ok(Self {
            find: prepare(
                "SELECT id, username, email, first_name, is_active, date_joined FROM users WHERE id = $1",
            )
            .await?,
            named: prepare("SELECT id FROM users WHERE username = $1").await?,
            page: prepare(
                "SELECT id, username, email, first_name, is_active, date_joined, (SELECT count(*) FROM users) \
                 FROM users ORDER BY id LIMIT 20 OFFSET $1",
            )
            .await?,
            insert: prepare(
                "INSERT INTO users (username, email, first_name, is_active, date_joined) \
                 VALUES ($1, $2, $3, $4, $5) RETURNING id",
            )
            .await?,
            delete: prepare("DELETE FROM users WHERE id = $1").await?,
            updates: Default::default(),
            client,
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// The statement for these changes: the key is its first value, the others follow in the order of the columns.
    pub(super) async fn update(&self, changes: &Changes<'_>) -> Result<&Statement, PostgresError> {
        let columns = changes.columns();
        let cell = &self.updates[usize::from(columns)];
        let prepare = || async {
            let mut sql = String::new();
            let mut number = 1;
            for (bit, column) in Changes::COLUMNS.into_iter().enumerate() {
                if columns & 1 << bit != 0 {
                    number += 1;
                    sql += if sql.is_empty() { "UPDATE users SET " } else { ", " };
                    sql += &format!("{column} = ${number}");
                }
            }
            sql +=
                " WHERE id = $1 RETURNING id, username, email, first_name, is_active, date_joined";
            self.client.prepare(&sql).await
        };
        cell.get_or_try_init(prepare).await
    }

    pub(super) async fn rows(
        &self,
        statement: &Statement,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<RowStream, PostgresError> {
        self.client.query_raw(statement, borrowed(values)).await
    }

    pub(super) async fn execute(
        &self,
        statement: &Statement,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, PostgresError> {
        self.client.execute_raw(statement, borrowed(values)).await
    }
}

fn borrowed<'a>(
    values: &'a [&'a (dyn ToSql + Sync)],
) -> impl ExactSizeIterator<Item = &'a dyn ToSql> {
    let values: slice::Iter<'a, _> = values.iter();
    values.map(|value| *value as _)
}
