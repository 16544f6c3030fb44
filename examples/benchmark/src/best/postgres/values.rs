//! Timestamps as PostgreSQL sends them: microseconds since 2000.

use std::error::Error;

use chrono::{DateTime, NaiveDateTime};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

/// From 1970 to 2000.
const EPOCH: i64 = 946_684_800_000_000;

#[derive(Debug)]
pub(super) struct Timestamp(pub(super) NaiveDateTime);

impl<'a> FromSql<'a> for Timestamp {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        let time = micros.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros);
        Ok(Self(time.ok_or("a timestamp out of range")?.naive_utc()))
    }

    accepts!(TIMESTAMP);
}

impl ToSql for Timestamp {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let micros = self.0.and_utc().timestamp_micros() - EPOCH;
        out.extend_from_slice(&micros.to_be_bytes());
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMP);
    to_sql_checked!();
}
