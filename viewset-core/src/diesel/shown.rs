//! Rows on their way from the database into a response: each is written as JSON while it is read. No value of it is ever
//! a value of Rust's, unless it is shown otherwise than it is stored.

use std::any::TypeId;
use std::error::Error;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSqlRow};
use diesel::result::UnexpectedEndOfRow;
use diesel::row::{Field as _, Row};
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamp};

use crate::renderers::json::write_json;
use crate::renderers::{RawJson, buffers};
use crate::serializers::{FieldValue, Represented, Shown};

use super::gather::{Gather, GatherFrom};
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
    pub fn into_json(self) -> RawJson {
        RawJson::from_bytes(self.0)
    }
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
                let mut out = buffers::take();
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

/// A backend of whose values some are sent nearly as they are shown.
pub trait SendsShown: Backend {
    /// Writes the value, if it is sent so; whether it was.
    fn copy<T: FieldValue>(value: Self::RawValue<'_>, out: &mut Vec<u8>) -> bool;
}

#[cfg(feature = "sqlite")]
impl SendsShown for diesel::sqlite::Sqlite {
    fn copy<T: FieldValue>(mut value: Self::RawValue<'_>, out: &mut Vec<u8>) -> bool {
        use diesel::deserialize::FromSqlRef;
        use diesel::sqlite::SqliteType;
        match value.value_type() {
            Some(SqliteType::Text) => {
                // `read_text`, which replaces what is not UTF-8, looks twice at whether it is.
                let text: Result<&str, _> = FromSqlRef::<Text, Self>::from_sql(&mut value);
                match text {
                    Ok(text) => T::copy_text(text, out),
                    Err(_) => T::copy_text(value.read_text(), out),
                }
            }
            Some(SqliteType::Long) => T::copy_number(value.read_long(), out),
            _ => false,
        }
    }
}

#[cfg(feature = "postgres")]
impl SendsShown for diesel::pg::Pg {
    fn copy<T: FieldValue>(value: Self::RawValue<'_>, out: &mut Vec<u8>) -> bool {
        let bytes = value.as_bytes();
        let number = match value.get_oid().get() {
            // `text` and `varchar`; others are sent in binary forms of their own.
            25 | 1043 => return copy_text::<T>(bytes, out),
            // `timestamp` and `timestamptz`
            1114 | 1184 => {
                let moment = sized(bytes).map(i64::from_be_bytes);
                return moment.is_some_and(|moment| T::copy_moment(moment, out));
            }
            // `boolean`, and integers of two, four and eight bytes
            16 => sized(bytes).map(|[byte]| i64::from(byte)),
            21 => sized(bytes).map(|bytes| i16::from_be_bytes(bytes).into()),
            23 => sized(bytes).map(|bytes| i32::from_be_bytes(bytes).into()),
            20 => sized(bytes).map(i64::from_be_bytes),
            _ => None,
        };
        number.is_some_and(|number| T::copy_number(number, out))
    }
}

#[cfg(feature = "mysql")]
impl SendsShown for diesel::mysql::Mysql {
    fn copy<T: FieldValue>(value: Self::RawValue<'_>, out: &mut Vec<u8>) -> bool {
        use diesel::mysql::MysqlType;
        let bytes = value.as_bytes();
        let number = match value.value_type() {
            MysqlType::String | MysqlType::Blob => return copy_text::<T>(bytes, out),
            MysqlType::DateTime | MysqlType::Timestamp => {
                let moment = super::mysql::microseconds(value);
                return moment.is_some_and(|moment| T::copy_moment(moment, out));
            }
            // All of them have eight bytes here.
            MysqlType::Tiny | MysqlType::Short | MysqlType::Long | MysqlType::LongLong => {
                sized(bytes).map(i64::from_ne_bytes)
            }
            MysqlType::UnsignedTiny
            | MysqlType::UnsignedShort
            | MysqlType::UnsignedLong
            | MysqlType::UnsignedLongLong => {
                sized(bytes).and_then(|bytes| u64::from_ne_bytes(bytes).try_into().ok())
            }
            _ => None,
        };
        number.is_some_and(|number| T::copy_number(number, out))
    }
}

/// The bytes of a value that has so many.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn sized<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

/// Writes a text that is sent as bytes.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn copy_text<T: FieldValue>(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    T::copy_ascii(bytes, out)
        || std::str::from_utf8(bytes).is_ok_and(|text| T::copy_text(text, out))
}

/// Whether a SQL type is one of diesel's own: what others mean by what is stored is their business.
fn is_plain<ST: 'static>() -> bool {
    let this = TypeId::of::<ST>();
    macro_rules! is_one_of {
        ($($sql_type:ty),*) => {
            false $(
                || this == TypeId::of::<$sql_type>()
                || this == TypeId::of::<Nullable<$sql_type>>()
            )*
        };
    }
    let is_common = is_one_of!(Text, Bool, SmallInt, Integer, BigInt, Timestamp, Date);
    #[cfg(feature = "sqlite")]
    let is_common = is_common || is_one_of!(diesel::sql_types::TimestamptzSqlite);
    #[cfg(feature = "postgres")]
    let is_common = is_common || is_one_of!(diesel::sql_types::Timestamptz);
    #[cfg(feature = "mysql")]
    let is_common = is_common || is_one_of!(diesel::sql_types::Datetime);
    is_common
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
    DB: SendsShown,
    T: FieldValue + FromSqlRow<ST, DB>,
    ST: 'static,
{
    out.extend_from_slice(before.as_bytes());
    if T::COPIES && is_plain::<ST>() {
        let field = row.get(place).ok_or(UnexpectedEndOfRow)?;
        let is_written = match field.value() {
            None if T::NULLABLE => {
                out.extend_from_slice(b"null");
                true
            }
            None => false,
            Some(value) => DB::copy::<T>(value, out),
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

/// Rows that are written into one list while they are read, by the serializer `S`.
#[derive(Debug)]
pub struct ShownList<S> {
    /// The list without its end.
    json: Vec<u8>,
    length: usize,
    serializer: PhantomData<fn() -> S>,
}

impl<S> Gather for ShownList<S> {
    type Row = ShownRow<S>;

    fn with_room(rows: usize) -> Self {
        let mut json = buffers::take_for_list(rows);
        json.push(b'[');
        Self { json, length: 0, serializer: PhantomData }
    }

    fn length(&self) -> usize {
        self.length
    }
}

impl<S, ST, DB> GatherFrom<ST, DB> for ShownList<S>
where
    DB: Backend,
    S: ShowRow<ST, DB>,
{
    fn push<'a>(&mut self, row: &impl Row<'a, DB>) -> deserialize::Result<()> {
        if self.length > 0 {
            self.json.push(b',');
        }
        self.length += 1;
        let start = self.json.len();
        S::show_row(row, &mut self.json).map_err(|error| of_row(self.json.get(start..), &*error))
    }
}

/// What is wrong with a row, and which one of the list it is: by its first field, which mostly is its key.
#[cold]
fn of_row(begun: Option<&[u8]>, error: &dyn Error) -> Box<dyn Error + Send + Sync> {
    let begun = String::from_utf8_lossy(begun.unwrap_or_default());
    let first: String = begun.split(',').next().unwrap_or_default().chars().take(64).collect();
    format!("{error}, in the row that begins {first}").into()
}

/// The rows as a list.
#[must_use]
pub fn list_of<S>(fetched: Fetched<ShownList<S>>) -> Represented {
    let Fetched { rows, count } = fetched;
    let Some(ShownList { mut json, length, .. }) = rows else {
        return Represented { results: None, length: 0, count };
    };
    json.push(b']');
    Represented { results: Some(RawJson::from_bytes(json)), length, count }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use diesel::connection::{DefaultLoadingMode, LoadConnection};
    use diesel::deserialize::FromSql;
    use diesel::dsl::sql;
    use diesel::sql_types::{SqlType, Untyped};
    use diesel::sqlite::{Sqlite, SqliteValue};
    use diesel::{Connection as _, SqliteConnection};

    use super::*;

    /// A text that is stored backwards.
    #[derive(Clone, Copy, Debug, diesel::query_builder::QueryId, SqlType)]
    #[diesel(sqlite_type(name = "Text"))]
    struct Backwards;

    impl FromSql<Backwards, Sqlite> for String {
        fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            let text: Self = FromSql::<Text, Sqlite>::from_sql(value)?;
            Ok(text.chars().rev().collect())
        }
    }

    fn shown<T, ST>(expression: &str) -> String
    where
        T: FieldValue + FromSqlRow<ST, Sqlite>,
        ST: 'static,
    {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let query = sql::<Untyped>(&format!("SELECT {expression}"));
        let mut rows = LoadConnection::<DefaultLoadingMode>::load(&mut conn, query).unwrap();
        let (row, mut out) = (rows.next().unwrap().unwrap(), Vec::new());
        show_column::<T, ST, _>(&row, 0, "", &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_of_a_list_that_cannot_be_shown_is_told_from_the_others() {
        struct Pair;
        impl ShowRow<(Integer, Timestamp), Sqlite> for Pair {
            fn show_row<'a>(
                row: &impl Row<'a, Sqlite>,
                out: &mut Vec<u8>,
            ) -> deserialize::Result<()> {
                show_column::<i32, Integer, _>(row, 0, r#"{"id":"#, out)?;
                show_column::<chrono::NaiveDateTime, Timestamp, _>(row, 1, r#","at":"#, out)?;
                out.push(b'}');
                Ok(())
            }
        }
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let query = sql::<Untyped>(
            "SELECT 7 AS id, '2026-11-27 10:00:00' AS at UNION ALL SELECT 8, 'long ago'",
        );
        let rows = LoadConnection::<DefaultLoadingMode>::load(&mut conn, query).unwrap();
        let mut list = ShownList::<Pair>::with_room(2);
        let pushed: Vec<_> =
            rows.map(|row| list.push(&row.unwrap()).map_err(|error| error.to_string())).collect();
        assert_eq!(pushed[0], Ok(()));
        let message = pushed[1].clone().unwrap_err();
        assert!(message.ends_with(r#", in the row that begins {"id":8"#), "{message}");
        assert!(message.contains("'at'"), "{message}");
    }

    #[test]
    fn what_is_stored_is_copied_unless_it_means_something_else() {
        assert_eq!(shown::<String, Text>("'abc'"), r#""abc""#);
        assert_eq!(shown::<String, Text>("'a\"é'"), r#""a\"é""#);
        assert_eq!(shown::<String, Backwards>("'abc'"), r#""cba""#);
        assert_eq!(shown::<Option<i32>, Nullable<Integer>>("NULL"), "null");
        assert_eq!(shown::<i32, Integer>("-7"), "-7");
        assert_eq!(shown::<i64, BigInt>("9223372036854775807"), "9223372036854775807");
        assert_eq!(shown::<bool, Bool>("1"), "true");
        assert_eq!(shown::<bool, Bool>("0"), "false");
        // What is not UTF-8 is replaced.
        assert_eq!(shown::<String, Text>("CAST(x'61ff62' AS TEXT)"), "\"a\u{fffd}b\"");
        // SQLite stores a text in a column of numbers, if it is told to.
        assert_eq!(shown::<i32, Integer>("'12'"), "12");
    }
}
