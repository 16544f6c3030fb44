//! Why a form could not be read, and what the client is told. Which limits there are is said where
//! they are kept.

use std::{fmt, io};

use crate::error::Error;

/// Why a form could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum FormError {
    /// 400: the body is no form; the text is for the client, with DRF's prefix (row L13).
    Malformed(String),
    /// 400: more than `limit` fields (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`).
    TooManyFields {
        /// How many there may be.
        limit: usize,
    },
    /// 400: more than `limit` files (Django's `DATA_UPLOAD_MAX_NUMBER_FILES`).
    TooManyFiles {
        /// How many there may be.
        limit: usize,
    },
    /// 413: the fields are longer than `limit` bytes together (Django's
    /// `DATA_UPLOAD_MAX_MEMORY_SIZE`).
    FieldsTooLarge {
        /// Their length in bytes, files not counted.
        limit: usize,
    },
    /// 413: the body with its files is longer than `limit` bytes.
    BodyTooLarge {
        /// Its length in bytes.
        limit: u64,
    },
    /// 500: a file could not be written.
    File(io::Error),
    /// The body could not be read: the error of its source.
    Source(Error),
}

impl FormError {
    /// A body that is no multipart form, with DRF's prefix.
    pub(super) fn multipart(text: impl fmt::Display) -> Self {
        Self::Malformed(format!("Multipart form parse error - {text}"))
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(text) => f.write_str(text),
            Self::TooManyFields { limit } => {
                write!(f, "The form has more than the limit of {limit} fields.")
            }
            Self::TooManyFiles { limit } => {
                write!(f, "The form has more than the limit of {limit} files.")
            }
            Self::FieldsTooLarge { limit } => {
                write!(f, "The fields of the form are larger than the limit of {limit} bytes.")
            }
            Self::BodyTooLarge { limit } => {
                write!(f, "The request body is larger than the limit of {limit} bytes.")
            }
            Self::File(error) => write!(f, "an uploaded file could not be written: {error}"),
            Self::Source(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for FormError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(error) => Some(error),
            Self::Source(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for FormError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Limits on sizes are answered 413, where Django has an HTML page with 400 (row L15).
impl From<FormError> for Error {
    fn from(error: FormError) -> Self {
        let text = error.to_string();
        match error {
            FormError::Malformed(_)
            | FormError::TooManyFields { .. }
            | FormError::TooManyFiles { .. } => Self::parse(text),
            FormError::FieldsTooLarge { .. } | FormError::BodyTooLarge { .. } => {
                Self::api(http::StatusCode::PAYLOAD_TOO_LARGE, text, "body_too_large")
            }
            FormError::File(error) => Self::internal(error),
            FormError::Source(error) => error,
        }
    }
}
