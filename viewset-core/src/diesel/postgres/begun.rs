//! Which texts of users may begin a transaction. PostgreSQL's driver does not tell whether one is open, so the connection is
//! rolled back before anybody else gets it.

use crate::diesel::plain::is_plain;

/// What begins a transaction, wherever it stands: `BEGIN`, `START TRANSACTION`, `COMMIT AND CHAIN`.
const WORDS: [&str; 3] = ["BEGIN", "START", "CHAIN"];

/// Whether one of these statements may do so. Texts that only speak of it are taken for some that do: that costs a trip.
pub(super) fn may_begin(texts: &str) -> bool {
    words(texts).any(|word| WORDS.iter().any(|other| word.eq_ignore_ascii_case(other)))
}

/// The same for a text that can be no more than one statement.
pub(super) fn may_begin_alone(text: &str) -> bool {
    !is_plain(text) && may_begin(text)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |char: char| !char.is_ascii_alphanumeric() && char != '_';
    text.split(is_between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begin_is_seen_wherever_it_stands() {
        for text in [
            "BEGIN",
            "begin;",
            " START TRANSACTION READ ONLY",
            "/* hi */ BEGIN",
            "-- SELECT\nBEGIN",
            "COMMIT AND CHAIN",
        ] {
            assert!(may_begin(text), "{text}");
            assert!(may_begin_alone(text), "{text}");
        }
        assert!(may_begin("SELECT 1; BEGIN"));
        for text in ["SELECT 1", "SET TIME ZONE 'UTC'", "SELECT started FROM beginnings", ""] {
            assert!(!may_begin(text), "{text}");
        }
        // A question cannot begin one.
        assert!(!may_begin_alone("SELECT start FROM spans"));
    }
}
