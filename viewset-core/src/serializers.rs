//! From what a client sent to a validated struct, with all mistakes at once.
//!
//! [`fields`] answers what one field accepts, [`data`](crate::data) what a parser hands over; here is what
//! holds for the object as a whole, and how rows of a model are shown.

use std::future::Future;

use crate::error::{Error, ErrorDetail};

mod class;
mod context;
pub mod fields;
mod hyperlink;
mod model_serializer;
mod reader;
mod representation;
mod through;
mod validators;

pub use crate::data::Value;
pub use class::{
    AboutModel, BoundSerializer, ErasedSerializer, Plain, SerializerClass, SerializerInfo,
    SerializerOption, current_user,
};
pub use context::Context;
#[cfg(feature = "sqlite")]
pub(crate) use fields::pair;
pub(crate) use fields::python::int as python_int;
pub(crate) use fields::python::is_space as is_python_space;
pub(crate) use fields::python::str as python_text;
pub(crate) use fields::python::strip as python_strip;
pub(crate) use fields::python::to_ascii as python_ascii;
pub use fields::{
    Bound, Decimal, Dict, Duration, Field, FieldValue, Ip, JsonValue, Kind, List, LookupError,
    Pattern, Shown, ShownAs, UtcDateTime, Uuid, shown_as,
};
pub(crate) use fields::{decimal_text, looked_for, no_such_key, no_such_row, no_uuid};
pub use hyperlink::{Hyperlink, find_by_url};
pub use model_serializer::{
    ModelSerializer, RelatedRows, Represented, Row, represent_many, represent_one,
};
pub(crate) use reader::form::numbered;
pub use reader::{Reader, given};
pub use representation::to_representation;
pub use through::{Links, Targets, ThroughRows, read_links, read_slugs, read_urls};
pub use validators::{check_fields, check_together};

/// A struct that is read from a request's data and validated, as by DRF's `Serializer`.
///
/// ```
/// use viewset_core::serializers::{Serializer as _, Value};
///
/// #[derive(viewset_core::Serializer, Debug)]
/// #[serializer(crate = viewset_core)]
/// struct Login {
///     #[field(max_length = 150)]
///     name: String,
///     age: Option<i32>,
/// }
///
/// let data = Value::from_iter([("age", " 7 ")]);
/// let errors = Login::to_internal_value(&data, false).map_err(|errors| {
///     serde_json::to_string(&errors).unwrap_or_default()
/// });
/// assert_eq!(errors.err().as_deref(), Some(r#"{"name":["This field is required."]}"#));
/// ```
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

    /// Validates the fields of `data` one by one and makes the struct of them (DRF's name). What the
    /// database or the request has to say, and rules about the object as a whole, are not asked here.
    ///
    /// With `partial` (PATCH) no field is required and no default is used, which only a struct
    /// whose every field can be left out is able to tell: the input of a model. The structs of
    /// `#[derive(Serializer)]` take no notice of it.
    ///
    /// # Errors
    ///
    /// The messages of all fields in their order, as a map; or, if `data` is no map,
    /// `{"non_field_errors": […]}`.
    fn to_internal_value(data: &Value, partial: bool) -> Result<Self, ErrorDetail>;

    /// Validates `data` and makes the struct of it: the fields, their validators and hooks, those of the
    /// object as a whole.
    ///
    /// # Errors
    ///
    /// 400 with the messages of all fields in their order; what a hook fails with otherwise.
    fn run_validation(
        data: &Value,
        ctx: &Context<'_>,
    ) -> impl Future<Output = Result<Self, Error>> {
        async move { Self::to_internal_value(data, ctx.is_partial()).map_err(Error::validation) }
    }
}
