//! What PostgreSQL refuses, as an error of diesel's. What it means is told by its code (SQLSTATE) alone: a server's words
//! are those of its `lc_messages`.

use std::error::Error as _;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};

use crate::diesel::trouble::Trouble;

/// The error of a statement. One that does not come from the server comes from the way there.
pub(super) fn error(error: tokio_postgres::Error) -> Error {
    match refusal(&error) {
        Some(refused) => {
            let trouble = trouble(refused.code().code());
            Error::DatabaseError(
                kind(refused),
                Box::new(Refusal { error: refused.clone(), trouble }),
            )
        }
        None => {
            let text = error.to_string();
            Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(text))
        }
    }
}

/// The error of a transaction in which a statement [is stale](is_stale): another time it is prepared anew.
pub(super) fn stale(error: &tokio_postgres::Error) -> Option<Error> {
    let refusal = Refusal { error: refusal(error)?.clone(), trouble: Some(Trouble::OutOfReach) };
    Some(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(refusal)))
}

fn refusal(error: &tokio_postgres::Error) -> Option<&DbError> {
    error.source()?.downcast_ref()
}

/// Whether a statement was stopped because it took too long, before it was committed.
pub(super) fn took_too_long(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE))
}

/// Whether a statement that is kept is of no use any more: a table looks otherwise since, or the server has dropped it. It
/// was not run.
pub(super) fn is_stale(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME)
        || error.as_db_error().is_some_and(|refusal| {
            *refusal.code() == SqlState::FEATURE_NOT_SUPPORTED
                && refusal.routine() == Some("RevalidateCachedQuery")
        })
}

fn kind(refusal: &DbError) -> DatabaseErrorKind {
    if is_end(refusal) {
        return DatabaseErrorKind::ClosedConnection;
    }
    match *refusal.code() {
        SqlState::UNIQUE_VIOLATION => DatabaseErrorKind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => DatabaseErrorKind::ForeignKeyViolation,
        SqlState::RESTRICT_VIOLATION => DatabaseErrorKind::RestrictViolation,
        SqlState::EXCLUSION_VIOLATION => DatabaseErrorKind::ExclusionViolation,
        SqlState::NOT_NULL_VIOLATION => DatabaseErrorKind::NotNullViolation,
        SqlState::CHECK_VIOLATION => DatabaseErrorKind::CheckViolation,
        SqlState::T_R_SERIALIZATION_FAILURE => DatabaseErrorKind::SerializationFailure,
        SqlState::READ_ONLY_SQL_TRANSACTION => DatabaseErrorKind::ReadOnlyTransaction,
        _ => DatabaseErrorKind::Unknown,
    }
}

/// Whether the connection ends with it. Before 9.6 no server says so in a word of all languages.
fn is_end(refusal: &DbError) -> bool {
    match refusal.parsed_severity() {
        Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
        None => {
            let code = refusal.code().code();
            code.starts_with("08") || code.starts_with("57P")
        }
    }
}

/// What a code means, where no kind of diesel's says it:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn trouble(code: &str) -> Option<Trouble> {
    Some(match code {
        "53100" => Trouble::Full,
        // A text or a number too long, points in time that are none, characters that the database has not, a word that an
        // enum has not, a regex that is none.
        "22001" | "22003" | "22007" | "22008" | "22009" | "22015" | "22021" | "22P02" | "22P05"
        | "2201B" => Trouble::DoesNotFit,
        "40P01" => Trouble::Deadlock,
        // A commit of which nobody knows; what is in use or locked; a disk that cannot be read.
        "40003" | "55006" | "55P03" | "58030" => Trouble::OutOfReach,
        // The way to a server (of a server), resources, operators.
        _ if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => Trouble::OutOfReach,
        _ if code.starts_with("54") => Trouble::TooComplex,
        _ => return None,
    })
}

struct Refusal {
    error: DbError,
    trouble: Option<Trouble>,
}

impl DatabaseErrorInformation for Refusal {
    fn message(&self) -> &str {
        Trouble::say(self.trouble);
        self.error.message()
    }

    fn details(&self) -> Option<&str> {
        self.error.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.error.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.error.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.error.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.error.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        let (ErrorPosition::Original(place) | ErrorPosition::Internal { position: place, .. }) =
            self.error.position()?;
        i32::try_from(*place).ok()
    }
}
