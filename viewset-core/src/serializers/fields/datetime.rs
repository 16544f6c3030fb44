//! Dates and times: DRF's `DateTimeField`, `DateField` and `TimeField`. How they are spelled is
//! answered by [`iso8601`].
//!
//! Text without a zone is taken for UTC, and a column without a zone holds UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde::{Serialize, Serializer};

use super::iso8601::{self, Zoned};
use super::spelled::Spelled;
use super::{Field, FieldValue, Kind, LookupError, copied, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

/// The spelling of what is finer than a microsecond.
const EXACT: &str = "%Y-%m-%d %H:%M:%S.%9f";
/// The length of such a text.
const EXACT_LENGTH: usize = "2026-01-02 03:04:05.678901234".len();
/// What Python puts behind a point in time in UTC.
const UTC: &str = "+00:00";

impl FieldValue for NaiveDateTime {
    const KIND: Kind = Kind::DateTime;
    const COPIES: bool = true;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        copied::moment(text, "", out)
    }

    fn copy_moment(microseconds: i64, out: &mut Vec<u8>) -> bool {
        copied::microseconds(microseconds, "", out)
    }

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
        // chrono reads more spellings than it writes: spaces before a number, seven digits for microseconds.
        if text.len() == EXACT_LENGTH
            && let Ok(exact) = Self::parse_from_str(text, EXACT)
            && exact.to_position().as_deref() == Some(text)
        {
            return Ok(exact);
        }
        let midnight = || Some(Zoned::utc(iso8601::date(text)?.and_time(NaiveTime::MIN)));
        let zoned = iso8601::datetime(text).or_else(midnight).ok_or(LookupError::Invalid)?;
        zoned.to_utc().ok_or(LookupError::OutOfRange)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Spelled::moment(*self, "") {
            Some(spelled) => spelled.represent(serializer),
            None => {
                let (date, time) = (self.date(), Spelled::time(self.time()));
                serializer.collect_str(&format_args!("{date}T{time}"))
            }
        }
    }

    /// With nine digits of a second where a column has them, and Python has no text.
    fn to_position(&self) -> Option<String> {
        Some(match self.nanosecond() % 1000 {
            0 => format!("{} {}", self.date(), Spelled::time(self.time())),
            _ => self.format(EXACT).to_string(),
        })
    }
}

impl FieldValue for DateTime<Utc> {
    const KIND: Kind = Kind::DateTime;
    const COPIES: bool = true;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        text.strip_suffix(UTC).is_some_and(|text| copied::moment(text, "Z", out))
    }

    fn copy_moment(microseconds: i64, out: &mut Vec<u8>) -> bool {
        copied::microseconds(microseconds, "Z", out)
    }

    fn from_value(value: &Value, field: &Field) -> Result<Self, ErrorDetail> {
        NaiveDateTime::from_value(value, field).map(|utc| utc.and_utc())
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        NaiveDateTime::from_lookup(text.strip_suffix(UTC).unwrap_or(text)).map(|utc| utc.and_utc())
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Spelled::moment(self.naive_utc(), "Z") {
            Some(spelled) => spelled.represent(serializer),
            None => {
                let (date, time) = (self.date_naive(), Spelled::time(self.time()));
                serializer.collect_str(&format_args!("{date}T{time}Z"))
            }
        }
    }

    fn to_position(&self) -> Option<String> {
        self.naive_utc().to_position().map(|text| text + UTC)
    }
}

impl FieldValue for NaiveDate {
    const KIND: Kind = Kind::Date;
    const COPIES: bool = true;

    fn copy_text(text: &str, out: &mut Vec<u8>) -> bool {
        copied::date(text, out)
    }

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

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Spelled::date(*self) {
            Some(spelled) => spelled.represent(serializer),
            None => self.serialize(serializer),
        }
    }

    fn to_position(&self) -> Option<String> {
        Some(self.to_string())
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

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Spelled::time(*self).represent(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(Spelled::time(*self).to_string())
    }
}

/// A lone surrogate is part of no date.
fn well_formed(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}
