//! What is wrong when a statement fails and breaks no constraint: told by the kind of the error, by the code of a server, and
//! by the words of SQLite.

use std::cell::Cell;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use super::words;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The connection is gone.
    Lost,
    /// The database does not do it now.
    OutOfReach,
    /// It has rolled it back, because it and others waited for one another.
    Deadlock,
    /// It has no room.
    Full,
    /// The statement is beyond its limits: what makes it so long comes from the client.
    TooComplex,
    /// Validation lets a value through that the column does not hold.
    DoesNotFit,
}

thread_local! {
    /// What the error that was last asked for its message has said beside it.
    static SAID: Cell<Option<Verdict>> = const { Cell::new(None) };
}

/// What a server's code says; nothing is wrong in our sense if it is `None`.
type Verdict = Option<Trouble>;

impl Trouble {
    /// What is wrong, if it is known.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
                _,
            ) => Some(Self::Lost),
            Error::DatabaseError(
                DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ReadOnlyTransaction,
                _,
            )
            | Error::BrokenTransactionManager => Some(Self::OutOfReach),
            // What is quoted in them is the client's.
            Error::DatabaseError(
                DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::RestrictViolation
                | DatabaseErrorKind::NotNullViolation
                | DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::ExclusionViolation,
                _,
            ) => None,
            Error::DatabaseError(_, info) => match said(info.as_ref()) {
                Some(verdict) => verdict,
                None => words::trouble(info.message()),
            },
            _ => None,
        }
    }

    /// An error says what its code means, whenever it is asked for its message. Diesel's errors have no place for that but their
    /// texts, where it could be what a server has written as well.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn say(verdict: Verdict) {
        SAID.set(Some(verdict));
    }
}

/// What an error says that knows its code.
fn said(info: &dyn DatabaseErrorInformation) -> Option<Verdict> {
    SAID.set(None);
    let _ = info.message();
    SAID.take()
}
