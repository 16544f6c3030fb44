//! The URL of a row, as a field of its representation (DRF's `HyperlinkedIdentityField`, rows S20 and W4) or as what
//! names it (`HyperlinkedRelatedField`, row U27).

use std::any::TypeId;
use std::borrow::Cow;

use serde::ser::{Error as _, Serialize, Serializer};

use super::{Context, Field, FieldValue, Kind, Reader, Uuid, Value, no_uuid};
use crate::diesel::Model;
use crate::error::{ErrorDetail, Result as Answer};
use crate::request::Request;

/// A URL; none for a row that no URL can name; or why there is no such route.
#[derive(Debug)]
pub struct Hyperlink(Result<Option<String>, String>);

impl Hyperlink {
    /// The URL of a row. A format suffix of the request is that of the URL, too.
    pub(crate) fn of<M: Model>(req: &Request, name: Option<&'static str>, row: &M) -> Self {
        let name = match route_of::<M>(req, name) {
            Ok(name) => name,
            Err(error) => return Self(Err(error)),
        };
        let mut url = req.reverse(name.clone());
        let Some(field) = url.lookup_field() else {
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

/// The route that shows the rows of a model: the one of this name, or the detail route of the model, which is the
/// viewset's own where the viewset serves the model.
fn route_of<M: Model>(
    req: &Request,
    name: Option<&'static str>,
) -> Result<Cow<'static, str>, String> {
    let model = TypeId::of::<M>();
    if let Some(name) = name {
        return Ok(Cow::Borrowed(name));
    }
    if req.view().viewset.object() == model {
        return Ok(Cow::Owned(format!("{}-detail", req.basename().unwrap_or("None"))));
    }
    let other = req.router().detail_of(model).and_then(|route| route.name.clone());
    other.map(Cow::Owned).ok_or_else(|| format!("no route shows a `{}`", M::NAME))
}

/// Not public API. Used by generated code: the key of the row that a client names by its URL.
///
/// # Errors
///
/// The database's. What is wrong with the URL is kept in the reader.
pub async fn find_by_url<M: Model, T: FieldValue>(
    field: &Field,
    name: Option<&'static str>,
    reader: &mut Reader<'_>,
    ctx: &Context<'_>,
) -> Answer<Option<T>> {
    let Some(url) = reader.url(field) else { return Ok(None) };
    let Some(url) = url else {
        return Ok(T::from_value(&Value::Null, &Field::new::<T>("", "")).ok());
    };
    let req = ctx.request()?;
    let found = match lookup::<M>(req, name, &url) {
        Ok((source, value)) => M::find_by(req, source, &value).await?.ok_or(Mistake::Missing),
        Err(mistake) => Err(mistake),
    };
    match found {
        Ok(row) => Ok(T::from_lookup(&row.key()).ok()),
        Err(mistake) => {
            reader.fail(field, mistake.into());
            Ok(None)
        }
    }
}

/// The lookup field of a row and its value, in the URL that a client sent.
pub(super) fn read<M: Model>(
    req: &Request,
    name: Option<&'static str>,
    sent: &Value,
) -> Result<(&'static str, String), ErrorDetail> {
    lookup::<M>(req, name, &text_of(sent)?).map_err(ErrorDetail::from)
}

/// A URL as it was sent.
///
/// # Errors
///
/// DRF's message for what is no text.
pub(super) fn text_of(sent: &Value) -> Result<String, ErrorDetail> {
    match sent {
        Value::Str(text) => Ok(text.to_string()),
        other => {
            let received = other.type_name();
            let text = format!("Incorrect type. Expected URL string, received {received}.");
            Err(refused(text, "incorrect_type"))
        }
    }
}

/// What can be wrong with a URL.
pub(super) enum Mistake {
    NoMatch,
    Incorrect,
    Missing,
    /// The key in it.
    NoUuid(String),
}

impl From<Mistake> for ErrorDetail {
    fn from(mistake: Mistake) -> Self {
        let (what, code) = match mistake {
            Mistake::NoMatch => ("No URL match", "no_match"),
            Mistake::Incorrect => ("Incorrect URL match", "incorrect_match"),
            Mistake::Missing => ("Object does not exist", "does_not_exist"),
            Mistake::NoUuid(key) => return refused(no_uuid(&key), "invalid"),
        };
        refused(format!("Invalid hyperlink - {what}."), code)
    }
}

fn refused(text: String, code: &'static str) -> ErrorDetail {
    ErrorDetail::List(vec![ErrorDetail::message(text, code)])
}

/// The lookup field and its value in a URL of this router; whose host it names does not matter.
fn lookup<M: Model>(
    req: &Request,
    name: Option<&'static str>,
    url: &str,
) -> Result<(&'static str, String), Mistake> {
    let path = match url.strip_prefix("http:").or_else(|| url.strip_prefix("https:")) {
        Some(rest) => path_of(rest),
        None => url,
    };
    let below = path.strip_prefix(&*req.incoming().mount()).ok_or(Mistake::NoMatch)?;
    let router = req.router();
    let found = router.recognize(below).ok_or(Mistake::NoMatch)?;
    let route = router.routes.get(found.route()).ok_or(Mistake::NoMatch)?;
    let expected = route_of::<M>(req, name).map_err(|_| Mistake::Incorrect)?;
    if route.name.as_deref() != Some(&*expected) {
        return Err(Mistake::Incorrect);
    }
    let meta = route.view.viewset.meta();
    let kwarg = meta.lookup_kwarg();
    let value = found.kwargs().find(|(name, _)| *name == kwarg);
    let (_, value) = value.ok_or(Mistake::Incorrect)?;
    if M::kind(meta.lookup_field) == Kind::Uuid && Uuid::from_lookup(value).is_err() {
        return Err(Mistake::NoUuid(value.to_owned()));
    }
    Ok((meta.lookup_field, value.to_owned()))
}

/// The path of a URL without its scheme.
fn path_of(rest: &str) -> &str {
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.find(['/', '?', '#']).map_or("", |start| &rest[start..]),
        None => rest,
    };
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_path() {
        let table = [
            ("//testserver/api/tags/1/", "/api/tags/1/"),
            ("//x:8/api/tags/2/?a=b#c", "/api/tags/2/"),
            ("//x?a=/b", ""),
            ("", ""),
            ("/a", "/a"),
            ("//[::1", ""),
        ];
        for (rest, path) in table {
            assert_eq!(path_of(rest), path, "{rest}");
        }
    }
}
