//! The users in PostgreSQL: diesel-async's connections in a deadpool pool.

use std::error::Error;

use diesel::prelude::*;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::failure::Failure;
use crate::models::{Changes, NewUser, User, users};
use crate::users::{PAGE_SIZE, Users};

#[derive(Clone)]
pub(crate) struct PostgresUsers(Pool<AsyncPgConnection>);

impl PostgresUsers {
    pub(crate) fn connect(url: &str) -> Result<Self, Box<dyn Error>> {
        Ok(Self(Pool::builder(AsyncDieselConnectionManager::new(url)).build()?))
    }

    async fn connection(&self) -> Result<Object<AsyncPgConnection>, Failure> {
        self.0.get().await.map_err(|error| Failure::Database(error.to_string()))
    }
}

impl Users for PostgresUsers {
    async fn page(&self, number: i64) -> Result<(i64, Vec<User>), Failure> {
        let mut conn = self.connection().await?;
        let count = users::table.count().get_result(&mut conn).await?;
        let rows = users::table
            .select(User::as_select())
            .order(users::id)
            .limit(PAGE_SIZE)
            .offset((number - 1).saturating_mul(PAGE_SIZE))
            .load(&mut conn)
            .await?;
        Ok((count, rows))
    }

    async fn find(&self, id: i32) -> Result<User, Failure> {
        let mut conn = self.connection().await?;
        Ok(users::table.find(id).select(User::as_select()).first(&mut conn).await?)
    }

    async fn is_taken(&self, username: String, except: Option<i32>) -> Result<bool, Failure> {
        let mut conn = self.connection().await?;
        let query = users::table.filter(users::username.eq(username)).select(users::id);
        let found: Option<i32> = query.first(&mut conn).await.optional()?;
        Ok(found.is_some() && found != except)
    }

    async fn insert(&self, user: NewUser) -> Result<User, Failure> {
        let mut conn = self.connection().await?;
        let insert = diesel::insert_into(users::table).values(user);
        Ok(insert.returning(User::as_returning()).get_result(&mut conn).await?)
    }

    async fn update(&self, id: i32, changes: Changes) -> Result<User, Failure> {
        let mut conn = self.connection().await?;
        let update = diesel::update(users::table.find(id)).set(changes);
        Ok(update.returning(User::as_returning()).get_result(&mut conn).await?)
    }

    async fn delete(&self, id: i32) -> Result<(), Failure> {
        let mut conn = self.connection().await?;
        match diesel::delete(users::table.find(id)).execute(&mut conn).await? {
            0 => Err(Failure::NoUser),
            _ => Ok(()),
        }
    }
}
