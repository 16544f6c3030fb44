//! The answer to OPTIONS (DRF's `SimpleMetadata`, row O1): names, formats, and later the fields.

use http::StatusCode;
use serde::Serialize;

use crate::error::Result;
use crate::request::Request;
use crate::response::Response;

#[derive(Serialize)]
struct Metadata {
    name: String,
    description: String,
    renders: Vec<&'static str>,
    parses: &'static [&'static str],
}

/// What OPTIONS says of a route.
pub(crate) fn determine_metadata(req: &Request) -> Result<Response> {
    let viewset = &req.view().viewset;
    let metadata = Metadata {
        name: viewset.view_name(req),
        description: viewset.view_description(req),
        renders: req.renderers().iter().map(|renderer| renderer.media_type()).collect(),
        parses: crate::parsers::MEDIA_TYPES,
    };
    Response::data(req, StatusCode::OK, &metadata)
}
