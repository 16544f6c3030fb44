//! The URL of a row, as a field of its representation (DRF's `HyperlinkedIdentityField`, rows S20 and W4).

use serde::ser::{Error as _, Serialize, Serializer};

use crate::diesel::Model;
use crate::request::Request;

/// A URL, or why there is none.
#[derive(Debug)]
pub struct Hyperlink(Result<String, String>);

impl Hyperlink {
    /// The URL of the route `name`, or of the viewset's own detail route, for a row. A format suffix of the
    /// request is that of the URL, too.
    pub(crate) fn of<M: Model>(req: &Request, name: Option<&'static str>, row: &M) -> Self {
        let field = req.view().viewset.meta().lookup_field;
        let key = match M::column(field) {
            Some(column) => (column.text)(row).unwrap_or_default(),
            None => row.key(),
        };
        let mut url = match name {
            Some(name) => req.reverse(name),
            None => req.reverse_action("detail"),
        };
        if let Some(format) = req.format() {
            url = url.format(format);
        }
        Self(url.arg(key).url().map_err(|error| error.to_string()))
    }
}

impl Serialize for Hyperlink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(url) => serializer.serialize_str(url),
            Err(error) => Err(S::Error::custom(error)),
        }
    }
}
