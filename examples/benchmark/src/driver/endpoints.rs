//! The requests that are measured.

/// A request of which many are sent.
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// `#` is the number of the request, from 1.
    pub(crate) path: &'static str,
    /// JSON, with `#` as well; empty for none.
    pub(crate) body: &'static str,
    pub(crate) uses_up: UsesUp,
}

/// Whether a request takes a row away for good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsesUp {
    Rows,
    Nothing,
}

pub(crate) const ENDPOINTS: [Endpoint; 8] = [
    endpoint("ping", "GET", "/ping/", ""),
    endpoint("retrieve", "GET", "/users/77/", ""),
    endpoint("list", "GET", "/users/?page=7", ""),
    endpoint("patch", "PATCH", "/users/77/", r#"{"username":"patched-#","first_name":"Ann"}"#),
    endpoint(
        "put",
        "PUT",
        "/users/78/",
        r#"{"username":"put-#","email":"put-#@example.com","first_name":"Ann","is_active":false}"#,
    ),
    endpoint(
        "post",
        "POST",
        "/users/",
        r#"{"username":"new-#","email":"new-#@example.com","first_name":"Ann"}"#,
    ),
    Endpoint { uses_up: UsesUp::Rows, ..endpoint("delete", "DELETE", "/users/#/", "") },
    endpoint("set_password", "POST", "/users/77/set_password/", r#"{"password":"open sesame"}"#),
];

const fn endpoint(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
) -> Endpoint {
    Endpoint { name, method, path, body, uses_up: UsesUp::Nothing }
}
