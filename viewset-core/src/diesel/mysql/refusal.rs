//! What MySQL and MariaDB refuse, as an error of diesel's. What it means is told by its number: a server's words are those of
//! its `lc_messages`.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use mysql_async::{DriverError, ServerError};

use crate::diesel::trouble::Trouble;

/// The error of a statement. One that does not come from the server comes from the way there, unless it was not sent at all.
pub(super) fn error(error: mysql_async::Error) -> Error {
    match error {
        mysql_async::Error::Server(refusal) => {
            Error::DatabaseError(kind(&refusal), Box::new(Refusal(refusal)))
        }
        mysql_async::Error::Driver(
            error @ (DriverError::MissingNamedParam { .. }
            | DriverError::MixedParams
            | DriverError::NamedParamsForPositionalQuery
            | DriverError::StmtParamsMismatch { .. }),
        ) => Error::SerializationError(error.into()),
        mysql_async::Error::Driver(
            error
            @ (DriverError::PacketTooLarge | DriverError::StmtParamsNumberExceedsLimit { .. }),
        ) => {
            // The number that the server has for it.
            let (code, state) = (1153, "08S01".to_owned());
            let refusal = ServerError { code, message: error.to_string(), state };
            Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(Refusal(refusal)))
        }
        error => {
            let text = error.to_string();
            Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(text))
        }
    }
}

/// Whether the server does not know a statement any more that is kept: it was not run.
pub(super) fn is_stale(error: &mysql_async::Error) -> bool {
    matches!(error, mysql_async::Error::Server(refusal) if matches!(refusal.code, 1243 | 1615))
}

/// The numbers of both servers:
/// <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
/// <https://mariadb.com/docs/server/reference/error-codes>.
fn kind(refusal: &ServerError) -> DatabaseErrorKind {
    match refusal.code {
        1022 | 1062 | 1169 | 1586 | 1859 => DatabaseErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 | 1557 | 1761 | 1762 => DatabaseErrorKind::ForeignKeyViolation,
        1048 | 1364 => DatabaseErrorKind::NotNullViolation,
        3819 | 4025 => DatabaseErrorKind::CheckViolation,
        1792 => DatabaseErrorKind::ReadOnlyTransaction,
        // It shuts down, has killed the connection, or has waited for it for too long.
        1053 | 1152 | 1184 | 1927 | 3169 | 4031 => DatabaseErrorKind::ClosedConnection,
        _ => DatabaseErrorKind::Unknown,
    }
}

/// What a number means, where no kind of diesel's says it.
fn trouble(refusal: &ServerError) -> Option<Trouble> {
    Some(match refusal.code {
        1213 | 1614 => Trouble::Deadlock,
        1021 | 1114 => Trouble::Full,
        // Of a file or an engine: 28 is the operating system's number for a disk without room.
        3 | 1026 | 1030 if is_full(&refusal.message) => Trouble::Full,
        // A text too long, a number out of range, points in time that are none, characters that the column has not, a word that
        // an enum has not, JSON that is none or too much of it, a regex that is none.
        1139
        | 1264
        | 1265
        | 1292
        | 1300
        | 1366
        | 1406
        | 1411
        | 1441
        | 1690
        | 3140..=3143
        | 3150
        | 3151
        | 3157
        | 3158
        | 3684..=3700
        | 3854
        | 3887
        | 3988 => Trouble::DoesNotFit,
        // A text of characters that a column has not, which is compared with it.
        1267 | 1270 if refusal.message.contains("COERCIBLE") => Trouble::DoesNotFit,
        // More, or longer, than a statement may have.
        1119 | 1153 | 1390 | 1436 => Trouble::TooComplex,
        // Too many clients, or too much of one; no memory; a file that cannot be read or written; a node of a cluster that is not
        // ready, or lost against another; locks and time limits; a statement that is no longer kept; a server that takes no writes.
        2 | 3 | 1020 | 1023 | 1024 | 1026 | 1030 | 1037 | 1038 | 1040 | 1041 | 1047 | 1129
        | 1135 | 1180 | 1203 | 1205 | 1206 | 1226 | 1243 | 1317 | 1461 | 1615 | 1689 | 1836
        | 1969 | 3024 | 3100 | 3101 | 3572 => Trouble::OutOfReach,
        // The option is named as it is in all languages.
        1290 if refusal.message.contains("read-only") => Trouble::OutOfReach,
        _ => return None,
    })
}

/// Whether a message quotes the number of a disk without room: `Got error 28 "…`, `(Errcode: 28 "…`, `(errno: 28)`.
fn is_full(message: &str) -> bool {
    message.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "28")
        && !message.contains('#')
}

struct Refusal(ServerError);

impl DatabaseErrorInformation for Refusal {
    fn message(&self) -> &str {
        Trouble::say(trouble(&self.0));
        &self.0.message
    }

    fn details(&self) -> Option<&str> {
        None
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, message: &str) -> Error {
        let (state, message) = ("HY000".to_owned(), message.to_owned());
        error(mysql_async::Error::Server(ServerError { code, message, state }))
    }

    #[test]
    fn numbers_say_what_is_wrong_whatever_the_language() {
        let read_only = "Der MariaDB-Server läuft mit der Option --read-only";
        let cases = [
            (1406, "Daten zu lang für Feld 'name' in Zeile 1", Some(Trouble::DoesNotFit)),
            (1292, "Incorrect datetime value: 'read-only option'", Some(Trouble::DoesNotFit)),
            (1366, "Incorrect string value: 'No space left on device'", Some(Trouble::DoesNotFit)),
            (
                1267,
                "Illegal mix of collations (utf8mb3_general_ci,IMPLICIT) and (utf8mb4_general_ci,COERCIBLE) for operation '='",
                Some(Trouble::DoesNotFit),
            ),
            (1290, read_only, Some(Trouble::OutOfReach)),
            (1290, "The server is running with the --secure-file-priv option", None),
            (
                1030,
                "Got error 28 \"No space left on device\" from storage engine",
                Some(Trouble::Full),
            ),
            (
                1030,
                "Got error 5 \"Input/output error\" from storage engine",
                Some(Trouble::OutOfReach),
            ),
            (
                1030,
                "Got error 128 \"Out of memory in engine\" from storage engine",
                Some(Trouble::OutOfReach),
            ),
            (1026, "Error writing file './a/#sql-28a.frm' (Errcode: 5)", Some(Trouble::OutOfReach)),
            (1114, "The table 'notes' is full", Some(Trouble::Full)),
            (
                3,
                "Error writing file '/tmp/MYfd=42' (OS errno 28 - No space left on device)",
                Some(Trouble::Full),
            ),
            (3, "Error writing file '/tmp/MYfd=42' (OS errno 5 - x)", Some(Trouble::OutOfReach)),
            (3157, "The JSON document exceeds the maximum depth.", Some(Trouble::DoesNotFit)),
            (3887, "Capture group has an invalid name.", Some(Trouble::DoesNotFit)),
            (
                3988,
                "Conversion from collation utf8mb4_bin into latin1_swedish_ci impossible for parameter",
                Some(Trouble::DoesNotFit),
            ),
            (
                1047,
                "WSREP has not yet prepared node for application use",
                Some(Trouble::OutOfReach),
            ),
            (1213, "Deadlock gefunden", Some(Trouble::Deadlock)),
            (1053, "Der Server wird heruntergefahren", Some(Trouble::Lost)),
            (1927, "Connection was killed", Some(Trouble::Lost)),
            (
                1792,
                "Cannot execute statement in a READ ONLY transaction",
                Some(Trouble::OutOfReach),
            ),
            (1062, "Duplicate entry 'Connection was killed' for key 'name'", None),
            (1064, "You have an error in your SQL syntax", None),
        ];
        for (code, message, expected) in cases {
            assert_eq!(Trouble::of(&refused(code, message)), expected, "{code} {message}");
        }
    }

    #[test]
    fn what_does_not_come_from_the_server_is_the_end_of_the_connection() {
        let broken = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let driver = DriverError::ConnectionClosed;
        let errors: [mysql_async::Error; 2] = [broken.into(), driver.into()];
        for broken in errors {
            assert_eq!(Trouble::of(&error(broken)), Some(Trouble::Lost));
        }
        let too_large = error(DriverError::PacketTooLarge.into());
        assert_eq!(Trouble::of(&too_large), Some(Trouble::TooComplex));
        assert_eq!(Trouble::of(&error(DriverError::MixedParams.into())), None);
    }
}
