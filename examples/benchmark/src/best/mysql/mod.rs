//! The users in MySQL or MariaDB: a few connections a worker, since a connection answers one statement after another.

mod pool;
mod session;

use std::error::Error;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Row, Value};

use crate::input::{Changes, NewUser};
use crate::json::User;
use crate::moment::Moment;
use crate::page::{PageRequest, PageWriter};
use crate::users::{Open, Refusal, Users};

use pool::Pool;
use session::Session;

/// The address of a database.
#[derive(Clone)]
pub(crate) struct Database(pub(crate) String);

impl Open for Database {
    type Users = MysqlUsers;

    async fn users(&self) -> Result<MysqlUsers, Box<dyn Error>> {
        Ok(MysqlUsers(Pool::new(self.0.clone())))
    }
}

/// What a worker has.
pub(crate) struct MysqlUsers(Pool);

/// MySQL's number for a value that a unique index has already.
const DUPLICATE_ENTRY: u16 = 1062;

type Answered<T> = Result<T, mysql_async::Error>;

fn refusal(error: &mysql_async::Error) -> Refusal {
    match error {
        mysql_async::Error::Server(error) if error.code == DUPLICATE_ENTRY => Refusal::Taken,
        error => Refusal::failed(error),
    }
}

fn with_user<T>(row: &Row, show: impl FnOnce(&User<'_>) -> T) -> Result<T, Refusal> {
    let text = |column| match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => str::from_utf8(bytes).map_err(|error| Refusal::failed(&error)),
        _ => Err(Refusal::Failed),
    };
    let Some(Value::Date(year, month, day, hour, minute, second, micros)) = row.as_ref(5) else {
        return Err(Refusal::Failed);
    };
    Ok(show(&User {
        id: i32::try_from(integer(row, 0)?).map_err(|error| Refusal::failed(&error))?,
        username: text(1)?,
        email: text(2)?,
        first_name: text(3)?,
        is_active: integer(row, 4)? != 0,
        date_joined: Moment::from_parts(
            [
                *year,
                (*month).into(),
                (*day).into(),
                (*hour).into(),
                (*minute).into(),
                (*second).into(),
            ],
            *micros,
        ),
    }))
}

fn integer(row: &Row, column: usize) -> Result<i64, Refusal> {
    match row.as_ref(column) {
        Some(Value::Int(number)) => Ok(*number),
        _ => Err(Refusal::Failed),
    }
}

async fn find(session: &mut Session, id: i32) -> Answered<Option<Row>> {
    let Session { conn, statements } = session;
    conn.exec_first(&statements.find, (id,)).await
}

impl Users for MysqlUsers {
    /// The number of all users comes with each row: one statement is cheaper than two.
    async fn page(&self, page: PageRequest<'_>) -> Result<Vec<u8>, Refusal> {
        let rows = self.0.run(async |Session { conn, statements }: &mut Session| {
            conn.exec::<Row, _, _>(&statements.page, (page.offset(),)).await
        });
        let rows = rows.await.map_err(|error| refusal(&error))?;
        let count = rows.first().map_or(Ok(0), |row| integer(row, 6))?;
        let mut writer = PageWriter::begin(page, count)?;
        for row in &rows {
            with_user(row, |user| writer.push(user))?;
        }
        Ok(writer.finish())
    }

    async fn find(&self, id: i32) -> Result<Vec<u8>, Refusal> {
        let row = self.0.run(async |session: &mut Session| find(session, id).await).await;
        let row = row.map_err(|error| refusal(&error))?.ok_or(Refusal::NoUser)?;
        with_user(&row, |user| user.to_json())
    }

    async fn insert(&self, user: NewUser<'_>) -> Result<Vec<u8>, Refusal> {
        let NewUser { username, email, first_name, is_active, date_joined } = user;
        let date_joined = Moment::of(date_joined);
        let values = (username, email, first_name, is_active, date_joined.stored());
        let id = self.0.run(async |Session { conn, statements }: &mut Session| {
            conn.exec_drop(&statements.insert, values).await?;
            Ok(conn.last_insert_id())
        });
        let id = id.await.map_err(|error| refusal(&error))?;
        let id = id.and_then(|id| i32::try_from(id).ok()).ok_or(Refusal::Failed)?;
        Ok(User { id, username, email, first_name, is_active, date_joined }.to_json())
    }

    /// What the other columns hold has to be read: MySQL's UPDATE returns nothing.
    async fn update(&self, id: i32, changes: Changes<'_>) -> Result<Vec<u8>, Refusal> {
        let Changes { username, email, first_name, is_active } = changes;
        let mut values: Vec<Value> = Vec::with_capacity(5);
        values.extend([username, email, first_name].into_iter().flatten().map(Value::from));
        values.extend(is_active.map(Value::from));
        values.push(id.into());
        let row = self.0.run(async |session: &mut Session| {
            let update = session.update(&changes).await?;
            session.conn.exec_drop(&update, values).await?;
            find(session, id).await
        });
        let row = row.await.map_err(|error| refusal(&error))?.ok_or(Refusal::NoUser)?;
        with_user(&row, |user| user.to_json())
    }

    async fn delete(&self, id: i32) -> Result<(), Refusal> {
        let deleted = self.0.run(async |Session { conn, statements }: &mut Session| {
            conn.exec_drop(&statements.delete, (id,)).await?;
            Ok(conn.affected_rows())
        });
        match deleted.await {
            Ok(0) => Err(Refusal::NoUser),
            Ok(_) => Ok(()),
            Err(error) => Err(refusal(&error)),
        }
    }

    async fn named(&self, username: &str) -> Result<Option<i32>, Refusal> {
        let found = self.0.run(async |Session { conn, statements }: &mut Session| {
            conn.exec_first(&statements.named, (username,)).await
        });
        found.await.map_err(|error| refusal(&error))
    }
}
