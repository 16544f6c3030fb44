//! Dates and times as DRF shows them, digit by digit: a page has many, and the machinery of formatting takes longer than
//! all else that is done for them.

use std::fmt;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use serde::Serializer;

/// The longest text: `2026-01-02T03:04:05.678901Z`.
const LENGTH: usize = 27;

/// A text of a few bytes.
#[derive(Default)]
pub(super) struct Spelled {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Spelled {
    /// `2026-01-02T03:04:05.678901` and what stands behind it. `None` for a year that has not four digits.
    pub(super) fn moment(moment: NaiveDateTime, zone: &str) -> Option<Self> {
        let mut spelled = Self::date(moment.date())?;
        spelled.push(b"T");
        spelled.push_time(moment.time());
        spelled.push(zone.as_bytes());
        Some(spelled)
    }

    /// `2026-01-02`. `None` for a year that has not four digits.
    pub(super) fn date(date: NaiveDate) -> Option<Self> {
        let year = u32::try_from(date.year()).ok().filter(|year| *year <= 9999)?;
        let mut spelled = Self::default();
        spelled.push_two(year / 100);
        spelled.push_two(year % 100);
        spelled.push(b"-");
        spelled.push_two(date.month());
        spelled.push(b"-");
        spelled.push_two(date.day());
        Some(spelled)
    }

    /// `03:04:05.678901`, as Python's `time.isoformat()` has it.
    pub(super) fn time(time: NaiveTime) -> Self {
        let mut spelled = Self::default();
        spelled.push_time(time);
        spelled
    }

    fn push_time(&mut self, time: NaiveTime) {
        self.push_two(time.hour());
        self.push(b":");
        self.push_two(time.minute());
        self.push(b":");
        self.push_two(time.second());
        // A leap second is a fraction of its own to chrono, and no second at all to Python.
        let micros = time.nanosecond() % 1_000_000_000 / 1000;
        if micros > 0 {
            self.push(b".");
            self.push_two(micros / 10_000);
            self.push_two(micros / 100 % 100);
            self.push_two(micros % 100);
        }
    }

    /// Two digits.
    fn push_two(&mut self, number: u32) {
        let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
        self.push(&[digit(number / 10), digit(number)]);
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(room) = self.bytes.get_mut(self.length..self.length + bytes.len()) {
            room.copy_from_slice(bytes);
            self.length += bytes.len();
        }
    }

    pub(super) fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }

    /// Writes it.
    pub(super) fn represent<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
