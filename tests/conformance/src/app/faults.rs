//! Every error of the library, and some of the application's own.

use viewset_actix::prelude::*;

pub(super) struct FaultViewSet;

/// `/faults/<name>/` raises the exception of that name.
#[viewset(lookup_value_regex = "[a-z0-9_]+")]
impl FaultViewSet {
    async fn retrieve(&self, pk: String) -> Result<StatusCode> {
        Err(fault(&pk).unwrap_or_else(|| Error::not_found().with_detail("There is no such fault.")))
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
        "throttled_detail" => Error::throttled_with("Slow down.", Some(7.0)),
        "validation_default" => Error::validation("Invalid input."),
        "validation_str" => Error::validation("Wrong."),
        "validation_list" => Error::validation(ErrorDetail::list(["Wrong.", "Also late."])),
        "validation_dict" => Error::validation(ErrorDetail::map([
            ("name", "Wrong.".into()),
            ("size", ErrorDetail::list(["Too big.", "Not round."])),
        ])),
        "validation_nested" => nested(),
        "service_unavailable" => ServiceUnavailable.into(),
        "http404" => Error::not_found(),
        "http404_message" => Error::not_found().with_detail("This page was torn out."),
        "django_permission_denied" => Error::permission_denied(),
        "django_permission_denied_message" => {
            Error::permission_denied().with_detail("Not for you.")
        }
        "unhandled" => Error::internal("unhandled"),
        _ => return None,
    })
}

fn server_error(text: &'static str, code: &'static str) -> Error {
    Error::api(StatusCode::INTERNAL_SERVER_ERROR, text, code)
}

fn closed() -> Error {
    Error::permission_denied().with_detail(ErrorDetail::map([
        ("reason", "closed".into()),
        ("until", ErrorDetail::list(["monday"])),
    ]))
}

fn nested() -> Error {
    let nothing = ErrorDetail::Map(Vec::new());
    let price = ErrorDetail::map([("price", ErrorDetail::list(["Negative."]))]);
    let zip = ErrorDetail::map([("zip", ErrorDetail::list(["Unknown."]))]);
    Error::validation(ErrorDetail::map([
        ("items", ErrorDetail::list([nothing, price])),
        ("address", ErrorDetail::map([("city", zip)])),
        ("count", "3".into()),
    ]))
}
