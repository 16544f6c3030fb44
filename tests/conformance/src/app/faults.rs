//! Every error of the library, and some of the application's own.

use viewset_actix::prelude::*;

pub(super) struct FaultViewSet;

/// `/faults/<name>/` raises the exception of that name.
#[viewset(lookup_value_regex = "[a-z0-9_]+")]
impl FaultViewSet {
    async fn retrieve(&self, pk: String) -> Result<StatusCode> {
        Err(fault(&pk).unwrap_or_else(|| not_found("There is no such fault.")))
    }
}

/// An error of the application's own.
struct ServiceUnavailable;

impl From<ServiceUnavailable> for Error {
    fn from(_: ServiceUnavailable) -> Self {
        const TEXT: &str = "Service temporarily unavailable, try again later.";
        Self::api(StatusCode::SERVICE_UNAVAILABLE, TEXT, "service_unavailable")
    }
}

fn not_found(text: &'static str) -> Error {
    Error::api(StatusCode::NOT_FOUND, text, "not_found")
}

fn fault(name: &str) -> Option<Error> {
    Some(match name {
        "api_exception" => server_error("A server error occurred.", "error"),
        "api_exception_detail" => server_error("The disk is full.", "disk"),
        "parse_error" => Error::parse("Malformed request."),
        "authentication_failed" => Error::authentication_failed(),
        "not_authenticated" => Error::not_authenticated(),
        "permission_denied" => Error::permission_denied(),
        "permission_denied_dict" => closed(),
        "not_found" => Error::not_found(),
        "method_not_allowed" => Error::method_not_allowed("BREW"),
        "not_acceptable" => Error::not_acceptable(),
        "unsupported_media_type" => Error::unsupported_media_type("text/parchment"),
        "throttled" => Error::throttled(None),
        "throttled_long" => Error::throttled(Some(59.2)),
        "throttled_second" => Error::throttled(Some(0.5)),
        "throttled_zero" => Error::throttled(Some(0.0)),
        "validation_default" => Error::validation("Invalid input."),
        "validation_str" => Error::validation("Wrong."),
        "validation_list" => Error::validation(list(["Wrong.", "Also late."])),
        "validation_dict" => Error::validation(map([
            ("name", "Wrong.".into()),
            ("size", list(["Too big.", "Not round."])),
        ])),
        "validation_nested" => nested(),
        "service_unavailable" => ServiceUnavailable.into(),
        "http404" => Error::not_found(),
        "http404_message" => not_found("This page was torn out."),
        "django_permission_denied" => Error::permission_denied(),
        "django_permission_denied_message" => {
            Error::api(StatusCode::FORBIDDEN, "Not for you.", "permission_denied")
        }
        "unhandled" => Error::internal("unhandled"),
        _ => return None,
    })
}

fn server_error(text: &'static str, code: &'static str) -> Error {
    Error::api(StatusCode::INTERNAL_SERVER_ERROR, text, code)
}

fn closed() -> Error {
    let detail = map([("reason", "closed".into()), ("until", list(["monday"]))]);
    Error::new(StatusCode::FORBIDDEN, detail)
}

fn nested() -> Error {
    let items = vec![map([]), map([("price", list(["Negative."]))])];
    Error::validation(map([
        ("items", ErrorDetail::List(items)),
        ("address", map([("city", map([("zip", list(["Unknown."]))]))])),
        ("count", "3".into()),
    ]))
}

fn list<const N: usize>(texts: [&'static str; N]) -> ErrorDetail {
    ErrorDetail::List(texts.map(ErrorDetail::from).into())
}

fn map<const N: usize>(entries: [(&'static str, ErrorDetail); N]) -> ErrorDetail {
    ErrorDetail::Map(entries.map(|(name, detail)| (name.into(), detail)).into())
}
