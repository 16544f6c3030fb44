//! Reads, on the worker: no statement here takes longer than a trip to another thread.

use std::cell::RefCell;

use diesel::connection::LoadConnection;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::row::{Field, Row as _};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteValue};
use diesel::{QueryResult, SqliteConnection};

use super::statements::{Count, Find, Named, Page, Version};
use crate::json::User;
use crate::moment::Moment;
use crate::page::{PageRequest, PageWriter};
use crate::users::Refusal;

/// A worker's connection.
pub(super) struct Reader(RefCell<State>);

struct State {
    conn: SqliteConnection,
    /// How many users there were, and in which version of the file.
    counted: Option<(i64, i64)>,
}

impl Reader {
    pub(super) fn new(conn: SqliteConnection) -> Self {
        Self(RefCell::new(State { conn, counted: None }))
    }

    pub(super) fn find(&self, id: i32) -> Result<Vec<u8>, Refusal> {
        let found = first(&mut self.0.borrow_mut().conn, Find { id }, |row| {
            with_user(row, |user| user.to_json())
        });
        found.map_err(failed)?.ok_or(Refusal::NoUser)
    }

    pub(super) fn named(&self, username: &str) -> Result<Option<i32>, Refusal> {
        let conn = &mut self.0.borrow_mut().conn;
        let id = first(conn, Named { username }, id);
        id.map_err(failed)
    }

    pub(super) fn page(&self, page: PageRequest<'_>) -> Result<Vec<u8>, Refusal> {
        let mut state = self.0.borrow_mut();
        let mut writer = PageWriter::begin(page, state.count().map_err(failed)?)?;
        let rows = state.conn.load(Page { offset: page.offset() }).map_err(failed)?;
        for row in rows {
            let pushed = row.and_then(|row| with_user(&row, |user| writer.push(user)));
            pushed.map_err(failed)?;
        }
        Ok(writer.finish())
    }
}

impl State {
    /// Counts, unless nobody has committed since it was counted. The version is read first: what is
    /// committed between the two is counted, and counted again next time.
    fn count(&mut self) -> QueryResult<i64> {
        let version = self.number(Version)?;
        if let Some((count, counted)) = self.counted
            && counted == version
        {
            return Ok(count);
        }
        let count = self.number(Count)?;
        self.counted = Some((count, version));
        Ok(count)
    }

    fn number<Q>(&mut self, query: Q) -> QueryResult<i64>
    where
        Q: Query<SqlType = BigInt> + QueryFragment<Sqlite> + QueryId,
    {
        let number = first(&mut self.conn, query, |row| integer(row, 0))?;
        number.ok_or(Error::NotFound)
    }
}

fn failed(error: Error) -> Refusal {
    Refusal::failed(&error)
}

/// A row of the connection's.
pub(super) type Found<'conn, 'query> = <SqliteConnection as LoadConnection>::Row<'conn, 'query>;

/// The first row of a statement, which runs to its end.
pub(super) fn first<'query, Q, T>(
    conn: &mut SqliteConnection,
    query: Q,
    read: impl FnOnce(&Found<'_, 'query>) -> QueryResult<T>,
) -> QueryResult<Option<T>>
where
    Q: Query + QueryFragment<Sqlite> + QueryId + 'query,
    Sqlite: QueryMetadata<Q::SqlType>,
{
    let mut rows = conn.load(query)?;
    let found = rows.next().transpose()?.map(|row| read(&row)).transpose()?;
    // What changes rows has done so for certain only when it has said that there are no more.
    if found.is_some() {
        rows.next().transpose()?;
    }
    Ok(found)
}

/// A column that is an integer.
pub(super) fn integer(row: &Found<'_, '_>, column: usize) -> QueryResult<i64> {
    let field = field(row, column)?;
    Ok(value(&field)?.read_long())
}

pub(super) fn id(row: &Found<'_, '_>) -> QueryResult<i32> {
    i32::try_from(integer(row, 0)?).map_err(|error| Error::DeserializationError(error.into()))
}

/// Reads a row without copying its texts.
pub(super) fn with_user<T>(
    row: &Found<'_, '_>,
    show: impl FnOnce(&User<'_>) -> T,
) -> QueryResult<T> {
    let (username, email, first_name) = (field(row, 1)?, field(row, 2)?, field(row, 3)?);
    let date_joined = field(row, 5)?;
    let (mut username, mut email) = (value(&username)?, value(&email)?);
    let (mut first_name, mut date_joined) = (value(&first_name)?, value(&date_joined)?);
    let date_joined = Moment::from_stored(date_joined.read_text())
        .ok_or_else(|| Error::DeserializationError("`date_joined` is no time".into()))?;
    Ok(show(&User {
        id: id(row)?,
        username: username.read_text(),
        email: email.read_text(),
        first_name: first_name.read_text(),
        is_active: integer(row, 4)? != 0,
        date_joined,
    }))
}

fn field<'row>(row: &'row Found<'_, '_>, column: usize) -> QueryResult<impl Field<'row, Sqlite>> {
    match row.get(column) {
        Some(field) => Ok(field),
        None => Err(Error::NotFound),
    }
}

fn value<'field, 'row>(
    field: &'field impl Field<'row, Sqlite>,
) -> QueryResult<SqliteValue<'field, 'field, 'field>> {
    field.value().ok_or_else(|| Error::DeserializationError("a column is NULL".into()))
}
