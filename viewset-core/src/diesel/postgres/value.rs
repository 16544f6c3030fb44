//! Values that are bound in a statement, as PostgreSQL reads them (its binary format).

use std::error::Error as StdError;

use bytes::BytesMut;
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use diesel::pg::{Pg, PgTypeMetadata};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::diesel::operand::{Operand, Plain};

/// A value that is bound.
#[derive(Debug)]
pub(super) enum Bound<'q> {
    Null,
    /// As diesel wrote it.
    Written(Vec<u8>),
    /// A text of the query's own.
    Text(&'q str),
    /// So many bytes of these.
    Short([u8; 8], usize),
}

impl<'q> Bound<'q> {
    fn long(bytes: [u8; 8]) -> Self {
        Self::Short(bytes, 8)
    }

    fn short<const N: usize>(bytes: [u8; N]) -> Self {
        let mut room = [0; 8];
        room[..N].copy_from_slice(&bytes);
        Self::Short(room, N)
    }

    /// A plain value; `None` if it is out of the range of its type.
    fn plain(plain: &'q Plain) -> Option<Self> {
        Some(match plain {
            Plain::Text(text) => Self::Text(text),
            Plain::Integer(number) => Self::short(number.to_be_bytes()),
            Plain::BigInt(number) => Self::long(number.to_be_bytes()),
            Plain::Bool(is_true) => Self::short([u8::from(*is_true)]),
            Plain::Moment(moment) => Self::long(microseconds(moment.0)?.to_be_bytes()),
        })
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Null => None,
            Self::Written(bytes) => Some(bytes),
            Self::Text(text) => Some(text.as_bytes()),
            Self::Short(bytes, length) => bytes.get(..*length),
        }
    }
}

impl PartialEq for Bound<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl From<Option<Vec<u8>>> for Bound<'_> {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        bytes.map_or(Self::Null, Self::Written)
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        _kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let Some(bytes) = self.bytes() else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Since the year 2000 began, which PostgreSQL counts from.
fn microseconds(moment: NaiveDateTime) -> Option<i64> {
    let began = DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(10_957);
    moment.signed_duration_since(began).num_microseconds()
}

/// Values in their order, with their types.
pub(super) struct Values<'q> {
    pub(super) bound: Vec<Bound<'q>>,
    pub(super) types: Vec<PgTypeMetadata>,
}

impl<'q> Values<'q> {
    /// `None` if one of them is for diesel to write.
    pub(super) fn plain(operands: impl Iterator<Item = &'q Operand<Pg>>) -> Option<Self> {
        let (mut bound, mut types) = (Vec::with_capacity(MANY), Vec::with_capacity(MANY));
        for operand in operands {
            let plain = operand.plain()?;
            bound.push(Bound::plain(plain)?);
            types.push(type_of(plain));
        }
        Some(Self { bound, types })
    }
}

/// How many values most statements have at most.
pub(super) const MANY: usize = 8;

/// The numbers that PostgreSQL has for the type and for arrays of it.
fn type_of(plain: &Plain) -> PgTypeMetadata {
    let (kind, array) = match plain {
        Plain::Text(_) => (Type::TEXT, Type::TEXT_ARRAY),
        Plain::Integer(_) => (Type::INT4, Type::INT4_ARRAY),
        Plain::BigInt(_) => (Type::INT8, Type::INT8_ARRAY),
        Plain::Bool(_) => (Type::BOOL, Type::BOOL_ARRAY),
        Plain::Moment(_) => (Type::TIMESTAMP, Type::TIMESTAMP_ARRAY),
    };
    PgTypeMetadata::new(kind.oid(), array.oid())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use chrono::NaiveDate;
    use diesel::query_builder::QueryFragment as _;
    use diesel::query_builder::bind_collector::RawBytesBindCollector;
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamp};

    use super::*;
    use crate::diesel::bind;

    struct NoTypes;

    impl diesel::pg::PgMetadataLookup for NoTypes {
        fn lookup_type(&mut self, name: &str, _schema: Option<&str>) -> PgTypeMetadata {
            panic!("{name} is known")
        }
    }

    fn moment(year: i32, nanosecond: u32) -> NaiveDateTime {
        let day = NaiveDate::from_ymd_opt(year, 2, 28).unwrap();
        day.and_hms_nano_opt(23, 59, 58, nanosecond).unwrap()
    }

    #[test]
    fn plain_values_are_written_as_diesel_writes_them() {
        let operands: [Operand<Pg>; 16] = [
            bind::<_, Text, Pg>("añ\u{1f600}".to_owned()),
            bind::<_, Text, Pg>(String::new()),
            bind::<_, Nullable<Text>, Pg>(Some("a".to_owned())),
            bind::<_, Integer, Pg>(i32::MIN),
            bind::<_, Integer, Pg>(7),
            bind::<_, Nullable<Integer>, Pg>(Some(-1)),
            bind::<_, BigInt, Pg>(i64::MAX),
            bind::<_, Bool, Pg>(true),
            bind::<_, Bool, Pg>(false),
            bind::<_, Timestamp, Pg>(moment(2026, 123_456_789)),
            bind::<_, Timestamp, Pg>(moment(1999, 999_999_999)),
            bind::<_, Timestamp, Pg>(moment(-4000, 1)),
            bind::<_, Timestamp, Pg>(moment(2000, 0)),
            bind::<_, Timestamp, Pg>(NaiveDateTime::MIN),
            bind::<_, Timestamp, Pg>(NaiveDateTime::MAX),
            bind::<_, Nullable<Timestamp>, Pg>(Some(moment(1970, 1_000))),
        ];
        let mut written = RawBytesBindCollector::<Pg>::new();
        for operand in &operands {
            operand.collect_binds(&mut written, &mut NoTypes, &Pg).unwrap();
        }
        let plain = Values::plain(operands.iter()).unwrap();
        for ((bound, bytes), operand) in plain.bound.iter().zip(&written.binds).zip(&operands) {
            assert_eq!(bound.bytes(), bytes.as_deref(), "{operand:?}");
        }
        let oid = |kind: &PgTypeMetadata| kind.oid().unwrap();
        let types = |all: &[PgTypeMetadata]| all.iter().map(oid).collect::<Vec<_>>();
        assert_eq!(types(&plain.types), types(&written.metadata));
    }

    #[test]
    fn what_is_not_plain_is_for_diesel_to_write() {
        let null = bind::<_, Nullable<Text>, Pg>(None::<String>);
        let literal = bind::<_, Text, Pg>(diesel::dsl::sql::<Text>("'a'"));
        for operand in [null, literal] {
            assert!(Values::plain(std::iter::once(&operand)).is_none(), "{operand:?}");
        }
    }
}
