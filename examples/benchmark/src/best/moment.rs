//! A time as it is shown: ISO 8601, with six digits of a second or none, as DRF shows it.

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};

/// `2026-01-02T03:04:05.678901` in its letters.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    letters: [u8; WITH_FRACTION],
    len: usize,
}

const WHOLE_SECONDS: usize = 19;
const WITH_FRACTION: usize = 26;
const SHAPE: &[u8; WITH_FRACTION] = b"dddd-dd-ddTdd:dd:dd.dddddd";

impl Moment {
    pub(crate) fn of(time: NaiveDateTime) -> Self {
        Self::from_parts(
            [
                time.year().unsigned_abs() as u16,
                time.month() as u16,
                time.day() as u16,
                time.hour() as u16,
                time.minute() as u16,
                time.second() as u16,
            ],
            time.nanosecond() / 1000,
        )
    }

    /// From the year to the second, and microseconds.
    pub(crate) fn from_parts(parts: [u16; 6], micros: u32) -> Self {
        let mut letters = *b"0000-00-00T00:00:00.000000";
        let places = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19];
        for (place, part) in places.into_iter().zip(parts) {
            put(&mut letters[place], part.into());
        }
        put(&mut letters[20..], micros);
        Self { letters, len: if micros == 0 { WHOLE_SECONDS } else { WITH_FRACTION } }
    }

    /// What is stored as text has the right letters nearly always, but for the one between date and time.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        let stored = text.as_bytes();
        let mut letters = *b"0000-00-00T00:00:00.000000";
        letters.get_mut(..stored.len())?.copy_from_slice(stored);
        let len = stored.len();
        if (len == WITH_FRACTION || len == WHOLE_SECONDS) && stored[10] == b' ' {
            letters[10] = b'T';
            let fits = letters.iter().zip(SHAPE).all(|(letter, shape)| match shape {
                b'd' => letter.is_ascii_digit(),
                other => letter == other,
            });
            if fits && (len == WHOLE_SECONDS || letters[20..] != *b"000000") {
                return Some(Self { letters, len });
            }
        }
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(Self::of)
    }

    pub(crate) fn shown(&self) -> &[u8] {
        &self.letters[..self.len]
    }

    /// As diesel stores it: with a space between date and time.
    pub(crate) fn stored(&self) -> String {
        String::from_utf8_lossy(self.shown()).replace('T', " ")
    }
}

fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
