//! The spellings of dates and times that Django reads: first CPython 3.11's `fromisoformat`, then
//! the looser patterns of `django.utils.dateparse` (`2020-1-2 3:04 +02`).
//!
//! The order of the steps is CPython's; a mistake anywhere is `None`, never a message.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

mod pattern;

/// A date and time with its distance from UTC, if the text named one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zoned {
    local: NaiveDateTime,
    offset: TimeDelta,
}

impl Zoned {
    pub(super) const fn utc(local: NaiveDateTime) -> Self {
        Self { local, offset: TimeDelta::zero() }
    }

    /// `None` outside the years 1 to 9999.
    pub(super) fn to_utc(self) -> Option<NaiveDateTime> {
        let utc = self.local.checked_sub_signed(self.offset)?;
        is_in_range(utc.date()).then_some(utc)
    }
}

pub(super) fn datetime(text: &str) -> Option<Zoned> {
    iso_datetime(text.as_bytes()).or_else(|| pattern::datetime(text))
}

pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let iso = matches!(bytes.len(), 7 | 8 | 10).then(|| iso_date(bytes)).flatten();
    iso.or_else(|| pattern::date(text))
}

/// An offset is read and dropped, as in Django.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let bytes = text.as_bytes();
    let iso = iso_time(bytes.strip_prefix(b"T").unwrap_or(bytes));
    iso.map(|(time, _)| time).or_else(|| pattern::time(text))
}

/// The years that Python has.
fn is_in_range(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    is_in_range(date).then_some(date)
}

/// An offset of less than a day.
fn offset(negative: bool, size: TimeDelta) -> Option<TimeDelta> {
    (size < TimeDelta::days(1)).then_some(if negative { -size } else { size })
}

fn iso_datetime(bytes: &[u8]) -> Option<Zoned> {
    let separator = separator(bytes)?;
    let (date, rest) = bytes.split_at_checked(separator)?;
    let date = iso_date(date)?;
    // The separator may be any one character.
    let width = match rest.first() {
        None => return Some(Zoned::utc(date.and_time(NaiveTime::MIN))),
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0x80..) => 2,
        Some(_) => 1,
    };
    let (time, offset) = iso_time(rest.get(width..)?)?;
    Some(Zoned { local: date.and_time(time), offset })
}

/// Where the date ends: its fifth and sixth characters tell its format.
fn separator(bytes: &[u8]) -> Option<usize> {
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let week_digits = || 7 + bytes.iter().skip(7).take_while(|byte| byte.is_ascii_digit()).count();
    match (bytes.get(4)?, bytes.get(5)?) {
        _ if bytes.len() < 7 => None,
        _ if bytes.len() == 7 => Some(7),
        (b'-', b'W') => match bytes.get(8) {
            Some(b'-') if bytes.len() == 9 => None,
            Some(b'-') if !is_digit(10) => Some(10),
            _ => Some(8),
        },
        (b'-', _) => Some(10),
        (b'W', _) => match week_digits() {
            end @ ..9 => Some(end),
            end if end % 2 == 0 => Some(7),
            _ => Some(8),
        },
        _ => Some(8),
    }
}

/// `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www[-D]` or `YYYYWww[D]`.
fn iso_date(bytes: &[u8]) -> Option<NaiveDate> {
    let year = digits(bytes, 0, 4)?;
    let dashed = usize::from(bytes.get(4) == Some(&b'-'));
    let dash_at = |index: usize| dashed == 0 || bytes.get(index) == Some(&b'-');
    if bytes.get(4 + dashed) == Some(&b'W') {
        let week = digits(bytes, 5 + dashed, 2)?;
        let at = 7 + dashed;
        let day = match bytes.len() > at {
            true if dash_at(at) => digits(bytes, at + dashed, 1)?,
            true => return None,
            false => 1,
        };
        return iso_week(year, week, day);
    }
    let month = digits(bytes, 4 + dashed, 2)?;
    let at = 6 + dashed;
    let day = dash_at(at).then(|| digits(bytes, at + dashed, 2)).flatten()?;
    ymd(year, month, day)
}

fn iso_week(year: u32, week: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    let day = u8::try_from(day.checked_sub(1)?).ok()?;
    let date = NaiveDate::from_isoywd_opt(year, week, Weekday::try_from(day).ok()?)?;
    is_in_range(date).then_some(date)
}

/// A time and its offset, zero if there is none. CPython overlooks what stands between the two
/// (`03:04 Z`), and the microseconds of an offset without seconds.
fn iso_time(bytes: &[u8]) -> Option<(NaiveTime, TimeDelta)> {
    let zone = bytes.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z'));
    let (clock, zone) = bytes.split_at(zone.unwrap_or(bytes.len()));
    let clock = clock_of(clock).filter(|clock| clock.complete || !zone.is_empty())?;
    let time = NaiveTime::from_hms_micro_opt(clock.hour, clock.minute, clock.second, clock.micro)?;
    let offset = match zone {
        [] | [b'Z'] => TimeDelta::zero(),
        [sign @ (b'+' | b'-'), size @ ..] => {
            let size = clock_of(size).filter(|size| size.complete)?;
            match size.hour * 3600 + size.minute * 60 + size.second {
                0 => TimeDelta::zero(),
                seconds => {
                    let micros = TimeDelta::microseconds(size.micro.into());
                    offset(*sign == b'-', TimeDelta::seconds(seconds.into()) + micros)?
                }
            }
        }
        _ => return None,
    };
    Some((time, offset))
}

/// What a clock shows, and whether nothing stands behind it.
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    micro: u32,
    complete: bool,
}

/// `HH[:MM[:SS[.f…]]]` or the same without colons; what is left out is zero.
fn clock_of(bytes: &[u8]) -> Option<Clock> {
    let mut parts = [0; 3];
    let colons = bytes.get(2) == Some(&b':');
    let mut at = 0;
    for index in 0..3 {
        parts[index] = digits(bytes, at, 2)?;
        at += 2;
        let [hour, minute, second] = parts;
        match bytes.get(at..)? {
            [] => {
                return Some(Clock { hour, minute, second, micro: 0, complete: true });
            }
            [_] => {
                return Some(Clock { hour, minute, second, micro: 0, complete: false });
            }
            [b':', ..] if colons => at += 1,
            [b'.' | b',', ..] => {
                at += 1;
                break;
            }
            _ if !colons => {}
            _ => return None,
        }
    }
    let [hour, minute, second] = parts;
    let fraction = bytes.get(at..)?;
    let kept = fraction.len().min(6);
    let scale = 10u32.pow(u32::try_from(6 - kept).ok()?);
    let micro = digits(fraction, 0, kept)? * scale;
    let complete = fraction.iter().all(u8::is_ascii_digit);
    Some(Clock { hour, minute, second, micro, complete })
}

/// The number in the `count` digits at `at`.
fn digits(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    bytes.get(at..at + count)?.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}
