//! actix-web's responders as answers of actions, streams included; and the core's response as actix-web's.

use actix_web::body::BoxBody;
use actix_web::http::header as actix_header;
use actix_web::{HttpResponse, Responder};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use viewset_core::__private::{Answer, Respond};
use viewset_core::error::{Error, Result};
use viewset_core::request::Request;
use viewset_core::response::{Body, Response};

use crate::extract::Actix;
use crate::incoming::ActixIncoming;

#[diagnostic::do_not_recommend]
impl<T: Responder> Respond<Actix, T> for Answer<T>
where
    T::Body: 'static,
{
    fn respond(self, req: &Request) -> Result<Response> {
        respond(self.0, req)
    }
}

/// Marks a responder of actix-web that an action may fail to make, with an error of the core.
pub struct ActixOrError;

#[diagnostic::do_not_recommend]
impl<T: Responder, E: Into<Error>> Respond<ActixOrError, Result<T, E>> for Answer<Result<T, E>>
where
    T::Body: 'static,
{
    fn respond(self, req: &Request) -> Result<Response> {
        respond(self.0.map_err(Into::into)?, req)
    }
}

fn respond<T: Responder<Body: 'static>>(responder: T, req: &Request) -> Result<Response> {
    let Some(incoming) = req.incoming().as_any().downcast_ref::<ActixIncoming>() else {
        return Err(Error::internal("the request did not come through actix-web"));
    };
    Ok(into_core(responder.respond_to(incoming.http()).map_into_boxed_body()))
}

/// An actix-web response as the core's: its headers are carried over, its body is passed through.
fn into_core(response: HttpResponse<BoxBody>) -> Response {
    let status = StatusCode::from_u16(response.status().as_u16()).unwrap_or(StatusCode::OK);
    let mut core = Response::empty(status);
    let mut headers = headers(response.headers());
    core.content_type = headers.remove(http::header::CONTENT_TYPE);
    core.headers = headers.into();
    core.body = Body::Foreign(Box::new(response.into_body()));
    core
}

fn headers(from: &actix_header::HeaderMap) -> HeaderMap {
    let pairs = from.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

/// The core's response as actix-web's, with the `Allow` of its route.
pub(crate) fn into_actix(
    response: Response,
    allow: Option<&actix_header::HeaderValue>,
) -> HttpResponse<BoxBody> {
    let status = actix_web::http::StatusCode::from_u16(response.status.as_u16());
    let mut actix = HttpResponse::new(status.unwrap_or(actix_web::http::StatusCode::OK));
    let (headers, content_type, add_allow, body) = response.into_parts();
    let to = actix.headers_mut();
    let content_type = content_type.filter(|_| !matches!(body, Body::Empty));
    if let Some(value) = content_type {
        if value.as_bytes() == b"application/json" {
            to.append(actix_header::CONTENT_TYPE, JSON);
        } else if let Some(value) = header_value(value) {
            to.append(actix_header::CONTENT_TYPE, value);
        }
    }
    if let Some(value) = allow.filter(|_| add_allow) {
        to.append(actix_header::ALLOW, value.clone());
    }
    if !headers.is_empty() {
        append(to, &headers);
    }
    actix.set_body(match body {
        Body::Empty => BoxBody::new(()),
        Body::Bytes(bytes) => BoxBody::new(bytes),
        Body::Foreign(body) => body.downcast().map_or_else(|_| BoxBody::new(()), |body| *body),
    })
}

fn append(to: &mut actix_header::HeaderMap, headers: &HeaderMap) {
    for (name, value) in headers {
        let name = actix_header::HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Some(value)) = (name, header_value(value.clone())) {
            to.append(name, value);
        }
    }
}

/// The media type of nearly all responses; it needs no copy and no check.
const JSON: actix_header::HeaderValue = actix_header::HeaderValue::from_static("application/json");

/// A header of the core's for actix-web, which stands on another version of `http`.
pub(crate) fn header_value(value: HeaderValue) -> Option<actix_header::HeaderValue> {
    let bytes = bytes::Bytes::copy_from_slice(value.as_bytes());
    actix_header::HeaderValue::from_maybe_shared(bytes).ok()
}
