//! The regular expressions of `django.utils.dateparse`, read by hand. As in Python, a digit may be
//! of any script, and one line feed may stand at the end.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::super::python;
use super::{Zoned, offset, ymd};

/// `\d{4}-\d{1,2}-\d{1,2}$`
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let mut rest = Rest(text);
    let date = rest.date()?;
    rest.end()?;
    date.build()
}

/// `\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d{1,6}\d{0,6})?)?$`
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let mut rest = Rest(text);
    let time = rest.time()?;
    rest.end()?;
    Some(time)
}

/// The two with `[T ]` between them, and `\s*(Z|[+-]\d{2}(?::?\d{2})?)?$` behind.
pub(super) fn datetime(text: &str) -> Option<Zoned> {
    let mut rest = Rest(text);
    let date = rest.date()?;
    rest.one_of(&['T', ' '])?;
    let time = rest.time()?;
    rest.0 = rest.0.trim_start_matches(python::is_space);
    let offset = rest.zone()?;
    rest.end()?;
    Some(Zoned { local: date.build()?.and_time(time), offset })
}

/// A date that need not exist.
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    fn build(&self) -> Option<NaiveDate> {
        ymd(self.year, self.month, self.day)
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn one_of(&mut self, chars: &[char]) -> Option<char> {
        let char = self.0.chars().next().filter(|char| chars.contains(char))?;
        self.0 = self.0.get(char.len_utf8()..)?;
        Some(char)
    }

    /// As many digits as there are, up to `max`.
    fn digits(&mut self, min: usize, max: usize) -> Option<Vec<u32>> {
        let found: Vec<u32> = self.0.chars().take(max).map_while(python::digit).collect();
        let width: usize = self.0.chars().take(found.len()).map(char::len_utf8).sum();
        self.0 = self.0.get(width..)?;
        (found.len() >= min).then_some(found)
    }

    fn number(&mut self, min: usize, max: usize) -> Option<u32> {
        self.digits(min, max).map(|digits| number(&digits))
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number(4, 4)?;
        self.one_of(&['-'])?;
        let month = self.number(1, 2)?;
        self.one_of(&['-'])?;
        Some(Date { year, month, day: self.number(1, 2)? })
    }

    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.number(1, 2)?;
        self.one_of(&[':'])?;
        let minute = self.number(1, 2)?;
        let (mut second, mut micro) = (0, 0);
        if self.one_of(&[':']).is_some() {
            second = self.number(1, 2)?;
            if self.one_of(&['.', ',']).is_some() {
                let mut digits = self.digits(1, 12)?;
                digits.resize(6, 0);
                micro = number(&digits);
            }
        }
        NaiveTime::from_hms_micro_opt(hour, minute, second, micro)
    }

    fn zone(&mut self) -> Option<TimeDelta> {
        let Some(sign) = self.one_of(&['Z', '+', '-']).filter(|sign| *sign != 'Z') else {
            return Some(TimeDelta::zero());
        };
        let hours = self.number(2, 2)?;
        let colon = self.one_of(&[':']).is_some();
        let minutes = match self.0.chars().next().and_then(python::digit) {
            Some(_) => self.number(2, 2)?,
            None if colon => return None,
            None => 0,
        };
        offset(sign == '-', TimeDelta::minutes((hours * 60 + minutes).into()))
    }

    fn end(&self) -> Option<()> {
        matches!(self.0, "" | "\n").then_some(())
    }
}

fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}
