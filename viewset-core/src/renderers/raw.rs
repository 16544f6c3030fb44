//! Data that are JSON already: what serializers write, on its way into a response.

use http::StatusCode;
use serde::ser::{Error as _, Serialize, Serializer};

use super::{buffers, json};
use crate::data::Value;
use crate::error::{Error, Result};
use crate::parsers;
use crate::request::Request;
use crate::response::{IntoResponse, Response};

/// A JSON text: the representation of one row or of many. An action can answer with it as it is, or put it
/// into data of its own: it serializes as what it stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Vec<u8>);

impl RawJson {
    /// Writes a value as DRF writes JSON.
    ///
    /// # Errors
    ///
    /// What JSON cannot express: NaN, keys that are no texts.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let mut text = buffers::take();
        json::write_json(value, &mut text)?;
        Ok(Self(text))
    }

    /// `[]`
    #[must_use]
    pub fn empty_list() -> Self {
        Self(b"[]".to_vec())
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The data, for those who have to look inside.
    ///
    /// # Errors
    ///
    /// 500 for a text that is no JSON, which none of ours is.
    pub fn to_value(&self) -> Result<Value> {
        parsers::json::parse(&self.0).map_err(|error| Error::internal(error.to_string()))
    }

    /// The item of a list that has one.
    pub(crate) fn into_only_item(self) -> Option<Self> {
        let inside = self.0.strip_prefix(b"[")?.strip_suffix(b"]")?;
        Some(Self(inside.to_vec()))
    }

    pub(crate) const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for RawJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// As what it stands for, in any format of serde's.
impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value()
            .map_err(|error| S::Error::custom(format!("{error:?}")))?
            .serialize(serializer)
    }
}

impl IntoResponse for RawJson {
    fn into_response(self, req: &Request) -> Result<Response> {
        Response::raw(req, StatusCode::OK, self)
    }
}
