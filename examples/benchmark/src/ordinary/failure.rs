//! Why a request fails, and how that is answered.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::json;

use crate::payload::Mistakes;

#[derive(Debug)]
pub(crate) enum Failure {
    NoUser,
    NoRoute,
    InvalidPage,
    Malformed(String),
    Invalid(Mistakes),
    /// The database cannot be asked.
    Database(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUser => f.write_str("No User matches the given query."),
            Self::NoRoute => f.write_str("Not found."),
            Self::InvalidPage => f.write_str("Invalid page."),
            Self::Malformed(error) => write!(f, "JSON parse error - {error}"),
            Self::Invalid(_) => f.write_str("Invalid input."),
            Self::Database(_) => f.write_str("Internal server error."),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoUser | Self::NoRoute | Self::InvalidPage => StatusCode::NOT_FOUND,
            Self::Malformed(_) | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Database(error) = self {
            eprintln!("{error}");
        }
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Invalid(mistakes) => response.json(mistakes),
            other => response.json(json!({"detail": other.to_string()})),
        }
    }
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NoUser,
            // The name is the only unique column that clients set.
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Self::Invalid(Mistakes::username_is_taken())
            }
            other => Self::Database(other.to_string()),
        }
    }
}
