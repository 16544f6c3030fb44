//! The survey is short, and does what it says.

// Only its viewset is used here.
#[allow(dead_code)]
#[path = "../src/main.rs"]
mod survey;

use survey::UserViewSet;
use viewset_actix::prelude::*;
use viewset_tests::Server;

/// Neither blank lines nor comments count.
#[test]
fn it_takes_thirty_lines_at_most() {
    let source = include_str!("../src/main.rs").lines().map(str::trim);
    let code = source.filter(|line| !line.is_empty() && !line.starts_with("//"));
    assert!(code.count() <= 30);
}

fn serve() -> Server {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let db = runtime.expect("a runtime").block_on(async {
        let db = Db::connect("sqlite::memory:").await.expect("a database");
        let table = "CREATE TABLE users (
            id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL)";
        db.batch_execute(table).await.expect("the table");
        db
    });
    let router = DefaultRouter::new().register("users", UserViewSet).with(db);
    Server::start(router.build().expect("a router"))
}

#[test]
fn it_has_six_actions_pages_and_a_search() {
    let server = serve();
    for number in 1..=21 {
        let body = format!(r#"{{"username": "user-{number}", "password": "long enough"}}"#);
        assert_eq!(server.request("POST", "/api/users/", &body).status, 201);
    }
    let page = server.get("/api/users/").json();
    assert_eq!((&page["count"], page["results"].as_array().map(Vec::len)), (&json!(21), Some(20)));
    assert!(page["next"].as_str().is_some_and(|url| url.ends_with("/api/users/?page=2")));
    assert_eq!(server.get("/api/users/?search=21").json()["count"], 1);
    assert_eq!(server.get("/api/users/3/").brief(), (200, r#"{"id":3,"username":"user-3"}"#));
    let patch = server.request("PATCH", "/api/users/3/", r#"{"username": "x"}"#);
    assert_eq!(patch.brief(), (200, r#"{"id":3,"username":"x"}"#));
    assert_eq!(server.request("PUT", "/api/users/3/", "{}").status, 400);
    assert_eq!(server.request("DELETE", "/api/users/3/", "").status, 204);
    assert_eq!(server.request("POST", "/api/users/4/set_password/", "{}").status, 403);
}
