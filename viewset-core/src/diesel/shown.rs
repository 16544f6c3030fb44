//! Rows on their way from the database into a response: each is written as JSON while it is read. No value of it is ever
//! a value of Rust's, unless it is shown otherwise than it is stored.

use std::cell::RefCell;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSqlRow};
use diesel::result::UnexpectedEndOfRow;
use diesel::row::{Field as _, Row};

use crate::renderers::RawJson;
use crate::renderers::json::write_json;
use crate::serializers::{FieldValue, Represented, Shown};

use super::window::Fetched;

/// A serializer that shows the columns of a row, which have the SQL types `ST`, one after another. Implemented by the
/// derives.
pub trait ShowRow<ST, DB: Backend> {
    /// Writes a row.
    ///
    /// # Errors
    ///
    /// A value that a field cannot have, or JSON cannot express.
    fn show_row<'a>(row: &impl Row<'a, DB>, out: &mut Vec<u8>) -> deserialize::Result<()>;
}

/// A row, written by the serializer `S`.
#[derive(Debug)]
pub struct ShownRow<S>(Vec<u8>, PhantomData<fn() -> S>);

impl<S> ShownRow<S> {
    /// The row on its own.
    #[must_use]
    pub fn into_json(mut self) -> RawJson {
        RawJson::from_bytes(std::mem::take(&mut self.0))
    }
}

/// Hands its buffer on to the next row.
impl<S> Drop for ShownRow<S> {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.0);
        if (1..=LONG).contains(&buffer.capacity()) {
            buffer.clear();
            SPARE.with_borrow_mut(|spare| {
                if spare.len() < MANY {
                    spare.push(buffer);
                }
            });
        }
    }
}

/// How long a row is guessed to be, and from which length on its buffer is not kept.
const LENGTH: usize = 256;
const LONG: usize = 4096;

/// How many buffers a thread keeps.
const MANY: usize = 128;

thread_local! {
    /// Buffers of rows that are gone: a page has many rows at a time, and the allocator is slow at that.
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Room for a row.
fn buffer() -> Vec<u8> {
    SPARE.with_borrow_mut(Vec::pop).unwrap_or_else(|| Vec::with_capacity(LENGTH))
}

/// diesel reads everything else by way of `Queryable`. So that nobody else can have said how this is read, the backend
/// has to be known here, and that the columns are so many.
macro_rules! read_from_columns {
    ($backend:ty: $($column:ident)*) => {
        read_from_columns!(@rows $backend: [] $($column)*);
    };
    (@rows $backend:ty: [$($before:ident)*]) => {};
    (@rows $backend:ty: [$($before:ident)*] $next:ident $($column:ident)*) => {
        impl<S, $($before,)* $next> FromSqlRow<($($before,)* $next,), $backend> for ShownRow<S>
        where
            S: ShowRow<($($before,)* $next,), $backend>,
        {
            fn build_from_row<'a>(row: &impl Row<'a, $backend>) -> deserialize::Result<Self> {
                let mut out = buffer();
                S::show_row(row, &mut out)?;
                Ok(Self(out, PhantomData))
            }
        }
        read_from_columns!(@rows $backend: [$($before)* $next] $($column)*);
    };
}

/// As many columns as diesel reads without further features.
macro_rules! read_from {
    ($backend:ty) => {
        read_from_columns! {
            $backend: A B C D E F G H I J K L M N O P Q R T U V W X Y Z Aa Bb Cc Dd Ee Ff Gg
        }
    };
}

#[cfg(feature = "sqlite")]
read_from!(diesel::sqlite::Sqlite);
#[cfg(feature = "postgres")]
read_from!(diesel::pg::Pg);
#[cfg(feature = "mysql")]
read_from!(diesel::mysql::Mysql);

/// A backend that may send texts as they are, and points in time as numbers.
pub trait SendsText: Backend {
    /// Hands over the value, if it is a text; what was done with it.
    fn with_text(value: Self::RawValue<'_>, take: impl FnOnce(&str) -> bool) -> bool;

    /// The microseconds since the year 2000 began, if the value is a point in time that is sent so.
    fn moment(_value: &Self::RawValue<'_>) -> Option<i64> {
        None
    }
}

#[cfg(feature = "sqlite")]
impl SendsText for diesel::sqlite::Sqlite {
    fn with_text(mut value: Self::RawValue<'_>, take: impl FnOnce(&str) -> bool) -> bool {
        value.value_type() == Some(diesel::sqlite::SqliteType::Text) && take(value.read_text())
    }
}

#[cfg(feature = "postgres")]
impl SendsText for diesel::pg::Pg {
    fn with_text(value: Self::RawValue<'_>, take: impl FnOnce(&str) -> bool) -> bool {
        /// `text` and `varchar`; other types are sent in binary forms of their own.
        const TEXTS: [u32; 2] = [25, 1043];
        TEXTS.contains(&value.get_oid().get())
            && std::str::from_utf8(value.as_bytes()).is_ok_and(take)
    }

    fn moment(value: &Self::RawValue<'_>) -> Option<i64> {
        /// `timestamp` and `timestamptz`.
        const MOMENTS: [u32; 2] = [1114, 1184];
        if !MOMENTS.contains(&value.get_oid().get()) {
            return None;
        }
        value.as_bytes().try_into().ok().map(i64::from_be_bytes)
    }
}

#[cfg(feature = "mysql")]
impl SendsText for diesel::mysql::Mysql {
    fn with_text(_value: Self::RawValue<'_>, _take: impl FnOnce(&str) -> bool) -> bool {
        false
    }
}

/// Writes `before`, which is what stands in front of the value, and then the value of a column.
///
/// # Errors
///
/// A value that `T` cannot have, or JSON cannot express.
pub fn show_column<'a, T, ST, DB>(
    row: &impl Row<'a, DB>,
    place: usize,
    before: &str,
    out: &mut Vec<u8>,
) -> deserialize::Result<()>
where
    DB: SendsText,
    T: FieldValue + FromSqlRow<ST, DB>,
{
    out.extend_from_slice(before.as_bytes());
    if T::COPIES {
        let field = row.get(place).ok_or(UnexpectedEndOfRow)?;
        let is_written = match field.value() {
            None if T::NULLABLE => {
                out.extend_from_slice(b"null");
                true
            }
            None => false,
            Some(value) => match DB::moment(&value) {
                Some(moment) => T::copy_moment(moment, out),
                None => DB::with_text(value, |text| T::copy_text(text, out)),
            },
        };
        if is_written {
            return Ok(());
        }
    }
    let value = T::build_from_row(&row.partial_row(place..place + 1))?;
    Ok(write_json(&Shown(&value), out)?)
}

/// The same for a value that is shown in a way of its own.
///
/// # Errors
///
/// As above.
pub fn show_column_with<'a, T, ST, DB>(
    row: &impl Row<'a, DB>,
    place: usize,
    before: &str,
    out: &mut Vec<u8>,
    write: impl FnOnce(&T, &mut Vec<u8>) -> Result<(), serde_json::Error>,
) -> deserialize::Result<()>
where
    DB: Backend,
    T: FromSqlRow<ST, DB>,
{
    out.extend_from_slice(before.as_bytes());
    let value = T::build_from_row(&row.partial_row(place..place + 1))?;
    Ok(write(&value, out)?)
}

/// The rows as a list.
#[must_use]
pub fn list_of<S>(fetched: &Fetched<ShownRow<S>>) -> Represented {
    let Some(rows) = &fetched.rows else { return Represented::missing(fetched) };
    let length = rows.iter().map(|row| row.0.len() + 1).sum::<usize>();
    let mut list = Vec::with_capacity(length + 2);
    list.push(b'[');
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            list.push(b',');
        }
        list.extend_from_slice(&row.0);
    }
    list.push(b']');
    Represented::of(fetched, RawJson::from_bytes(list))
}
