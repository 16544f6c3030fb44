//! How many requests in which period: `100/day`, as DRF writes it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of requests in a period of one second, minute, hour or day.
///
/// ```
/// use viewset_core::throttling::Rate;
///
/// const BURST: Rate = Rate::new("60/min");
/// assert_eq!(BURST.requests(), 60);
/// assert_eq!(BURST.period().as_secs(), 60);
/// ```
///
/// No limit at all is no rate: `Option::<Rate>::None`. Under `0/day` every request is throttled (I2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    requests: u32,
    period: Period,
}

/// The periods that a rate can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Period {
    Second,
    Minute,
    Hour,
    Day,
}

impl Rate {
    /// Reads `N/period`: `N` in decimal digits, at most 4294967295. Of the period only the first letter
    /// counts, in lower case, so `s`, `sec` and `second` are the same (I2).
    ///
    /// # Errors
    ///
    /// Anything else, blanks too; the error says what the right form is.
    pub const fn parse(text: &str) -> Result<Self, RateError> {
        let text = text.as_bytes();
        let mut slash = 0;
        while slash < text.len() && text[slash] != b'/' {
            slash += 1;
        }
        let (count, period) = text.split_at(slash);
        match (requests(count), Period::of(period)) {
            (Ok(requests), Ok(period)) => Ok(Self { requests, period }),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// Reads a rate that stands in the source; in a `const` a mistake does not compile.
    ///
    /// ```compile_fail
    /// # use viewset_core::throttling::Rate;
    /// const WEEKLY: Rate = Rate::new("3/week");
    /// ```
    ///
    /// # Panics
    ///
    /// On what [`Rate::parse`] does not take. For a text that comes from outside, call that.
    #[expect(
        clippy::panic,
        reason = "in a const it is the compiler's message; documented otherwise"
    )]
    #[track_caller]
    pub const fn new(text: &'static str) -> Self {
        match Self::parse(text) {
            Ok(rate) => rate,
            Err(error) => panic!("{}", error.text()),
        }
    }

    /// How many requests pass in a period.
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// The period: a second, a minute, an hour or a day.
    pub const fn period(self) -> Duration {
        self.period.duration()
    }

    pub(super) const fn unit(self) -> Period {
        self.period
    }
}

const fn requests(digits: &[u8]) -> Result<u32, RateError> {
    if digits.is_empty() {
        return Err(RateError::Form);
    }
    let (mut count, mut at) = (0_u32, 0);
    while at < digits.len() {
        if !digits[at].is_ascii_digit() {
            return Err(RateError::Form);
        }
        count = match count.checked_mul(10) {
            Some(tens) => match tens.checked_add((digits[at] - b'0') as u32) {
                Some(count) => count,
                None => return Err(RateError::TooMany),
            },
            None => return Err(RateError::TooMany),
        };
        at += 1;
    }
    Ok(count)
}

impl Period {
    pub(super) const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    pub(super) const fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
            Self::Day => 24 * 60 * 60,
        })
    }

    /// The period of `/min`, with its slash.
    const fn of(text: &[u8]) -> Result<Self, RateError> {
        let [b'/', first, ..] = text else {
            return Err(RateError::Form);
        };
        let mut at = 1;
        while at < text.len() {
            // A second slash is a mistake in DRF too: it unpacks two parts.
            if text[at] == b'/' {
                return Err(RateError::Form);
            }
            at += 1;
        }
        match first {
            b's' => Ok(Self::Second),
            b'm' => Ok(Self::Minute),
            b'h' => Ok(Self::Hour),
            b'd' => Ok(Self::Day),
            _ => Err(RateError::Period),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        Self::parse(text)
    }
}

/// `3/min`; what it writes, [`Rate::parse`] reads.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = match self.period {
            Period::Second => "sec",
            Period::Minute => "min",
            Period::Hour => "hour",
            Period::Day => "day",
        };
        write!(f, "{}/{period}", self.requests)
    }
}

/// Why a text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateError {
    /// It is not a number, a slash and a period.
    Form,
    /// The number is greater than 4294967295.
    TooMany,
    /// The period begins with another letter than s, m, h or d.
    Period,
}

impl RateError {
    const fn text(self) -> &'static str {
        match self {
            Self::Form => {
                "a rate is written `N/period`, as in `100/day`: a number, a slash, and second, minute, \
                 hour or day, without blanks"
            }
            Self::TooMany => {
                "a rate is written `N/period`, as in `100/day`, and N is 4294967295 at most"
            }
            Self::Period => {
                "a rate is written `N/period`, as in `100/day`, and the period is second, minute, hour \
                 or day: its first letter is one of s, m, h, d"
            }
        }
    }
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for RateError {}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_first_letter_of_the_period_counts() {
        let table = [("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("sec", 1), ("minute", 60)];
        for (period, seconds) in table.into_iter().chain([("hr", 3600), ("day", 86400), ("mé", 60)])
        {
            let rate = Rate::parse(&format!("3/{period}")).unwrap();
            assert_eq!((rate.requests(), rate.period().as_secs()), (3, seconds), "{period}");
        }
    }

    #[test]
    fn what_is_not_a_rate_is_told_the_right_form() {
        let form = ["", "3", "/", "3/", "/day", " 3/day", "3 /day", "-3/day", "+3/day", "3/d/d"];
        for text in form.into_iter().chain(["3.5/day", "٣/day", "3//day", "day/3", "a/x"]) {
            assert_eq!(Rate::parse(text), Err(RateError::Form), "{text}");
        }
        for text in ["3/week", "3/D", "3/ day", "3/é", "3/1"] {
            assert_eq!(Rate::parse(text), Err(RateError::Period), "{text}");
        }
        assert_eq!(Rate::parse("4294967296/s"), Err(RateError::TooMany));
        assert_eq!(Rate::parse("99999999999999999999/s"), Err(RateError::TooMany));
        for error in [RateError::Form, RateError::Period, RateError::TooMany] {
            assert!(error.to_string().contains("`N/period`, as in `100/day`"));
        }
    }

    #[test]
    fn a_constant_is_read_by_the_compiler() {
        const ALL: Rate = Rate::new("4294967295/day");
        const NONE: Rate = Rate::new("0/day");
        assert_eq!((ALL.requests(), NONE.requests()), (u32::MAX, 0));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(requests: u32, period in "[smhd]") {
            let rate = Rate::parse(&format!("{requests}/{period}")).unwrap();
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn any_text_is_answered(text: String) {
            let _ = Rate::parse(&text);
        }
    }
}
