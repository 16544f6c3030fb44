//! The words of SQLite and MySQL, which have no other way to say what is wrong; and the columns that an error names.

use diesel::result::DatabaseErrorInformation;

use super::trouble::Trouble;

/// What is wrong, if the words tell.
pub(super) fn trouble(message: &str) -> Option<Trouble> {
    Some(match message {
        // First, for some of these quote it.
        value if does_not_fit(value) => Trouble::DoesNotFit,
        lost if is_lost(lost) => Trouble::Lost,
        busy if is_out_of_reach(busy) => Trouble::OutOfReach,
        full if is_full(full) => Trouble::Full,
        long if is_too_complex(long) => Trouble::TooComplex,
        _ => return None,
    })
}

/// The connection is gone, or the server is going: MySQL and its driver.
fn is_lost(message: &str) -> bool {
    message.starts_with("Input/output error: ")
        || message.starts_with("Driver error: ")
        || message == "Server shutdown in progress"
        || message == "Connection was killed"
}

/// A file that another process has locked, that is gone or may not be written; a server that stops, has too many clients,
/// waited for a lock or for its own time limit in vain, or may not write.
fn is_out_of_reach(message: &str) -> bool {
    matches!(
        message,
        "database is locked"
            | "database table is locked"
            | "attempt to write a readonly database"
            | "unable to open database file"
            | "disk I/O error"
            | "Too many connections"
    ) || is_deadlock(message)
        || message.starts_with("Lock wait timeout exceeded")
        || message.starts_with("Query execution was interrupted")
        || message.starts_with("The M") && message.contains("read-only option")
}

/// MySQL has rolled a transaction back, because it and others waited for one another.
pub(super) fn is_deadlock(message: &str) -> bool {
    message.starts_with("Deadlock found when trying to get lock")
}

/// A disk without room.
fn is_full(message: &str) -> bool {
    message == "database or disk is full"
        || message.contains("No space left on device")
        || message.starts_with("The table '") && message.ends_with("' is full")
}

/// A statement beyond SQLite's limits.
fn is_too_complex(message: &str) -> bool {
    message.starts_with("Expression tree is too large")
        || message == "LIKE or GLOB pattern too complex"
        || message == "parser stack overflow"
        || message == "too many SQL variables"
        || message.starts_with("too many terms in ")
        || message.starts_with("too many columns in ")
}

/// A value that MySQL's column does not hold.
fn does_not_fit(message: &str) -> bool {
    message.starts_with("Data too long for column ")
        || message.starts_with("Out of range value for column ")
        || message.starts_with("Incorrect string value: ")
        || message.starts_with("Incorrect datetime value: ")
        || message.starts_with("Got error 'PCRE")
        || message.starts_with("Regex error ")
}

/// A CHECK of MariaDB, which has a number of its own for it.
pub(super) fn is_check(message: &str) -> bool {
    message.starts_with("CONSTRAINT `") && message.contains("` failed for ")
}

/// The columns that a constraint is about, as far as the database tells: PostgreSQL in a field or in the detail, whatever
/// its language, SQLite in its message, MySQL by the name of the key, in which columns of the model (`known`) are looked for.
pub(super) fn columns<'a>(
    info: &'a dyn DatabaseErrorInformation,
    known: &[&'a str],
) -> Vec<&'a str> {
    if let Some(column) = info.column_name() {
        return vec![column];
    }
    let message = info.message();
    if let Some((_, list)) = message.split_once("constraint failed: ") {
        return list.split(", ").filter_map(|column| Some(column.rsplit_once('.')?.1)).collect();
    }
    // `Key (owner_id, name)=(1, x) already exists.`
    if let Some((key, _)) = info.details().and_then(|detail| detail.split_once(")=("))
        && let Some((_, list)) = key.split_once('(')
    {
        // An index on an expression says nothing to a client.
        if list.contains('(') {
            return Vec::new();
        }
        return list.split(", ").map(|column| column.trim_matches('"')).collect();
    }
    match message.strip_prefix("Column '").or_else(|| message.strip_prefix("Field '")) {
        Some(rest) => rest.split_once('\'').map(|(column, _)| column).into_iter().collect(),
        None => in_key(message, known),
    }
}

/// The columns in the name of the key in `Duplicate entry 'alice' for key 'users.username'`.
fn in_key<'a>(message: &'a str, known: &[&'a str]) -> Vec<&'a str> {
    let Some((_, key)) = message.rsplit_once(" for key '") else { return Vec::new() };
    let key = key.trim_end_matches('\'');
    let key = key.rsplit_once('.').map_or(key, |(_, key)| key);
    if known.contains(&key) {
        return vec![key];
    }
    // A long name first: `owner_id` has `id` in it.
    let (mut key, mut found) = (format!("_{key}_"), Vec::new());
    let mut longest_first = known.to_vec();
    longest_first.sort_by_key(|column| std::cmp::Reverse(column.len()));
    for column in longest_first {
        let named = format!("_{column}_");
        if key.contains(&named) {
            key = key.replace(&named, "__");
            found.push(column);
        }
    }
    known.iter().filter(|column| found.contains(*column)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The detail of an error.
    struct Detail(&'static str);

    impl DatabaseErrorInformation for Detail {
        fn message(&self) -> &'static str {
            ""
        }

        fn details(&self) -> Option<&str> {
            Some(self.0)
        }

        fn hint(&self) -> Option<&str> {
            None
        }

        fn table_name(&self) -> Option<&str> {
            None
        }

        fn column_name(&self) -> Option<&str> {
            None
        }

        fn constraint_name(&self) -> Option<&str> {
            None
        }

        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    #[test]
    fn what_is_quoted_is_not_what_is_wrong() {
        let read_only =
            "The MariaDB server is running with the --read-only option so it cannot execute";
        for (message, expected) in [
            (read_only, Some(Trouble::OutOfReach)),
            ("Incorrect datetime value: 'read-only option'", Some(Trouble::DoesNotFit)),
            ("Incorrect string value: 'No space left on device'", Some(Trouble::DoesNotFit)),
            ("Got error 28 \"No space left on device\" from storage engine", Some(Trouble::Full)),
            ("no read-only option", None),
        ] {
            assert_eq!(trouble(message), expected, "{message}");
        }
    }

    #[test]
    fn columns_are_found_in_details_of_any_language() {
        for (detail, expected) in [
            ("Key (username)=(alice) already exists.", vec!["username"]),
            ("Schlüssel »(owner_id, name)=(1, x)« existiert bereits.", vec!["owner_id", "name"]),
            (r#"键值"("order")=(1)" 已经存在"#, vec!["order"]),
            ("something else", vec![]),
        ] {
            assert_eq!(columns(&Detail(detail), &[]), expected, "{detail}");
        }
    }

    #[test]
    fn columns_are_found_in_the_words_of_each_database() {
        let known = ["id", "owner_id", "name", "username"];
        for (message, expected) in [
            ("UNIQUE constraint failed: users.username", vec!["username"]),
            ("UNIQUE constraint failed: a.owner_id, a.name", vec!["owner_id", "name"]),
            ("Duplicate entry 'x' for key 'username'", vec!["username"]),
            ("Duplicate entry 'it's' for key 'users.username'", vec!["username"]),
            (
                "Duplicate entry '1-x' for key 'accounts_owner_id_name_uniq'",
                vec!["owner_id", "name"],
            ),
            ("Column 'name' cannot be null", vec!["name"]),
            ("Field 'name' doesn't have a default value", vec!["name"]),
            ("something else", vec![]),
        ] {
            let message = message.to_owned();
            assert_eq!(columns(&message, &known), expected, "{message}");
        }
    }
}
