//! Lengths of time: DRF's `DurationField`, which reads as `django.utils.dateparse.parse_duration` does.

use std::fmt;
use std::sync::LazyLock;

use chrono::TimeDelta;
use regex::{Captures, Regex};
use serde::{Serialize, Serializer};

use super::{Field, FieldValue, Kind, LookupError, python, refuse};
use crate::error::ErrorDetail;
use crate::serializers::Value;

const DAY: i128 = 86_400_000_000;

/// The days of Python's `timedelta`, to both sides.
const MAX_DAYS: i128 = 999_999_999;

/// A length of time in microseconds, as which a column holds it. It is shown as Django shows it:
/// `"3 04:05:06.500000"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Duration {
    /// Of microseconds.
    #[must_use]
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// In microseconds.
    #[must_use]
    pub const fn microseconds(self) -> i64 {
        self.0
    }
}

impl From<Duration> for TimeDelta {
    fn from(duration: Duration) -> Self {
        Self::microseconds(duration.0)
    }
}

/// Days may be negative, the rest never is.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, rest) = (i128::from(self.0).div_euclid(DAY), i128::from(self.0).rem_euclid(DAY));
        let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
        if days != 0 {
            write!(f, "{days} ")?;
        }
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        match micros {
            0 => Ok(()),
            micros => write!(f, ".{micros:06}"),
        }
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FieldValue for Duration {
    const KIND: Kind = Kind::Duration;

    fn from_value(value: &Value, _: &Field) -> Result<Self, ErrorDetail> {
        let text = match value {
            Value::IllFormed { .. } => None,
            value => parse(&python::str(value)),
        };
        let Some(parsed) = text else {
            let text = "Duration has wrong format. Use one of these formats instead: \
                        [DD] [HH:[MM:]]ss[.uuuuuu].";
            return refuse(text, "invalid");
        };
        let days = match parsed.filter(|micros| fits_python(*micros)).map(i64::try_from) {
            Some(Ok(micros)) => return Ok(Self(micros)),
            // What fits Python, but not the column.
            Some(Err(_)) => i128::from(i64::MAX) / DAY,
            None => MAX_DAYS,
        };
        refuse(format!("The number of days must be between -{days} and {days}."), "overflow")
    }

    fn from_lookup(text: &str) -> Result<Self, LookupError> {
        let micros = parse(text).ok_or(LookupError::Invalid)?.ok_or(LookupError::OutOfRange)?;
        i64::try_from(micros).map(Self).map_err(|_| LookupError::OutOfRange)
    }

    fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn to_position(&self) -> Option<String> {
        Some(self.to_string())
    }
}

fn fits_python(micros: i128) -> bool {
    (-MAX_DAYS..=MAX_DAYS).contains(&micros.div_euclid(DAY))
}

/// Django's three patterns, in their order. `standard` has no look-ahead: the hours are there only where the
/// minutes are.
static PATTERNS: LazyLock<[Option<Regex>; 3]> = LazyLock::new(|| {
    [
        r"^(?:(?<days>-?\d+) (?:days?, )?)?(?<sign>-?)(?:(?:(?<hours>\d+):)?(?<minutes>\d+):)?(?<seconds>\d+)(?:[.,](?<micros>\d{1,6})\d{0,6})?\n?$",
        r"^(?<sign>[-+]?)P(?:(?<days>\d+(?:[.,]\d+)?)D)?(?:T(?:(?<hours>\d+(?:[.,]\d+)?)H)?(?:(?<minutes>\d+(?:[.,]\d+)?)M)?(?:(?<seconds>\d+(?:[.,]\d+)?)S)?)?\n?$",
        r"^(?:(?<days>-?\d+) (?:days? ?))?(?:(?<sign>[-+])?(?<hours>\d+):(?<minutes>\d\d):(?<seconds>\d\d)(?:\.(?<micros>\d{1,6}))?)?\n?$",
    ]
    .map(|pattern| Regex::new(pattern).ok())
});

/// The microseconds that a text means; the inner `None` is Python's `OverflowError`.
fn parse(text: &str) -> Option<Option<i128>> {
    let matching = |(place, pattern): (usize, &Option<Regex>)| {
        pattern.as_ref()?.captures(text).map(|captures| (place, captures))
    };
    let (place, captures) = PATTERNS.iter().enumerate().find_map(matching)?;
    Some(sum(&captures, place == 1))
}

fn sum(captures: &Captures<'_>, is_iso: bool) -> Option<i128> {
    let sign = if captures.name("sign").is_some_and(|sign| sign.as_str() == "-") { -1 } else { 1 };
    let mut time = Sum::default();
    for (name, unit) in [("hours", 3_600_000_000), ("minutes", 60_000_000), ("seconds", 1_000_000)]
    {
        time.add(number(captures, name)?, unit)?;
    }
    // Of a fraction all digits count, as of a whole number of microseconds.
    let micros = captures.name("micros").map_or("", |micros| micros.as_str());
    let width = u32::try_from(micros.chars().count()).ok()?;
    time.add(number(captures, "micros")?, 10i128.checked_pow(6u32.checked_sub(width)?)?)?;
    let mut days = Sum::default();
    days.add(number(captures, "days")?, DAY)?;
    let days = days.total()? * if is_iso { sign } else { 1 };
    days.checked_add(sign * time.total()?)
}

/// The number of a group; zero if it is not there.
fn number(captures: &Captures<'_>, name: &str) -> Option<f64> {
    let Some(text) = captures.name(name) else { return Some(0.0) };
    python::float(&text.as_str().replace(',', "."))
}

/// Microseconds of which the fractions are rounded together, half to even, as `timedelta` does.
#[derive(Default)]
struct Sum {
    whole: i128,
    fraction: f64,
}

impl Sum {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e18")]
    #[expect(clippy::cast_precision_loss, reason = "a unit is far below 2^53")]
    fn add(&mut self, number: f64, unit: i128) -> Option<()> {
        if number.abs() > 1e18 {
            return None;
        }
        self.whole += number.trunc() as i128 * unit;
        self.fraction += number.fract() * unit as f64;
        Some(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "some days at most")]
    fn total(&self) -> Option<i128> {
        let total = self.whole + self.fraction.round_ties_even() as i128;
        fits_python(total).then_some(total)
    }
}
