//! actix-web's extractors as arguments of actions.

use actix_web::body::to_bytes;
use http::StatusCode;
use viewset_core::__private::{Arg, Extract};
use viewset_core::error::{Error, Result};
use viewset_core::request::Request;

use crate::incoming::ActixIncoming;

/// Marks actix-web's own extractors and responders.
pub struct Actix;

impl<T: actix_web::FromRequest> Extract<Actix, T> for Arg<T> {
    async fn extract(req: &Request) -> Result<T> {
        let Some(incoming) = req.incoming().as_any().downcast_ref::<ActixIncoming>() else {
            return Err(Error::internal("the request did not come through actix-web"));
        };
        let mut payload = incoming.take_payload(req.body_read());
        let extracted = T::from_request(incoming.http(), &mut payload).await;
        incoming.put_payload(payload);
        match extracted {
            Ok(value) => Ok(value),
            Err(error) => Err(convert(error.into()).await),
        }
    }
}

/// An error of an actix-web extractor: its status and its text, in the shape of all other errors.
async fn convert(error: actix_web::Error) -> Error {
    let response = error.as_response_error().error_response();
    let status = StatusCode::from_u16(response.status().as_u16());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() {
        return Error::internal(error.to_string());
    }
    let text = match to_bytes(response.into_body()).await {
        Ok(body) if !body.is_empty() => String::from_utf8_lossy(&body).into_owned(),
        _ => error.to_string(),
    };
    Error::api(status, text, "invalid")
}
