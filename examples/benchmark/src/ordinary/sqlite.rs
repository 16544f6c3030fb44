//! The users in SQLite: diesel's connections in an r2d2 pool, asked on actix-web's blocking threads.

use std::error::Error;

use actix_web::web;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as R2d2Error, Pool};

use crate::failure::Failure;
use crate::models::{Changes, NewUser, User, users};
use crate::users::{PAGE_SIZE, Users};

#[derive(Clone)]
pub(crate) struct SqliteUsers(Pool<ConnectionManager<SqliteConnection>>);

#[derive(Debug)]
struct Setup;

impl CustomizeConnection<SqliteConnection, R2d2Error> for Setup {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), R2d2Error> {
        conn.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
             PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
        )
        .map_err(R2d2Error::QueryError)
    }
}

impl SqliteUsers {
    pub(crate) fn open(path: &str) -> Result<Self, Box<dyn Error>> {
        let manager = ConnectionManager::new(path);
        Ok(Self(Pool::builder().connection_customizer(Box::new(Setup)).build(manager)?))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let pool = self.0.clone();
        let done = web::block(move || {
            let mut conn = pool.get().map_err(|error| Failure::Database(error.to_string()))?;
            Ok(work(&mut conn)?)
        });
        done.await.map_err(|error| Failure::Database(error.to_string()))?
    }
}

impl Users for SqliteUsers {
    async fn page(&self, number: i64) -> Result<(i64, Vec<User>), Failure> {
        self.run(move |conn| {
            let count = users::table.count().get_result(conn)?;
            let rows = users::table
                .select(User::as_select())
                .order(users::id)
                .limit(PAGE_SIZE)
                .offset((number - 1).saturating_mul(PAGE_SIZE))
                .load(conn)?;
            Ok((count, rows))
        })
        .await
    }

    async fn find(&self, id: i32) -> Result<User, Failure> {
        self.run(move |conn| users::table.find(id).select(User::as_select()).first(conn)).await
    }

    async fn is_taken(&self, username: String, except: Option<i32>) -> Result<bool, Failure> {
        self.run(move |conn| {
            let found: Option<i32> = users::table
                .filter(users::username.eq(username))
                .select(users::id)
                .first(conn)
                .optional()?;
            Ok(found.is_some() && found != except)
        })
        .await
    }

    async fn insert(&self, user: NewUser) -> Result<User, Failure> {
        self.run(move |conn| {
            diesel::insert_into(users::table)
                .values(user)
                .returning(User::as_returning())
                .get_result(conn)
        })
        .await
    }

    async fn update(&self, id: i32, changes: Changes) -> Result<User, Failure> {
        self.run(move |conn| {
            diesel::update(users::table.find(id))
                .set(changes)
                .returning(User::as_returning())
                .get_result(conn)
        })
        .await
    }

    async fn delete(&self, id: i32) -> Result<(), Failure> {
        let deleted =
            self.run(move |conn| diesel::delete(users::table.find(id)).execute(conn)).await?;
        if deleted == 0 { Err(Failure::NoUser) } else { Ok(()) }
    }
}
