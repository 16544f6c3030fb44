//! What a database refused, as an answer to the client: validation cannot foresee a lost race.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::backend::DbError;
use crate::error::{Error, ErrorDetail};
use crate::serializers::Field;

/// The error of a statement on a model's own table.
fn error(error: DieselError, model: &str, fields: &[Field]) -> Error {
    refused(&error, model, fields).unwrap_or_else(|| error.into())
}

/// The error of storing a row: a foreign key that is broken then points to nothing. The database does
/// not say which.
pub(crate) fn error_of_write(error: DieselError, model: &str, fields: &[Field]) -> Error {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            let text = "A related object does not exist.";
            Error::validation(ErrorDetail::field("non_field_errors", text, "does_not_exist"))
        }
        error => self::error(error, model, fields),
    }
}

/// The error of deleting a row: a foreign key that is broken then points to it.
pub(super) fn error_of_delete(error: DieselError, model: &str, fields: &[Field]) -> Error {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            Error::conflict("This object cannot be deleted, because others still refer to it.")
        }
        error => self::error(error, model, fields),
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Error::not_found(),
            DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _)
            | DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => {
                Error::unavailable(error)
            }
            DieselError::DatabaseError(_, info) if is_out_of_reach(info.message()) => {
                Error::unavailable(error)
            }
            DieselError::DatabaseError(_, info) if is_full(info.message()) => {
                Error::insufficient_storage(error)
            }
            DieselError::DatabaseError(_, info) if is_too_complex(info.message()) => {
                Error::validation("The request asks for too much at once.").caused_by(error)
            }
            _ => refused(&error, "row", &[]).unwrap_or_else(|| Error::internal(error)),
        }
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        Error::unavailable(error)
    }
}

/// SQLite's words for a statement beyond its limits: what makes it so long comes from the client.
fn is_too_complex(message: &str) -> bool {
    message.starts_with("Expression tree is too large")
        || message == "LIKE or GLOB pattern too complex"
        || message == "parser stack overflow"
        || message == "too many SQL variables"
        || message.starts_with("too many terms in ")
        || message.starts_with("too many columns in ")
}

/// SQLite's words for a file that another process has locked, and for one that is gone or may not be written.
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

/// SQLite's words for a disk without room.
fn is_full(message: &str) -> bool {
    message == "database or disk is full"
}

fn refused(error: &DieselError, model: &str, fields: &[Field]) -> Option<Error> {
    let DieselError::DatabaseError(kind, info) = error else {
        return None;
    };
    let columns = columns(info.message());
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            Some(Error::validation(unique(model, fields, &columns)))
        }
        DatabaseErrorKind::ForeignKeyViolation => {
            Some(Error::conflict("A related object is missing, or others still refer to this one."))
        }
        DatabaseErrorKind::NotNullViolation => {
            let [column] = *columns.as_slice() else { return None };
            // A column that no client can set is the server's own mistake.
            let field = fields.iter().find(|field| field.column == column && !field.read_only)?;
            let text = "This field may not be null.";
            Some(Error::validation(ErrorDetail::field(field.name, text, "null")))
        }
        DatabaseErrorKind::CheckViolation => {
            let detail = ErrorDetail::message("The values do not satisfy a constraint.", "invalid");
            let entry = ("non_field_errors".into(), ErrorDetail::List(vec![detail]));
            Some(Error::validation(ErrorDetail::Map(vec![entry])))
        }
        _ => None,
    }
}

/// DRF's texts for a unique field (U28) and for fields that are unique together (U29).
fn unique(model: &str, fields: &[Field], columns: &[&str]) -> ErrorDetail {
    if let [column] = *columns {
        let (name, model) = (name_of(fields, column), crate::label::words(model));
        let text = format!("{model} with this {} already exists.", name.replace('_', " "));
        return ErrorDetail::field(name, text, "unique");
    }
    let names: Vec<_> = columns.iter().map(|column| name_of(fields, column)).collect();
    let text = match names.as_slice() {
        [] => "The values must be unique.".to_owned(),
        names => format!("The fields {} must make a unique set.", names.join(", ")),
    };
    ErrorDetail::field("non_field_errors", text, "unique")
}

/// The columns in SQLite's `UNIQUE constraint failed: users.username, users.email`.
fn columns(message: &str) -> Vec<&str> {
    let Some((_, list)) = message.split_once("constraint failed: ") else {
        return Vec::new();
    };
    list.split(", ").filter_map(|column| Some(column.rsplit_once('.')?.1)).collect()
}

/// The name that the client knows a column by.
fn name_of(fields: &[Field], column: &str) -> String {
    let known = fields.iter().find(|field| field.column == column);
    known.map_or(column, |field| field.name).to_owned()
}
