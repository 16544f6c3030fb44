//! The words of SQLite, which has no other way to say what is wrong; and the columns that an error names.

use diesel::result::DatabaseErrorInformation;

use super::trouble::Trouble;

/// What is wrong, if the words tell.
pub(super) fn trouble(message: &str) -> Option<Trouble> {
    Some(match message {
        busy if is_out_of_reach(busy) => Trouble::OutOfReach,
        "database or disk is full" => Trouble::Full,
        long if is_too_complex(long) => Trouble::TooComplex,
        _ => return None,
    })
}

/// A file that another process has locked, that is gone or may not be written.
fn is_out_of_reach(message: &str) -> bool {
    matches!(
        message,
        "database is locked"
            | "database table is locked"
            | "attempt to write a readonly database"
            | "unable to open database file"
            | "disk I/O error"
    )
}

/// A statement beyond SQLite's limits.
fn is_too_complex(message: &str) -> bool {
    message.starts_with("Expression tree is too large")
        || message == "LIKE or GLOB pattern too complex"
        || matches!(message, "parser stack overflow" | "Recursion limit")
        || message == "too many SQL variables"
        || message.starts_with("too many terms in ")
        || message.starts_with("too many columns in ")
}

/// The columns that a constraint is about, as far as the database tells: PostgreSQL in a field or in the detail, whatever
/// its language, SQLite in its message, MySQL by the name of the key, in which columns of the model (`known`) are looked for where the
/// server does not say which it has.
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

/// The name of the key in `Duplicate entry 'alice' for key 'users.username'`, behind that of the table where MySQL tells it.
pub(super) fn key(message: &str) -> Option<&str> {
    let (_, key) = message.rsplit_once(" for key '")?;
    Some(key.strip_suffix('\'').unwrap_or(key))
}

/// The columns in the name of a key, if nothing else is known of it.
fn in_key<'a>(message: &'a str, known: &[&'a str]) -> Vec<&'a str> {
    let Some(key) = key(message) else { return Vec::new() };
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
