//! Dates and times that are stored as texts of nearly the shape in which they are shown: they are copied, where reading and
//! spelling them would take most of the time that a page takes.

/// A date and a time as SQLite holds them, `2026-01-02 03:04:05.678`, as DRF shows them: `"2026-01-02T03:04:05.678000"`,
/// and `zone` behind it. `false`, and nothing is written, for any other text.
pub(super) fn moment(text: &str, zone: &str, out: &mut Vec<u8>) -> bool {
    let Some((whole, fraction)) = text.as_bytes().split_first_chunk() else { return false };
    let digits = match fraction {
        [] => [].as_slice(),
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => digits,
        _ => return false,
    };
    if !is_moment(whole) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut text = *b"\"0000-00-00T00:00:00.000000";
    text[1..11].copy_from_slice(&whole[..10]);
    text[12..20].copy_from_slice(&whole[11..]);
    // Nobody is shown less than a microsecond.
    for (place, digit) in text[21..].iter_mut().zip(digits) {
        *place = *digit;
    }
    // Microseconds that are none are not shown.
    let length = if text[21..] == *b"000000" { 20 } else { text.len() };
    out.extend_from_slice(&text[..length]);
    out.extend_from_slice(zone.as_bytes());
    out.push(b'"');
    true
}

/// Whether it is `2026-01-02 03:04:05`, or with a `T`, on a date that every month has. All of it is looked at, which takes
/// less than to stop where it is wrong.
fn is_moment(text: &[u8; 19]) -> bool {
    const DIGITS: [usize; 14] = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    let digit = |at: usize| text[at].wrapping_sub(b'0');
    let number = |at: usize| digit(at).wrapping_mul(10).wrapping_add(digit(at + 1));
    let are_digits = DIGITS.iter().fold(true, |are, at| are & (digit(*at) < 10));
    let is_between = |number: u8, low: u8, high: u8| (number >= low) & (number <= high);
    are_digits
        & (text[4] == b'-')
        & (text[7] == b'-')
        & ((text[10] == b' ') | (text[10] == b'T'))
        & (text[13] == b':')
        & (text[16] == b':')
        & is_between(number(5), 1, 12)
        & is_between(number(8), 1, 28)
        & (number(11) < 24)
        & (number(14) < 60)
        & (number(17) < 60)
}

/// The same for microseconds since the year 2000 began, as PostgreSQL holds them. `false` for a year that has not four
/// digits.
pub(super) fn microseconds(moment: i64, zone: &str, out: &mut Vec<u8>) -> bool {
    /// Before that year: 400 years have so many days, and begin with March, so that a leap day is the last.
    const DAYS_OF_400_YEARS: u32 = 146_097;
    const DAYS_BEFORE_2000: i64 = 730_425;
    const SECOND: u64 = 1_000_000;
    const DAY: u64 = 86_400 * SECOND;
    const BEFORE_2000: i64 = DAYS_BEFORE_2000 * 86_400_000_000;

    // Unsigned numbers are divided at half the price.
    let Some(Ok(moment)) = moment.checked_add(BEFORE_2000).map(u64::try_from) else { return false };
    let (Ok(days), rest) = (u32::try_from(moment / DAY), moment % DAY) else { return false };
    let (centuries, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (400 * centuries + year, month + 3),
        _ => (400 * centuries + year + 1, month - 9),
    };
    if !(1..=9999).contains(&year) {
        return false;
    }
    // A day has so few of either that they fit.
    let seconds = u32::try_from(rest / SECOND).unwrap_or_default();
    let fraction = u32::try_from(rest % SECOND).unwrap_or_default();
    let mut text = *b"\"0000-00-00T00:00:00.000000";
    for (place, number) in [
        (1, year / 100),
        (3, year % 100),
        (6, month),
        (9, day),
        (12, seconds / 3600),
        (15, seconds / 60 % 60),
        (18, seconds % 60),
        (21, fraction / 10_000),
        (23, fraction / 100 % 100),
        (25, fraction % 100),
    ] {
        text[place..place + 2].copy_from_slice(&pair(number));
    }
    // Microseconds that are none are not shown.
    let length = if fraction == 0 { text.len() - 7 } else { text.len() };
    out.extend_from_slice(&text[..length]);
    out.extend_from_slice(zone.as_bytes());
    out.push(b'"');
    true
}

/// A number of two digits, spelled.
pub(crate) fn pair(number: u32) -> [u8; 2] {
    PAIRS[number as usize % 100]
}

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number: u8 = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

/// A date, which is stored as it is shown.
pub(super) fn date(text: &str, out: &mut Vec<u8>) -> bool {
    let is_date = is_date(text.as_bytes());
    if is_date {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
    is_date
}

/// Whether it is a date that every month has, or else one to be looked at.
fn is_date(text: &[u8]) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    [y1, y2, y3, y4].iter().all(u8::is_ascii_digit)
        && is_between(m1, m2, 1, 12)
        && is_between(d1, d2, 1, 28)
}

/// Whether two digits are a number between these.
fn is_between(tens: u8, units: u8, low: u8, high: u8) -> bool {
    tens.is_ascii_digit()
        && units.is_ascii_digit()
        && (low..=high).contains(&((tens - b'0') * 10 + units - b'0'))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
    use proptest::prelude::*;

    use crate::renderers::RawJson;
    use crate::serializers::{FieldValue, Shown};

    fn copied<T: FieldValue>(text: &str) -> Option<String> {
        let mut out = Vec::new();
        T::copy_text(text, &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn what_has_another_shape_is_read() {
        for text in [
            "",
            "2026",
            "2026-02-30 00:00:00",
            "2026-13-01 00:00:00",
            "2026-01-00 00:00:00",
            "2026-01-02 24:00:00",
            "2026-01-02 00:60:00",
            "2026-01-02 00:00:00.",
            "2026-01-02 00:00:00.1234567890",
            "2026-01-02 00:00:00.123456x",
            "2026-01-02 00:00:00Z",
            "2026-01-02 00:00:00+00:00",
            "2026-01-02  00:00:00",
            "2026-01-02 0é:00:00",
            "2459000.5",
            "-001-01-02 00:00:00",
        ] {
            assert_eq!(copied::<NaiveDateTime>(text), None, "{text}");
        }
        assert_eq!(copied::<DateTime<Utc>>("2026-01-02 00:00:00"), None);
        assert_eq!(copied::<DateTime<Utc>>("2026-01-02 00:00:00+01:00"), None);
        assert_eq!(copied::<NaiveDate>("2026-02-29"), None);
    }

    proptest! {
        /// What is copied is what would be shown, had it been read.
        #[test]
        fn a_copy_is_the_same(seconds in -62_135_596_800_i64..253_402_300_799, nanos in 0_u32..1_000_000_000, digits in 0_usize..=9) {
            let moment = DateTime::from_timestamp(seconds, nanos).ok_or(TestCaseError::reject("time"))?;
            let naive = moment.naive_utc();
            let mut text = naive.format("%Y-%m-%d %H:%M:%S").to_string();
            if digits > 0 {
                let fraction = naive.format("%9f").to_string();
                text.push_str(&format!(".{}", &fraction[..digits]));
            }
            let shown = |text: &str| {
                let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
                String::from_utf8(RawJson::of(&Shown(&naive)).ok()?.into_bytes()).ok()
            };
            if let Some(copied) = copied::<NaiveDateTime>(&text) {
                prop_assert_eq!(Some(copied), shown(&text));
            }
            let zoned = copied::<DateTime<Utc>>(&format!("{text}+00:00"));
            let expected = copied::<NaiveDateTime>(&text).map(|text| text.trim_end_matches('"').to_owned() + "Z\"");
            prop_assert_eq!(zoned, expected);
        }

        /// Microseconds are spelled as what they stand for.
        #[test]
        fn microseconds_are_spelled_the_same(moment in -63_082_281_600_000_000_i64..252_455_616_000_000_000) {
            let written = |moment: i64| {
                let mut out = Vec::new();
                DateTime::<Utc>::copy_moment(moment, &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
            };
            let shown = |moment: i64| {
                let utc = DateTime::from_timestamp_micros(moment + 946_684_800_000_000)?;
                String::from_utf8(RawJson::of(&Shown(&utc)).ok()?.into_bytes()).ok()
            };
            // A whole second as well, and the days around it.
            let second = moment - moment % 1_000_000;
            for moment in [moment, second, second + 86_400_000_000, second - 86_400_000_000] {
                if let Some(written) = written(moment) {
                    prop_assert_eq!(Some(written), shown(moment), "{}", moment);
                }
            }
            prop_assert!(written(moment).is_some());
        }
    }
}
