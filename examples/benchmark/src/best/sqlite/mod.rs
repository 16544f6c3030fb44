//! The users in SQLite: each worker reads on a connection of its own, at once; one thread of the process writes.

mod mailbox;
mod reader;
mod statements;
mod writer;

use std::error::Error;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};

use crate::input::{Changes, NewUser};
use crate::json::User;
use crate::moment::Moment;
use crate::page::PageRequest;
use crate::users::{Open, Refusal, Users};

use mailbox::Mailbox;
use reader::Reader;
use writer::{Outcome, OwnedChanges, Work, Writer};

const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// The file, and the thread that writes to it.
#[derive(Clone)]
pub(crate) struct Database {
    path: String,
    writer: Writer,
}

impl Database {
    pub(crate) fn open(path: String) -> Result<Self, Box<dyn Error>> {
        let writer = Writer::start(connect(&path)?)?;
        Ok(Self { path, writer })
    }
}

impl Open for Database {
    type Users = SqliteUsers;

    async fn users(&self) -> Result<SqliteUsers, Box<dyn Error>> {
        let reader = Reader::new(connect(&self.path)?);
        Ok(SqliteUsers { reader, writer: self.writer.clone(), mailbox: Mailbox::open() })
    }
}

fn connect(path: &str) -> Result<SqliteConnection, Box<dyn Error>> {
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(SETUP)?;
    Ok(conn)
}

/// What a worker has.
pub(crate) struct SqliteUsers {
    reader: Reader,
    writer: Writer,
    mailbox: Mailbox,
}

impl SqliteUsers {
    async fn write(&self, work: Work) -> Result<Outcome, Refusal> {
        let (address, answer) = self.mailbox.expect();
        self.writer.submit(work, address);
        // Nobody drops the sender but a writer that ended.
        answer.await.unwrap_or(Err(Refusal::Failed))
    }
}

impl Users for SqliteUsers {
    async fn page(&self, page: PageRequest<'_>) -> Result<Vec<u8>, Refusal> {
        self.reader.page(page)
    }

    async fn find(&self, id: i32) -> Result<Vec<u8>, Refusal> {
        self.reader.find(id)
    }

    async fn insert(&self, user: NewUser<'_>) -> Result<Vec<u8>, Refusal> {
        let NewUser { username, email, first_name, is_active, date_joined } = user;
        let date_joined = Moment::of(date_joined);
        let work = Work::Insert {
            username: username.into(),
            email: email.into(),
            first_name: first_name.into(),
            is_active,
            date_joined: date_joined.stored(),
        };
        match self.write(work).await? {
            Outcome::Inserted(id) => {
                Ok(User { id, username, email, first_name, is_active, date_joined }.to_json())
            }
            Outcome::Updated(_) | Outcome::Deleted => Err(Refusal::Failed),
        }
    }

    async fn update(&self, id: i32, changes: Changes<'_>) -> Result<Vec<u8>, Refusal> {
        let columns = changes.columns();
        let Changes { username, email, first_name, is_active } = changes;
        let changes = OwnedChanges {
            columns,
            username: username.map(Into::into),
            email: email.map(Into::into),
            first_name: first_name.map(Into::into),
            is_active,
        };
        match self.write(Work::Update { id, changes }).await? {
            Outcome::Updated(row) => Ok(row),
            Outcome::Inserted(_) | Outcome::Deleted => Err(Refusal::Failed),
        }
    }

    async fn delete(&self, id: i32) -> Result<(), Refusal> {
        self.write(Work::Delete { id }).await.map(drop)
    }

    async fn named(&self, username: &str) -> Result<Option<i32>, Refusal> {
        self.reader.named(username)
    }
}
