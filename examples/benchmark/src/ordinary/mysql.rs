//! The users in MySQL or MariaDB: as in PostgreSQL, but for what is read again, since diesel's MySQL has no RETURNING.

use std::error::Error;

use diesel::prelude::*;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncMysqlConnection, RunQueryDsl};

use crate::failure::Failure;
use crate::models::{Changes, NewUser, User, users};
use crate::users::{PAGE_SIZE, Users};

#[diesel::declare_sql_function]
extern "SQL" {
    fn last_insert_id() -> diesel::sql_types::BigInt;
}

#[derive(Clone)]
pub(crate) struct MysqlUsers(Pool<AsyncMysqlConnection>);

impl MysqlUsers {
    pub(crate) fn connect(url: &str) -> Result<Self, Box<dyn Error>> {
        Ok(Self(Pool::builder(AsyncDieselConnectionManager::new(url)).build()?))
    }

    async fn connection(&self) -> Result<Object<AsyncMysqlConnection>, Failure> {
        self.0.get().await.map_err(|error| Failure::Database(error.to_string()))
    }
}

async fn find(conn: &mut AsyncMysqlConnection, id: i32) -> Result<User, Failure> {
    Ok(users::table.find(id).select(User::as_select()).first(conn).await?)
}

impl Users for MysqlUsers {
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
        find(&mut *self.connection().await?, id).await
    }

    async fn is_taken(&self, username: String, except: Option<i32>) -> Result<bool, Failure> {
        let mut conn = self.connection().await?;
        let query = users::table.filter(users::username.eq(username)).select(users::id);
        let found: Option<i32> = query.first(&mut conn).await.optional()?;
        Ok(found.is_some() && found != except)
    }

    async fn insert(&self, user: NewUser) -> Result<User, Failure> {
        let mut conn = self.connection().await?;
        diesel::insert_into(users::table).values(user).execute(&mut conn).await?;
        let id: i64 = diesel::select(last_insert_id()).get_result(&mut conn).await?;
        let id = i32::try_from(id).map_err(|error| Failure::Database(error.to_string()))?;
        find(&mut conn, id).await
    }

    async fn update(&self, id: i32, changes: Changes) -> Result<User, Failure> {
        let mut conn = self.connection().await?;
        diesel::update(users::table.find(id)).set(changes).execute(&mut conn).await?;
        find(&mut conn, id).await
    }

    async fn delete(&self, id: i32) -> Result<(), Failure> {
        let mut conn = self.connection().await?;
        match diesel::delete(users::table.find(id)).execute(&mut conn).await? {
            0 => Err(Failure::NoUser),
            _ => Ok(()),
        }
    }
}
