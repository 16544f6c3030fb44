//! Points in time as diesel writes them for SQLite, digit by digit: to read its format takes longer than all else that is
//! done to store one.

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;

use crate::diesel::operand::Moment;
use crate::serializers::pair;

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
    let mut text = *b"0000-00-00 00:00:00.000000000";
    for (place, number) in [
        (0, year / 100),
        (2, year % 100),
        (5, moment.month()),
        (8, moment.day()),
        (11, moment.hour()),
        (14, moment.minute()),
        (17, moment.second()),
        (20, fraction / 10_000_000),
        (22, fraction / 100_000 % 100),
        (24, fraction / 1_000 % 100),
        (26, fraction / 10 % 100),
    ] {
        text[place..place + 2].copy_from_slice(&pair(number));
    }
    [_, text[28]] = pair(fraction % 10);
    let length = match fraction {
        0 => 19,
        _ if fraction % 1_000_000 == 0 => 23,
        _ if fraction % 1_000 == 0 => 26,
        _ => 29,
    };
    // They are digits and signs.
    std::str::from_utf8(&text[..length]).ok().map(str::to_owned)
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
