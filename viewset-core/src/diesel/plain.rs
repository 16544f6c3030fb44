//! Which texts leave transactions alone: of all others of a user's it has to be found out what they have left open.

/// What begins a statement that neither begins nor ends a transaction.
const PLAIN: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES"];

/// Whether a single statement is certain to leave them alone.
pub(super) fn is_plain(sql: &str) -> bool {
    let word = sql.trim_ascii_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    word.is_some_and(|word| PLAIN.iter().any(|plain| word.eq_ignore_ascii_case(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_told_by_its_first_word() {
        for (sql, expected) in [
            ("SELECT 1", true),
            (" insert into a values (1)", true),
            ("WITH a AS (SELECT 1) DELETE FROM b", true),
            ("VALUES(1)", true),
            ("BEGIN", false),
            ("/* SELECT */ BEGIN", false),
            ("CALL selected()", false),
            ("", false),
        ] {
            assert_eq!(is_plain(sql), expected, "{sql}");
        }
    }
}
