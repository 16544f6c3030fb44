//! Answers: a status and JSON.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;

use crate::input::{Malformed, Mistakes, TAKEN};
use crate::json;
use crate::users::Refusal;

pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = HttpResponse::with_body(status, BoxBody::new(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(crate) fn no_content() -> HttpResponse {
    HttpResponse::new(StatusCode::NO_CONTENT)
}

/// A path that nothing is at, and a key that is no number.
pub(crate) fn not_found() -> HttpResponse {
    json(StatusCode::NOT_FOUND, &br#"{"detail":"Not found."}"#[..])
}

pub(crate) fn not_allowed(method: &str) -> HttpResponse {
    let body = format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#);
    json(StatusCode::METHOD_NOT_ALLOWED, body)
}

pub(crate) fn too_large() -> HttpResponse {
    json(StatusCode::PAYLOAD_TOO_LARGE, &br#"{"detail":"Request body is too large."}"#[..])
}

pub(crate) fn invalid(mistakes: &Mistakes) -> HttpResponse {
    let mut out = Vec::with_capacity(128);
    for (field, mistake) in mistakes {
        out.push(if out.is_empty() { b'{' } else { b',' });
        out.push(b'"');
        out.extend_from_slice(field.as_bytes());
        out.extend_from_slice(b"\":[\"");
        out.extend_from_slice(mistake.as_bytes());
        out.extend_from_slice(b"\"]");
    }
    out.push(b'}');
    json(StatusCode::BAD_REQUEST, out)
}

impl From<Malformed> for HttpResponse {
    fn from(Malformed(error): Malformed) -> Self {
        let mut out = b"{\"detail\":\"JSON parse error - ".to_vec();
        json::text(&error, &mut out);
        out.extend_from_slice(b"\"}");
        json(StatusCode::BAD_REQUEST, out)
    }
}

impl From<Refusal> for HttpResponse {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoUser => json(
                StatusCode::NOT_FOUND,
                &br#"{"detail":"No User matches the given query."}"#[..],
            ),
            Refusal::NoPage => json(StatusCode::NOT_FOUND, &br#"{"detail":"Invalid page."}"#[..]),
            Refusal::Taken => invalid(&vec![("username", TAKEN)]),
            Refusal::Failed => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}
