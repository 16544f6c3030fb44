//! What a database refused, as an answer to the client: validation cannot foresee a lost race.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::backend::{DbConnection, DbError};
use super::model::Model;
use super::trouble::Trouble;
use super::words;
use crate::error::{Error, ErrorDetail, TOO_MUCH};
use crate::serializers::Field;

/// The fields of a model that are unique together, by their places.
type Sets = &'static [&'static [usize]];

/// What a statement is about.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub(super) model: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) sets: Sets,
}

impl About {
    fn model<M: Model>() -> Self {
        Self { model: M::NAME, fields: M::FIELDS, sets: M::UNIQUE_TOGETHER }
    }
}

/// The error of storing a row of a model on a connection: a foreign key that is broken then points to nothing. The database
/// does not say which.
pub(crate) async fn error_of_write<M: Model>(
    error: DieselError,
    conn: &mut M::Connection,
) -> Error {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            let text = "A related object does not exist.";
            Error::validation(ErrorDetail::field("non_field_errors", text, "does_not_exist"))
        }
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Box::pin(error_of_key(error, conn, M::TABLE.text(), About::model::<M>())).await
        }
        error => self::error(error, About::model::<M>(), None),
    }
}

/// The error of a value that is taken: of which columns is asked, where no more than the name of a key is told.
pub(super) async fn error_of_key<C: DbConnection>(
    error: DieselError,
    conn: &mut C,
    table: &str,
    about: About,
) -> Error {
    let columns = asked(&error, conn, table).await;
    self::error(error, about, columns.as_deref())
}

/// The columns of a key, where no more than its name is told.
async fn asked<C: DbConnection>(
    error: &DieselError,
    conn: &mut C,
    table: &str,
) -> Option<Vec<String>> {
    let DieselError::DatabaseError(_, info) = error else { return None };
    let key = words::key(info.message())?;
    conn.columns_of_key(table.to_owned(), key).await.unwrap_or_default()
}

/// Whether a row of a model was refused because another has the same in these columns together.
pub(crate) async fn is_there<M: Model>(
    error: &DieselError,
    columns: [&str; 2],
    conn: &mut M::Connection,
) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = error else {
        return false;
    };
    let asked = asked(error, conn, M::TABLE.text()).await;
    let told = match &asked {
        Some(asked) => asked.iter().map(String::as_str).collect(),
        None => words::columns(info.as_ref(), &columns),
    };
    told.len() == columns.len() && columns.iter().all(|column| told.contains(column))
}

/// The error of deleting a row: a foreign key that is broken then points to it.
pub(super) fn error_of_delete<M: Model>(error: DieselError) -> Error {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            Error::conflict("This object cannot be deleted, because others still refer to it.")
        }
        error => self::error(error, About { sets: &[], ..About::model::<M>() }, None),
    }
}

/// The error of a statement on a model's own table, about these columns if they are known.
fn error(error: DieselError, about: About, columns: Option<&[String]>) -> Error {
    refused(&error, about, columns).unwrap_or_else(|| error.into())
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match Trouble::of(&error) {
            Some(Trouble::Lost | Trouble::OutOfReach | Trouble::Deadlock) => {
                Error::unavailable(error)
            }
            Some(Trouble::Full) => Error::insufficient_storage(error),
            Some(Trouble::TooComplex) => Error::validation(TOO_MUCH).caused_by(error),
            Some(Trouble::DoesNotFit) => {
                Error::validation("A value does not fit into its column.").caused_by(error)
            }
            None if matches!(error, DieselError::NotFound) => Error::not_found(),
            None => {
                let about = About { model: "row", fields: &[], sets: &[] };
                refused(&error, about, None).unwrap_or_else(|| Error::internal(error))
            }
        }
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        Error::unavailable(error)
    }
}

/// What the constraint is, whatever the database calls it.
fn kind_of(kind: &DatabaseErrorKind) -> Option<DatabaseErrorKind> {
    Some(match kind {
        DatabaseErrorKind::UniqueViolation => DatabaseErrorKind::UniqueViolation,
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            DatabaseErrorKind::ForeignKeyViolation
        }
        DatabaseErrorKind::NotNullViolation => DatabaseErrorKind::NotNullViolation,
        DatabaseErrorKind::CheckViolation | DatabaseErrorKind::ExclusionViolation => {
            DatabaseErrorKind::CheckViolation
        }
        _ => return None,
    })
}

/// Whether a single statement was rolled back in favour of others, so that it may be tried again.
pub(crate) fn is_deadlock(error: &DieselError) -> bool {
    Trouble::of(error) == Some(Trouble::Deadlock)
}

/// Whether the database refused what was to be stored, and is well.
pub(crate) fn is_refusal(error: &DieselError) -> bool {
    match error {
        DieselError::NotFound => true,
        DieselError::DatabaseError(kind, _) => {
            kind_of(kind).is_some() || Trouble::of(error) == Some(Trouble::DoesNotFit)
        }
        _ => false,
    }
}

fn refused(error: &DieselError, about: About, columns: Option<&[String]>) -> Option<Error> {
    let DieselError::DatabaseError(kind, info) = error else {
        return None;
    };
    let About { model, fields, sets } = about;
    let known: Vec<_> = fields.iter().map(|field| field.column).collect();
    let columns = match columns {
        Some(columns) => columns.iter().map(String::as_str).collect(),
        None => words::columns(info.as_ref(), &known),
    };
    match kind_of(kind)? {
        DatabaseErrorKind::UniqueViolation => {
            Some(Error::validation(unique(model, fields, sets, &columns)))
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
fn unique(model: &str, fields: &[Field], sets: Sets, columns: &[&str]) -> ErrorDetail {
    if let [column] = *columns {
        let (name, model) = (name_of(fields, column), crate::label::words(model));
        let text = format!("{model} with this {} already exists.", name.replace('_', " "));
        return ErrorDetail::field(name, text, "unique");
    }
    // In the order of the model: an index may have another, and a database may tell none.
    let of_set = |set: &[usize]| -> Option<Vec<_>> {
        set.iter().map(|place| Some(fields.get(*place)?.column)).collect()
    };
    let is_it = |set: &Vec<&str>| {
        set.len() == columns.len() && set.iter().all(|column| columns.contains(column))
    };
    let set = sets.iter().filter_map(|set| of_set(set)).find(is_it);
    let columns = set.as_deref().unwrap_or(columns);
    let names: Vec<_> = columns.iter().map(|column| name_of(fields, column)).collect();
    let text = match names.as_slice() {
        [] => "The values must be unique.".to_owned(),
        names => format!("The fields {} must make a unique set.", names.join(", ")),
    };
    ErrorDetail::field("non_field_errors", text, "unique")
}

/// The name that the client knows a column by.
fn name_of(fields: &[Field], column: &str) -> String {
    let known = fields.iter().find(|field| field.column == column);
    known.map_or(column, |field| field.name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_unique_together_are_named_in_the_order_of_the_model() {
        const FIELDS: &[Field] = &[
            Field::new::<String>("title", "title"),
            Field::new::<i32>("author", "author").column("author_id"),
            Field::new::<i32>("year", "year"),
        ];
        for (columns, named) in [
            (["title", "author_id"].as_slice(), "author, title"),
            (&["author_id", "title"], "author, title"),
            (&["title", "year"], "title, year"),
        ] {
            let told = serde_json::to_string(&unique("Book", FIELDS, &[&[1, 0]], columns));
            let text = format!("The fields {named} must make a unique set.");
            assert!(told.is_ok_and(|told| told.contains(&text)), "{columns:?}");
        }
    }
}
