//! How DRF represents a value, for structs of the user's own.

use serde::Serializer;

use super::FieldValue;

/// Writes a value as DRF does, in place of its own `Serialize`:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use viewset_core::serializers::to_representation;
///
/// #[derive(serde::Serialize)]
/// struct Event {
///     #[serde(serialize_with = "to_representation")]
///     ends_at: Option<DateTime<Utc>>,
/// }
///
/// let ends_at = DateTime::from_timestamp_millis(500);
/// let text = serde_json::to_string(&Event { ends_at })?;
/// assert_eq!(text, r#"{"ends_at":"1970-01-01T00:00:00.500000Z"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// The serializer's.
pub fn to_representation<T: FieldValue, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.represent(serializer)
}
