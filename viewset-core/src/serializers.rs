//! From what a client sent to a validated struct, with all mistakes at once.
//!
//! [`fields`] answers what one field accepts, [`value`] what a parser hands over; here is what
//! holds for the object as a whole. Output is serde's business.

use crate::error::ErrorDetail;

pub mod fields;
mod reader;
pub mod value;

pub use fields::{Bound, Field, FieldValue, Kind, LookupError};
pub use reader::{Reader, given};
pub use value::Value;

/// A struct that is read from a request's data and validated, as by DRF's `Serializer`.
///
/// # Compiler errors
///
/// `X is not a serializer`: put `#[derive(Serializer)]` on `X`. A hand-written implementation is
/// for shapes that the derive does not know.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer",
    label = "cannot be read from a request's data",
    note = "`#[derive(Serializer)]` on a struct with named fields makes it one"
)]
pub trait Serializer: Sized {
    /// The fields in the order in which they are declared.
    const FIELDS: &'static [Field];

    /// Validates `data` and makes the struct of it.
    ///
    /// With `partial` (PATCH) no field is required and no default is used, which only a struct
    /// whose every field can be left out is able to tell: the input of a model. The structs of
    /// `#[derive(Serializer)]` take no notice of it.
    ///
    /// # Errors
    ///
    /// The messages of all fields in their order, as a map; or, if `data` is no map,
    /// `{"non_field_errors": […]}`.
    fn run_validation(data: &Value, partial: bool) -> Result<Self, ErrorDetail>;
}
