//! The URL of a row, as a field of its representation (DRF's `HyperlinkedIdentityField`, rows S20 and W4).

use std::any::TypeId;

use serde::ser::{Error as _, Serialize, Serializer};

use crate::diesel::Model;
use crate::request::Request;

/// A URL; none for a row that no URL can name; or why there is no such route.
#[derive(Debug)]
pub struct Hyperlink(Result<Option<String>, String>);

impl Hyperlink {
    /// The URL of a row: of the route `name`, or of the detail route of its model, which is the viewset's own
    /// where the viewset serves the model. A format suffix of the request is that of the URL, too.
    pub(crate) fn of<M: Model>(req: &Request, name: Option<&'static str>, row: &M) -> Self {
        let model = TypeId::of::<M>();
        let other = || req.router().detail_of(model).and_then(|route| route.name.as_deref());
        let mut url = match name {
            Some(name) => req.reverse(name),
            None if req.view().viewset.object() == model => req.reverse_action("detail"),
            None => match other() {
                Some(name) => req.reverse(name),
                None => return Self(Err(format!("no route shows a `{}`", M::NAME))),
            },
        };
        let Some(field) = url.lookup_field() else {
            let name = name.unwrap_or("detail");
            return Self(Err(format!("no route has the name `{name}`")));
        };
        let key = match M::column(field) {
            Some(column) => (column.text)(row).unwrap_or_default(),
            None => row.key(),
        };
        if let Some(format) = req.format() {
            url = url.format(format);
        }
        // A key that the route does not take, such as one with a slash, has no URL.
        Self(Ok(url.arg(key).url().ok()))
    }
}

impl Serialize for Hyperlink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(url) => url.serialize(serializer),
            Err(error) => Err(S::Error::custom(error)),
        }
    }
}
