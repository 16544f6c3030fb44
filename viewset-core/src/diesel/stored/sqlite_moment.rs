//! Points in time as diesel writes them for SQLite, digit by digit: to read its format takes longer than all else that is
//! done to store one.

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;

use crate::diesel::operand::Moment;

impl ToSql<Timestamp, Sqlite> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match spelled(self.0) {
            Some(text) => {
                out.set_value(text);
                Ok(IsNull::No)
            }
            None => ToSql::<Timestamp, Sqlite>::to_sql(&self.0, out),
        }
    }
}

/// `2026-01-02 03:04:05.678901`, with as many threes of digits behind the point as there have to be. `None` for a year that
/// has not four digits, and for leap seconds.
fn spelled(moment: NaiveDateTime) -> Option<String> {
    let year = u32::try_from(moment.year()).ok().filter(|year| *year <= 9999)?;
    let fraction = Some(moment.nanosecond()).filter(|fraction| *fraction < 1_000_000_000)?;
    let mut text = String::with_capacity(29);
    let mut push = |before: &str, number: u32| {
        text.push_str(before);
        // Of two digits.
        for digit in [number / 10, number % 10] {
            text.extend(char::from_digit(digit, 10));
        }
    };
    push("", year / 100);
    push("", year % 100);
    push("-", moment.month());
    push("-", moment.day());
    push(" ", moment.hour());
    push(":", moment.minute());
    push(":", moment.second());
    let (digits, number) = match fraction {
        0 => return Some(text),
        _ if fraction % 1_000_000 == 0 => (3, fraction / 1_000_000),
        _ if fraction % 1_000 == 0 => (6, fraction / 1_000),
        _ => (9, fraction),
    };
    text.push('.');
    for place in (0..digits).rev() {
        text.extend(char::from_digit(number / 10_u32.pow(place) % 10, 10));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;

    use super::*;

    /// As diesel has it.
    fn expected(moment: NaiveDateTime) -> String {
        moment.format("%F %T%.f").to_string()
    }

    fn at(seconds: i64, nanoseconds: u32) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp(seconds, nanoseconds)?.naive_utc())
    }

    #[test]
    fn fractions_have_three_digits_or_six_or_nine() {
        let fractions = [0, 1, 1_000, 10_000, 120_000, 1_000_000, 10_000_000, 500_000_000];
        for fraction in fractions.into_iter().chain([999_999_999, 999_000_000, 999_999_000]) {
            let moment = at(1_767_323_045, fraction);
            assert_eq!(moment.and_then(spelled), moment.map(expected), "{fraction}");
        }
    }

    #[test]
    fn what_has_another_shape_is_left_to_diesel() {
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31)
            .and_then(|day| day.and_hms_nano_opt(23, 59, 59, 1_000_000_000));
        for odd in [leap, Some(NaiveDateTime::MIN), Some(NaiveDateTime::MAX)] {
            assert_eq!(odd.and_then(spelled), None);
        }
    }

    proptest! {
        #[test]
        fn every_moment_is_spelled_as_diesel_does(
            seconds in -62_167_219_200_i64..253_402_300_800, nanoseconds in 0..1_000_000_000_u32,
        ) {
            let moment = at(seconds, nanoseconds);
            prop_assert_eq!(moment.and_then(spelled), moment.map(expected));
        }
    }
}
