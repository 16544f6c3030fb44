//! A crate that has renamed its dependency.

use viewset_tests_renamed::{NOTES, router};

use crate::support::{database, serve};

#[test]
fn a_crate_that_renames_its_dependency_is_served() {
    let server = serve(router().with(database(NOTES)));
    let created = server.request("POST", "/api/notes/", r#"{"text":"hey"}"#);
    assert_eq!(created.brief(), (201, r#"{"id":1,"text":"hey"}"#));
    assert_eq!(server.get("/api/notes/1/").brief(), (200, r#"{"id":1,"text":"hey"}"#));
    assert_eq!(server.get("/api/notes/count/").brief(), (200, "1"));
    let shouted = server.request("POST", "/api/notes/1/shout/", r#"{"volume":2}"#);
    assert_eq!(shouted.brief(), (200, r#""hey!!""#));
    let invalid = server.request("POST", "/api/notes/1/shout/", "{}");
    assert_eq!(invalid.brief(), (400, r#"{"volume":["This field is required."]}"#));
    assert_eq!(server.request("DELETE", "/api/notes/7/shout/", "").brief(), (200, "7"));
}
