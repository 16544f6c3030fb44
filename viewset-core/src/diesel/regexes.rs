//! Regexes of clients. They are bounded, since a few letters can stand for megabytes of states, and those that were compiled
//! last are kept: SQLite asks for each of a statement's again at every row.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};

use super::backend::Case;

/// How many bytes a regex may take when it is compiled.
const LARGEST: usize = 1 << 20;

/// How many are kept on a thread.
const KEPT: usize = 32;

thread_local! {
    /// The one that was asked for last at the end.
    static REGEXES: RefCell<Vec<Regex>> = const { RefCell::new(Vec::new()) };
}

/// Whether a text is a regex, and one of a size that it is searched with: an error of the database would be a 500.
pub(crate) fn is_regex(text: &str, case: Case) -> bool {
    with(&in_case(text, case), |_| ()).is_some()
}

/// Whether a text matches a regex anywhere. What is no regex matches nothing; it was refused before.
#[cfg(feature = "sqlite")]
pub(super) fn matches(regex: &str, text: &str) -> bool {
    with(regex, |regex| regex.is_match(text)).unwrap_or(false)
}

/// The regex that matches in this case.
pub(super) fn in_case(regex: &str, case: Case) -> String {
    match case {
        Case::Sensitive => regex.to_owned(),
        Case::Insensitive => format!("(?i){regex}"),
    }
}

fn with<R>(text: &str, ask: impl FnOnce(&Regex) -> R) -> Option<R> {
    REGEXES.with_borrow_mut(|regexes| {
        match regexes.iter().rposition(|known| known.as_str() == text) {
            Some(place) => regexes[place..].rotate_left(1),
            None => {
                let regex = RegexBuilder::new(text).size_limit(LARGEST).build().ok()?;
                if regexes.len() == KEPT {
                    regexes.remove(0);
                }
                regexes.push(regex);
            }
        }
        regexes.last().map(ask)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_much_is_no_regex_to_us() {
        for (text, expected) in
            [("^a+$", true), (r"^\w{3}-\d{4}$", true), ("[", false), ("(((a{60}){60}){60})", false)]
        {
            assert_eq!(is_regex(text, Case::Sensitive), expected, "{text}");
            assert_eq!(is_regex(text, Case::Insensitive), expected, "{text}");
        }
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn a_statement_may_have_many_regexes_and_none_is_compiled_twice() {
        let texts: Vec<_> = (0..KEPT).map(|number| format!("^{number}$")).collect();
        for _ in 0..2 {
            for (number, regex) in texts.iter().enumerate() {
                assert!(matches(regex, &number.to_string()));
                assert!(!matches(regex, "none"));
            }
        }
        let kept = REGEXES.with_borrow(|kept| {
            kept.iter().map(|regex| regex.as_str().to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(kept, texts);
    }
}
