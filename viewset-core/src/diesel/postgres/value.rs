//! Values that are bound in a statement, as PostgreSQL reads them (its binary format).

use std::error::Error as StdError;

use bytes::BytesMut;
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use diesel::pg::Pg;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::diesel::operand::{Operand, Plain};

/// A value that is bound.
#[derive(Debug)]
pub(super) struct Bound<'q> {
    /// The number of its type.
    pub(super) kind: u32,
    pub(super) value: Sent<'q>,
}

/// It as it is sent.
#[derive(Debug)]
pub(super) enum Sent<'q> {
    Null,
    /// As diesel wrote it.
    Written(Vec<u8>),
    /// A text of the query's own.
    Text(&'q str),
    /// So many bytes of these.
    Short([u8; 8], usize),
}

impl<'q> Bound<'q> {
    /// A plain value; `None` if it is out of the range of its type.
    fn plain(plain: &'q Plain) -> Option<Self> {
        let (kind, value) = match plain {
            Plain::Text(text) => (TEXT, Sent::Text(text)),
            Plain::Integer(number) => (INT4, Sent::short(number.to_be_bytes())),
            Plain::BigInt(number) => (INT8, Sent::short(number.to_be_bytes())),
            Plain::Bool(is_true) => (BOOL, Sent::short([u8::from(*is_true)])),
            Plain::Moment(moment) => {
                (TIMESTAMP, Sent::short(microseconds(moment.0)?.to_be_bytes()))
            }
        };
        Some(Self { kind, value })
    }

    /// The values of these in their order; `None` if one of them is for diesel to write.
    pub(super) fn all_plain(operands: impl Iterator<Item = &'q Operand<Pg>>) -> Option<Vec<Self>> {
        let mut all = Vec::with_capacity(MANY);
        for operand in operands {
            all.push(Self::plain(operand.plain()?)?);
        }
        Some(all)
    }
}

/// What PostgreSQL calls the types of plain values (`pg_type.dat`).
const BOOL: u32 = 16;
const INT8: u32 = 20;
const INT4: u32 = 23;
const TEXT: u32 = 25;
const TIMESTAMP: u32 = 1114;

impl Sent<'_> {
    fn short<const N: usize>(bytes: [u8; N]) -> Self {
        let mut room = [0; 8];
        room[..N].copy_from_slice(&bytes);
        Self::Short(room, N)
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
        self.kind == other.kind && self.value.bytes() == other.value.bytes()
    }
}

impl From<Option<Vec<u8>>> for Sent<'_> {
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
        let Some(bytes) = self.value.bytes() else { return Ok(IsNull::Yes) };
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

/// How many values most statements have at most.
pub(super) const MANY: usize = 8;

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use chrono::NaiveDate;
    use diesel::pg::PgTypeMetadata;
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
        let plain = Bound::all_plain(operands.iter()).unwrap();
        assert_eq!(plain.len(), written.binds.len());
        for (place, bound) in plain.iter().enumerate() {
            let (bytes, kind) = (&written.binds[place], written.metadata[place].oid().unwrap());
            assert_eq!(bound.value.bytes(), bytes.as_deref(), "{:?}", operands[place]);
            assert_eq!(bound.kind, kind, "{:?}", operands[place]);
        }
    }

    #[test]
    fn what_is_not_plain_is_for_diesel_to_write() {
        let null = bind::<_, Nullable<Text>, Pg>(None::<String>);
        let literal = bind::<_, Text, Pg>(diesel::dsl::sql::<Text>("'a'"));
        for operand in [null, literal] {
            assert!(Bound::all_plain(std::iter::once(&operand)).is_none(), "{operand:?}");
        }
    }
}
