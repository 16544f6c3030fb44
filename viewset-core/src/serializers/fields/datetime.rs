//! Dates and times: DRF's `DateTimeField`, `DateField` and `TimeField`. How they are spelled is
//! answered by [`iso8601`].
//!
//! Text without a zone is taken for UTC, and a column without a zone holds UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::iso8601::{self, Zoned};
use super::{Field, FieldValue, Kind, LookupError, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

impl FieldValue for NaiveDateTime {
    const KIND: Kind = Kind::DateTime;

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        let Some(zoned) = well_formed(value).and_then(iso8601::datetime) else {
            let text = "Datetime has wrong format. Use one of these formats instead: \
                        YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
            return refuse(text, "invalid");
        };
        match zoned.to_utc() {
            Some(utc) => Ok(utc),
            None => refuse("Datetime value out of range.", "overflow"),
        }
    }

    /// A date alone is its midnight.
    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        let midnight = || Some(Zoned::utc(iso8601::date(text)?.and_time(NaiveTime::MIN)));
        let zoned = iso8601::datetime(text).or_else(midnight).ok_or(LookupError::Invalid)?;
        zoned.to_utc().ok_or(LookupError::OutOfRange)
    }
}

impl FieldValue for DateTime<Utc> {
    const KIND: Kind = Kind::DateTime;

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        NaiveDateTime::from_value(value, field).map(|utc| utc.and_utc())
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        NaiveDateTime::from_lookup(text).map(|utc| utc.and_utc())
    }
}

impl FieldValue for NaiveDate {
    const KIND: Kind = Kind::Date;

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        match well_formed(value).and_then(iso8601::date) {
            Some(date) => Ok(date),
            None => refuse(
                "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
                "invalid",
            ),
        }
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        iso8601::date(text).ok_or(LookupError::Invalid)
    }
}

impl FieldValue for NaiveTime {
    const KIND: Kind = Kind::Time;

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        match well_formed(value).and_then(iso8601::time) {
            Some(time) => Ok(time),
            None => refuse(
                "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].",
                "invalid",
            ),
        }
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        iso8601::time(text).ok_or(LookupError::Invalid)
    }
}

/// A lone surrogate is part of no date.
fn well_formed(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}
