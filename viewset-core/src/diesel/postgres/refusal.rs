//! What PostgreSQL refuses, as an error of diesel's.

use std::error::Error as _;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// The error of a statement. One that does not come from the server comes from the way there.
pub(super) fn error(error: tokio_postgres::Error) -> Error {
    let refusal = error.source().and_then(|source| source.downcast_ref::<DbError>());
    match refusal {
        Some(refusal) => {
            let refusal = Refusal(refusal.clone());
            Error::DatabaseError(kind(refusal.0.code()), Box::new(refusal))
        }
        None => {
            let text = error.to_string();
            Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(text))
        }
    }
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

fn kind(code: &SqlState) -> DatabaseErrorKind {
    match *code {
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

struct Refusal(DbError);

impl DatabaseErrorInformation for Refusal {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn details(&self) -> Option<&str> {
        self.0.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.0.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.0.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.0.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.0.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        let (ErrorPosition::Original(place) | ErrorPosition::Internal { position: place, .. }) =
            self.0.position()?;
        i32::try_from(*place).ok()
    }
}
