//! Whether the servers answer alike, errors included.

use std::error::Error;

use serde_json::Value;

use crate::client::{Answer, Connection};
use crate::database::{Database, USERS};
use crate::server::{Kind, Server};

/// Requests in their order: each server is asked all of them, on a table of its own.
fn exchanges() -> Vec<(&'static str, &'static str, String)> {
    let long = "x".repeat(151);
    [
        ("GET", "/ping/", ""),
        ("GET", "/users/", ""),
        ("GET", "/users/?page=2", ""),
        ("GET", "/users/?page=7", ""),
        ("GET", "/users/?page=500", ""),
        ("GET", "/users/?page=501", ""),
        ("GET", "/users/?page=0", ""),
        ("GET", "/users/?page=x", ""),
        ("GET", "/users/77/", ""),
        ("GET", "/users/100000/", ""),
        ("GET", "/users/x/", ""),
        ("GET", "/nowhere/", ""),
        ("POST", "/users/", "{}"),
        ("POST", "/users/", "{"),
        ("POST", "/users/", r#"{"username":" ","email":""}"#),
        ("POST", "/users/", r#"{"username":"LONG","email":"a@example.com"}"#),
        ("POST", "/users/", r#"{"username":"ann","email":"ann"}"#),
        ("POST", "/users/", r#"{"username":"ann","email":"ann@localhost"}"#),
        (
            "POST",
            "/users/",
            r#"{"username":"b\"\\\u00e9\n","email":"b@b.example","first_name":"","is_active":false}"#,
        ),
        // From here on keys are used up by rows that are refused, by some servers.
        ("POST", "/users/", r#"{"username":"user-1","email":"a@example.com"}"#),
        ("POST", "/users/", r#"{"username":"user-1","email":"nobody","first_name":"LONG"}"#),
        ("POST", "/users/", r#"{"username":" ann ","email":"ann@example.com","id":7}"#),
        ("GET", "/users/?page=501", ""),
        ("GET", "/users/10001/", ""),
        ("PATCH", "/users/77/", "{}"),
        ("PATCH", "/users/77/", "{"),
        ("PATCH", "/users/77/", r#"{"first_name":"Ann","is_active":false}"#),
        ("PATCH", "/users/77/", r#"{"username":"user-77"}"#),
        ("PATCH", "/users/77/", r#"{"username":"user-78"}"#),
        ("PATCH", "/users/77/", r#"{"username":"user-78","email":"x"}"#),
        ("PATCH", "/users/77/", r#"{"username":"","first_name":"LONG"}"#),
        ("PATCH", "/users/100000/", r#"{"first_name":"Ann"}"#),
        ("PATCH", "/users/100000/", r#"{"username":""}"#),
        ("PUT", "/users/78/", r#"{"email":"a@example.com"}"#),
        ("PUT", "/users/78/", r#"{"username":"eve","email":"eve@example.com"}"#),
        (
            "PUT",
            "/users/78/",
            r#"{"username":"eve","email":"e@e.example","first_name":"E","is_active":false}"#,
        ),
        ("PUT", "/users/78/", r#"{"username":"user-1","email":"eve@example.com"}"#),
        ("PUT", "/users/100000/", r#"{"username":"joe","email":"joe@example.com"}"#),
        ("GET", "/users/78/", ""),
        ("DELETE", "/users/79/", ""),
        ("DELETE", "/users/79/", ""),
        ("GET", "/users/79/", ""),
        ("GET", "/users/?page=4", ""),
        ("POST", "/users/77/set_password/", r#"{"password":"open sesame"}"#),
        ("POST", "/users/77/set_password/", r#"{"password":"short"}"#),
        ("POST", "/users/77/set_password/", r#"{"password":""}"#),
        ("POST", "/users/77/set_password/", "{}"),
        ("POST", "/users/77/set_password/", "{"),
    ]
    .map(|(method, path, body)| (method, path, body.replace("LONG", &long)))
    .into()
}

/// Asks all servers, and gives back those that serve the database.
pub(crate) async fn check(database: &Database) -> Result<Vec<Kind>, Box<dyn Error>> {
    let exchanges = exchanges();
    let mut first: Option<(Kind, Vec<Answer>)> = None;
    let mut kinds = Vec::new();
    let mut differences = String::new();
    for kind in Kind::ALL {
        database.reset(USERS).await?;
        let server = match Server::start(kind, database) {
            Ok(server) => server,
            Err(error) => {
                eprintln!("bench-{} is left out: {error}", kind.name());
                continue;
            }
        };
        let mut connection = Connection::open()?;
        let mut answers = Vec::new();
        for (method, path, body) in &exchanges {
            answers.push(comparable(connection.send(method, path, body)?));
        }
        drop(server);
        kinds.push(kind);
        let Some((first, expected)) = &first else {
            first = Some((kind, answers));
            continue;
        };
        for (((method, path, body), answer), expected) in
            exchanges.iter().zip(answers).zip(expected)
        {
            if answer.status != expected.status || answer.body != expected.body {
                differences += &format!(
                    "\n{method} {path} {body}\n  {:8} {} {}\n  {:8} {} {}",
                    first.name(),
                    expected.status,
                    expected.body,
                    kind.name(),
                    answer.status,
                    answer.body
                );
            }
        }
    }
    if differences.is_empty() {
        Ok(kinds)
    } else {
        Err(format!("the servers do not answer alike:{differences}").into())
    }
}

/// Takes out the time of day, and what a parser of JSON says in its own words.
fn comparable(answer: Answer) -> Answer {
    let Ok(mut body) = serde_json::from_str::<Value>(&answer.body) else { return answer };
    if let Some(joined) = body.get_mut("date_joined")
        && joined != "2026-01-02T03:04:05.678901"
    {
        *joined = "now".into();
    }
    if let Some(Value::Array(rows)) = body.get_mut("results") {
        for joined in rows.iter_mut().filter_map(|row| row.get_mut("date_joined")) {
            if joined != "2026-01-02T03:04:05.678901" {
                *joined = "now".into();
            }
        }
    }
    if let Some(detail) = body.get_mut("detail")
        && detail.as_str().is_some_and(|detail| detail.starts_with("JSON parse error - "))
    {
        *detail = "JSON parse error".into();
    }
    Answer { body: body.to_string(), ..answer }
}
