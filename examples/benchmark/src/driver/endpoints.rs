//! The requests that are measured.

use crate::database::USERS;

/// A request of which many are sent.
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// `#` is the number of the request, from 1, and `@` the key of a row, another for each.
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
    endpoint("patch", "PATCH", "/users/@/", r#"{"username":"patched-#","first_name":"Ann"}"#),
    endpoint(
        "put",
        "PUT",
        "/users/@/",
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

impl Endpoint {
    /// The path and the body of a request.
    pub(crate) fn filled(&self, number: u64) -> (String, String) {
        let (row, number) = ((number % USERS + 1).to_string(), number.to_string());
        let path = self.path.replace('#', &number).replace('@', &row);
        (path, self.body.replace('#', &number))
    }
}

const fn endpoint(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
) -> Endpoint {
    Endpoint { name, method, path, body, uses_up: UsesUp::Nothing }
}
