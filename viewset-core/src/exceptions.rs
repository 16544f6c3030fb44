//! From an error to the response that the client sees (DRF's `exception_handler`).

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::{Error, ErrorDetail, Result};
use crate::request::Request;
use crate::response::Response;

/// DRF's `exception_handler`: the body and headers of an error, in the negotiated format.
///
/// # Errors
///
/// An internal error is passed on; of that the client must see nothing.
pub fn exception_handler(req: &Request, error: Error) -> Result<Response> {
    if error.is_internal() {
        return Err(error);
    }
    if let Some(source) = std::error::Error::source(&error) {
        tracing::warn!(status = error.status().as_u16(), "{source}");
    }
    let mut response = Response::data(req, error.status(), &ErrorBody(error.detail()))?;
    response.headers = error.headers().clone().into();
    Ok(response)
}

/// The body of an error: `{"detail": text}` for a text, the detail itself otherwise.
struct ErrorBody<'a>(&'a ErrorDetail);

impl Serialize for ErrorBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let ErrorDetail::Message(message) = self.0 else {
            return self.0.serialize(serializer);
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("detail", &message.text)?;
        map.end()
    }
}
