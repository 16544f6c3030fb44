//! The answer to OPTIONS (DRF's `metadata.py`, rows O1 to O8): names, formats, and the fields that a
//! client may send, from the table that the serializer reads with.

mod fields;

use std::future::Future;

use futures_core::future::LocalBoxFuture;
use http::{Method, StatusCode};
use serde::Serialize;

use crate::error::Result;
use crate::request::Request;
use crate::response::Response;
use crate::verb::Verb;

use fields::FieldInfos;

/// What answers OPTIONS (DRF's `BaseMetadata`).
///
/// # Compiler errors
///
/// `metadata_class = X` wants a value, so `X` is a unit struct or any constant expression whose type
/// implements this trait and is `Sync`; or `None`, and OPTIONS is a 405.
pub trait Metadata: Sync {
    /// The response.
    fn determine_metadata(&self, req: &Request) -> impl Future<Output = Result<Response>>;
}

/// The object-safe twin of [`Metadata`]; everything that answers OPTIONS has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer OPTIONS",
    label = "expected what answers OPTIONS, or `None`",
    note = "implement `Metadata` for it: `async fn determine_metadata(&self, req: &Request) -> Result<Response>`"
)]
pub trait ErasedMetadata: Sync {
    #[doc(hidden)]
    fn determine<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<Response>>;
}

impl<T: Metadata> ErasedMetadata for T {
    fn determine<'a>(&'a self, req: &'a Request) -> LocalBoxFuture<'a, Result<Response>> {
        Box::pin(self.determine_metadata(req))
    }
}

/// The default: name, description, formats, and the fields of POST and PUT where the client may send them.
#[derive(Clone, Copy, Debug)]
pub struct SimpleMetadata;

#[derive(Serialize)]
struct Body {
    name: String,
    description: String,
    renders: Vec<&'static str>,
    parses: Vec<&'static str>,
    #[serde(skip_serializing_if = "Actions::is_empty")]
    actions: Actions,
}

/// The methods that write, with their fields (row O2).
#[derive(Default, Serialize)]
struct Actions {
    #[serde(rename = "POST", skip_serializing_if = "Option::is_none")]
    post: Option<FieldInfos>,
    #[serde(rename = "PUT", skip_serializing_if = "Option::is_none")]
    put: Option<FieldInfos>,
}

impl Actions {
    fn is_empty(&self) -> bool {
        self.post.is_none() && self.put.is_none()
    }
}

impl Metadata for SimpleMetadata {
    async fn determine_metadata(&self, req: &Request) -> Result<Response> {
        let viewset = &req.view().viewset;
        let body = Body {
            name: viewset.view_name(req),
            description: viewset.view_description(req),
            renders: req.renderers().iter().map(|renderer| renderer.media_type()).collect(),
            parses: req.parsers().iter().map(|parser| parser.media_type()).collect(),
            actions: actions(req).await?,
        };
        Response::data(req, StatusCode::OK, &body)
    }
}

/// DRF's `determine_actions`: a method is shown if its permissions let the client pass, and for PUT if
/// there is the object, where the route is about one.
async fn actions(req: &Request) -> Result<Actions> {
    let mut actions = Actions::default();
    let view = req.view();
    let Some(fields) = view.viewset.fields(req) else { return Ok(actions) };
    let is_allowed = |verb| view.bound(verb).is_some() && view.options.allows(verb);
    if is_allowed(Verb::Post) && may(&req.with_method(Method::POST), false).await? {
        actions.post = Some(FieldInfos(fields));
    }
    if is_allowed(Verb::Put)
        && may(&req.with_method(Method::PUT), req.detail() != Some(false)).await?
    {
        actions.put = Some(FieldInfos(fields));
    }
    Ok(actions)
}

async fn may(req: &Request, with_object: bool) -> Result<bool> {
    let viewset = &req.view().viewset;
    let answer = async {
        viewset.permissions(req).check(req).await?;
        if with_object { viewset.find_object(req).await } else { Ok(()) }
    };
    match answer.await {
        Ok(()) => Ok(true),
        Err(error) if error.status().is_server_error() => Err(error),
        Err(_) => Ok(false),
    }
}
