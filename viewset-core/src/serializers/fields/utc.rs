//! Points in time in UTC, which the columns of every database hold.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// A `DateTime<Utc>` that a column of MySQL, too, can hold: a `Datetime`, as which UTC is stored there. On
/// PostgreSQL it is a `Timestamptz`, on SQLite a `TimestamptzSqlite`, as `DateTime<Utc>` itself is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcDateTime(pub DateTime<Utc>);

impl From<DateTime<Utc>> for UtcDateTime {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl From<UtcDateTime> for DateTime<Utc> {
    fn from(time: UtcDateTime) -> Self {
        time.0
    }
}

impl Deref for UtcDateTime {
    type Target = DateTime<Utc>;

    fn deref(&self) -> &DateTime<Utc> {
        &self.0
    }
}

impl Serialize for UtcDateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.represent(serializer)
    }
}

impl FieldValue for UtcDateTime {
    const KIND: Kind = Kind::DateTime;
    const COPIES: bool = true;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        DateTime::copy_text(text, out)
    }

    fn copy_moment(microseconds: i64, out: &mut Vec<u8>) -> bool {
        DateTime::copy_moment(microseconds, out)
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        DateTime::from_value(value, field).map(Self)
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        DateTime::from_lookup(text).map(Self)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.represent(serializer)
    }

    fn to_position(&self) -> Option<String> {
        self.0.to_position()
    }
}
