//! How DRF shows a date with its time, and a time of day: with six digits of a fraction, or none.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde::Serializer;

/// A type with a text of DRF's that is another than serde's.
pub trait Representation {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// The serializer's.
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Writes a value as DRF does, in place of its own `Serialize`:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use viewset_core::serializers::to_representation;
///
/// #[derive(serde::Serialize)]
/// struct Event {
///     #[serde(serialize_with = "to_representation")]
///     ends_at: Option<DateTime<Utc>>,
/// }
///
/// let ends_at = DateTime::from_timestamp_millis(500);
/// let text = serde_json::to_string(&Event { ends_at })?;
/// assert_eq!(text, r#"{"ends_at":"1970-01-01T00:00:00.500000Z"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// The serializer's.
pub fn to_representation<T: Representation, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.represent(serializer)
}

impl<T: Representation> Representation for Option<T> {
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.represent(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl Representation for DateTime<Utc> {
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (date, time) = (self.date_naive(), Clock(self.time()));
        serializer.collect_str(&format_args!("{date}T{time}Z"))
    }
}

impl Representation for NaiveDateTime {
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (date, time) = (self.date(), Clock(self.time()));
        serializer.collect_str(&format_args!("{date}T{time}"))
    }
}

impl Representation for NaiveTime {
    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Clock(*self))
    }
}

/// Python's `time.isoformat()`.
struct Clock(NaiveTime);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0.hour(), self.0.minute(), self.0.second());
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        // A leap second is a fraction of its own to chrono, and no second at all to Python.
        match self.0.nanosecond() % 1_000_000_000 / 1000 {
            0 => Ok(()),
            micros => write!(f, ".{micros:06}"),
        }
    }
}
