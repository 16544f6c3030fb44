//! The numbers in query strings, as Python and Django read them (rows J4, J6, J8, J9).

use crate::serializers::python_int;

/// DRF's `_positive_int`: a number that is not negative, or with `strict` above zero, and at most `cutoff`.
pub(super) fn positive_int(text: &str, strict: bool, cutoff: Option<u64>) -> Option<u128> {
    let number = u128::try_from(python_int(text)?).ok()?;
    if strict && number == 0 {
        return None;
    }
    Some(match cutoff.filter(|cutoff| *cutoff > 0) {
        Some(cutoff) => number.min(cutoff.into()),
        None => number,
    })
}

/// How many rows a page has: what the client asks for, if it may and can, or else the default.
pub(super) fn page_size(asked: Option<&str>, default: u64, max: Option<u64>) -> u64 {
    let asked = asked.and_then(|text| positive_int(text, true, max));
    asked.map_or(default, |size| u64::try_from(size).unwrap_or(u64::MAX))
}

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageNumber {
    Number(u64),
    Last,
}

impl PageNumber {
    /// What `?page=` says; `None` where that cannot be the number of any page.
    pub(super) fn read(asked: Option<&str>) -> Option<Self> {
        match asked {
            None | Some("") => Some(Self::Number(1)),
            Some("last") => Some(Self::Last),
            Some(text) => {
                let number = u64::try_from(python_int(text)?).ok()?;
                (number > 0).then_some(Self::Number(number))
            }
        }
    }

    /// The number, of so many pages; `None` if there are not so many. There is always a first one.
    pub(super) fn of(self, pages: u64) -> Option<u64> {
        let pages = pages.max(1);
        match self {
            Self::Last => Some(pages),
            Self::Number(number) => (number <= pages).then_some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        let table = [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("１", Some(1)),
            ("1_0", Some(10)),
            ("+3", Some(3)),
            ("0", None),
            ("-1", None),
            ("1.0", None),
            ("abc", None),
            ("", None),
            ("99999999999999999999999", Some(99_999_999_999_999_999_999_999)),
        ];
        for (text, number) in table {
            assert_eq!(positive_int(text, true, None), number, "{text}");
        }
        assert_eq!(positive_int("0", false, None), Some(0));
        assert_eq!(positive_int("100", true, Some(50)), Some(50));
    }

    #[test]
    fn what_is_no_size_leaves_the_default() {
        for text in [None, Some("0"), Some("-1"), Some("x"), Some("")] {
            assert_eq!(page_size(text, 20, Some(50)), 20);
        }
        assert_eq!(page_size(Some("100"), 20, Some(50)), 50);
        assert_eq!(page_size(Some("30"), 20, None), 30);
    }

    #[test]
    fn a_page_is_a_number_of_those_that_there_are_or_the_last() {
        let table = [
            (None, Some(1)),
            (Some(""), Some(1)),
            (Some("2"), Some(2)),
            (Some("last"), Some(3)),
            (Some("Last"), None),
            (Some("4"), None),
            (Some("0"), None),
            (Some("1.0"), None),
        ];
        for (text, page) in table {
            assert_eq!(PageNumber::read(text).and_then(|number| number.of(3)), page, "{text:?}");
        }
        assert_eq!(PageNumber::read(Some("last")).and_then(|number| number.of(0)), Some(1));
    }
}
