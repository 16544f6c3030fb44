//! The users in PostgreSQL: one connection a worker reads, on which the statements of all requests follow each other
//! without waiting for answers. Writes wait for the disk, one after another on a connection, so they have more.

mod session;
mod values;

use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;

use futures_util::{TryStreamExt as _, pin_mut};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use crate::input::{Changes, NewUser};
use crate::json::User;
use crate::moment::Moment;
use crate::page::{PageRequest, PageWriter};
use crate::users::{Open, Refusal, Users};

use session::Session;
use values::Timestamp;

/// The address of a database.
#[derive(Clone)]
pub(crate) struct Database(pub(crate) String);

impl Open for Database {
    type Users = PostgresUsers;

    async fn users(&self) -> Result<PostgresUsers, Box<dyn Error>> {
        let mut sessions = Vec::with_capacity(1 + WRITERS);
        for _ in 0..=WRITERS {
            sessions.push(Rc::new(Session::open(&self.0).await?));
        }
        Ok(PostgresUsers { url: self.0.clone(), sessions: RefCell::new(sessions) })
    }
}

/// Connections a worker that write.
const WRITERS: usize = 8;

/// What a worker has.
pub(crate) struct PostgresUsers {
    url: String,
    /// The first is for reads. A request holds the one that it uses.
    sessions: RefCell<Vec<Rc<Session>>>,
}

/// Values for a statement.
type Values<'a> = [&'a (dyn ToSql + Sync)];

impl PostgresUsers {
    async fn reader(&self) -> Result<Rc<Session>, Refusal> {
        self.session(0).await
    }

    /// The connection with the fewest statements under way.
    async fn writer(&self) -> Result<Rc<Session>, Refusal> {
        let place = {
            let sessions = self.sessions.borrow();
            (1..sessions.len()).min_by_key(|place| Rc::strong_count(&sessions[*place]))
        };
        self.session(place.unwrap_or_default()).await
    }

    /// A connection; another one if the database has closed it.
    async fn session(&self, place: usize) -> Result<Rc<Session>, Refusal> {
        let session = self.sessions.borrow()[place].clone();
        if !session.is_closed() {
            return Ok(session);
        }
        let opened = Session::open(&self.url).await;
        let session = Rc::new(opened.map_err(|error| Refusal::failed(&*error))?);
        self.sessions.borrow_mut()[place] = session.clone();
        Ok(session)
    }
}

/// The one row of a statement, read by `read`.
async fn first<T>(
    session: &Session,
    statement: &Statement,
    values: &Values<'_>,
    read: impl FnOnce(&Row) -> Result<T, tokio_postgres::Error>,
) -> Result<Option<T>, Refusal> {
    let row = async {
        let rows = session.rows(statement, values).await?;
        pin_mut!(rows);
        let found = rows.try_next().await?;
        // An error, such as that of a deferred constraint, may come after the row.
        if found.is_some() {
            rows.try_next().await?;
        }
        found.as_ref().map(read).transpose()
    };
    row.await.map_err(|error| refusal(&error))
}

fn refusal(error: &tokio_postgres::Error) -> Refusal {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => Refusal::Taken,
        _ => Refusal::failed(error),
    }
}

fn with_user<T>(row: &Row, show: impl FnOnce(&User<'_>) -> T) -> Result<T, tokio_postgres::Error> {
    let Timestamp(date_joined) = row.try_get(5)?;
    Ok(show(&User {
        id: row.try_get(0)?,
        username: row.try_get(1)?,
        email: row.try_get(2)?,
        first_name: row.try_get(3)?,
        is_active: row.try_get(4)?,
        date_joined: Moment::of(date_joined),
    }))
}

impl Users for PostgresUsers {
    /// The number of all users comes with each row: one statement is cheaper than two.
    async fn page(&self, page: PageRequest<'_>) -> Result<Vec<u8>, Refusal> {
        let session = self.reader().await?;
        let written = async {
            let rows = session.rows(&session.page, &[&page.offset()]).await?;
            pin_mut!(rows);
            let mut writer = None;
            while let Some(row) = rows.try_next().await? {
                let writer = match &mut writer {
                    Some(writer) => writer,
                    None => match PageWriter::begin(page, row.try_get(6)?) {
                        Ok(begun) => writer.insert(begun),
                        Err(refusal) => return Ok(Err(refusal)),
                    },
                };
                with_user(&row, |user| writer.push(user))?;
            }
            Ok(match writer {
                Some(writer) => Ok(writer.finish()),
                None => PageWriter::begin(page, 0).map(PageWriter::finish),
            })
        };
        written.await.map_err(|error| refusal(&error))?
    }

    async fn find(&self, id: i32) -> Result<Vec<u8>, Refusal> {
        let session = self.reader().await?;
        let read = |row: &Row| with_user(row, |user| user.to_json());
        first(&session, &session.find, &[&id], read).await?.ok_or(Refusal::NoUser)
    }

    async fn insert(&self, user: NewUser<'_>) -> Result<Vec<u8>, Refusal> {
        let NewUser { username, email, first_name, is_active, date_joined } = user;
        let session = self.writer().await?;
        let values: &Values<'_> =
            &[&username, &email, &first_name, &is_active, &Timestamp(date_joined)];
        let id = first(&session, &session.insert, values, |row| row.try_get(0)).await?;
        let id = id.ok_or(Refusal::Failed)?;
        let date_joined = Moment::of(date_joined);
        Ok(User { id, username, email, first_name, is_active, date_joined }.to_json())
    }

    async fn update(&self, id: i32, changes: Changes<'_>) -> Result<Vec<u8>, Refusal> {
        let session = self.writer().await?;
        let statement = session.update(&changes).await.map_err(|error| refusal(&error))?;
        let Changes { username, email, first_name, is_active } = &changes;
        let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(5);
        values.push(&id);
        for text in [username, email, first_name] {
            values.extend(text.as_ref().map(|text| text as &(dyn ToSql + Sync)));
        }
        values.extend(is_active.as_ref().map(|value| value as &(dyn ToSql + Sync)));
        let read = |row: &Row| with_user(row, |user| user.to_json());
        first(&session, statement, &values, read).await?.ok_or(Refusal::NoUser)
    }

    async fn delete(&self, id: i32) -> Result<(), Refusal> {
        let session = self.writer().await?;
        match session.execute(&session.delete, &[&id]).await {
            Ok(0) => Err(Refusal::NoUser),
            Ok(_) => Ok(()),
            Err(error) => Err(refusal(&error)),
        }
    }

    async fn named(&self, username: &str) -> Result<Option<i32>, Refusal> {
        let session = self.reader().await?;
        first(&session, &session.named, &[&username], |row| row.try_get(0)).await
    }
}
