//! Rows of other models, by a unique field, by a URL, and as links.

use viewset_actix::prelude::*;

use crate::notes::{NOTES, Note, Person};
use crate::support::{database, serve};

/// U26: a row of another model by its name.
#[test]
fn a_row_can_be_named_by_a_unique_field() {
    #[derive(Serializer)]
    #[serializer(model = Note)]
    struct ByName {
        slug: String,
        title: String,
        #[field(source = author.name, slug_related)]
        author: String,
        #[field(source = reviewer.name, slug_related)]
        reviewer: Option<String>,
    }

    struct NoteViewSet;

    #[viewset(model = Note, serializer_class = ByName)]
    impl NoteViewSet {}

    let router = DefaultRouter::new().register("notes", NoteViewSet).with(database(NOTES));
    let server = serve(router);
    let body = r#"{"slug":"b","title":"B","author":"Bob","reviewer":"Cy"}"#;
    assert_eq!(server.get("/api/notes/2/").body, body);
    let patch = |body: &str| server.request("PATCH", "/api/notes/2/", body);
    let reply = patch(r#"{"author": "Ann", "reviewer": null}"#);
    assert_eq!(reply.body, r#"{"slug":"b","title":"B","author":"Ann","reviewer":null}"#);
    let missing = r#"{"author":["Object with name=zz does not exist."]}"#;
    assert_eq!(patch(r#"{"author": "zz"}"#).brief(), (400, missing));
    let missing = r#"{"author":["Object with name=['a'] does not exist."]}"#;
    assert_eq!(patch(r#"{"author": ["a"]}"#).brief(), (400, missing));
    let null = r#"{"author":["This field may not be null."]}"#;
    assert_eq!(patch(r#"{"author": null}"#).brief(), (400, null));
    let reply = server.request("POST", "/api/notes/", r#"{"slug": "e", "title": "E"}"#);
    assert_eq!(reply.brief(), (400, r#"{"author":["This field is required."]}"#));
}

/// U29, K12: whatever the field is called, it stands for the key that it is found by.
#[test]
fn a_row_by_another_name_is_a_member_of_its_set_and_sorts_by_its_key() {
    #[derive(Serializer)]
    #[serializer(model = Note)]
    struct ByWriter {
        #[field(source = author, hyperlink, read_only)]
        url_of_writer: String,
        slug: String,
        title: String,
        #[field(source = author.name, slug_related)]
        by: String,
    }

    struct NoteViewSet;

    #[viewset(
        model = Note,
        serializer_class = ByWriter,
        filter_backends = [OrderingFilter],
        ordering = [id]
    )]
    impl NoteViewSet {}

    let router = DefaultRouter::new()
        .register("notes", NoteViewSet)
        .register("people", ModelViewSet::<Person>::new())
        .with(database(NOTES));
    let server = serve(router);
    let taken = r#"{"non_field_errors":["The fields by, title must make a unique set."]}"#;
    let again = r#"{"slug": "d", "title": "A", "by": "Bob"}"#;
    assert_eq!(server.request("POST", "/api/notes/", again).brief(), (400, taken));
    let reply = server.request("PATCH", "/api/notes/2/", r#"{"title": "A"}"#);
    assert_eq!(reply.brief(), (400, taken));
    let reply = server.request("PATCH", "/api/notes/2/", r#"{"title": "A", "by": "Cy"}"#);
    assert_eq!(reply.status, 200, "{}", reply.body);
    server.request("PATCH", "/api/notes/3/", r#"{"by": "Ann"}"#);
    let slugs = |ordering: &str| -> String {
        let list = server.get(&format!("/api/notes/?ordering={ordering}")).json();
        list.as_array().unwrap().iter().filter_map(|note| note["slug"].as_str()).collect()
    };
    assert_eq!([slugs("author"), slugs("-author"), slugs("by")], ["cab", "bac", "abc"]);
}

/// U27: a row of another model by its URL, whatever host that names.
#[test]
fn a_row_can_be_named_by_its_url() {
    #[derive(Serializer)]
    #[serializer(model = Note)]
    struct ByUrl {
        slug: String,
        title: String,
        #[field(source = author, hyperlink = "person-detail")]
        author: String,
        #[field(source = reviewer, hyperlink)]
        reviewer: Option<String>,
        #[field(source = author, hyperlink, read_only)]
        writer: String,
    }

    struct NoteViewSet;

    #[viewset(model = Note, serializer_class = ByUrl)]
    impl NoteViewSet {}

    let router = DefaultRouter::new()
        .register("notes", NoteViewSet)
        .register("people", ModelViewSet::<Person>::new())
        .with(database(NOTES));
    let server = serve(router);
    let url = |id: u8| format!("http://testserver/api/people/{id}/");
    let shown = server.get("/api/notes/1/").json();
    assert_eq!((&shown["author"], &shown["reviewer"]), (&json!(url(2)), &json!(null)));
    let patch =
        |url: &str| server.request("PATCH", "/api/notes/1/", &format!(r#"{{"author": {url}}}"#));
    for (sent, id) in [
        (r#""http://testserver/api/people/1/""#, 1),
        (r#""https://elsewhere:8/api/people/2/?a=b#c""#, 2),
        (r#""/api/people/3/""#, 3),
        (r#""/api/people/%31/""#, 1),
    ] {
        let reply = patch(sent);
        assert_eq!(reply.status, 200, "{sent}: {}", reply.body);
        let body = reply.json();
        assert_eq!(
            (&body["author"], &body["writer"]),
            (&json!(url(id)), &json!(url(id))),
            "{sent}"
        );
    }
    let invalid = |what: &str| format!("Invalid hyperlink - {what}.");
    let incorrect = |name: &str| format!("Incorrect type. Expected URL string, received {name}.");
    let null = "This field may not be null.".to_owned();
    for (sent, text) in [
        (r#""api/people/1/""#, invalid("No URL match")),
        (r#""/api/people/1""#, invalid("No URL match")),
        (r#""/nowhere/""#, invalid("No URL match")),
        (r#"" /api/people/1/ ""#, invalid("No URL match")),
        (r#""ftp://x/api/people/1/""#, invalid("No URL match")),
        (r#""http:""#, invalid("No URL match")),
        (r#""http://[::1""#, invalid("No URL match")),
        (r#""http://x/api/people/99/""#, invalid("Object does not exist")),
        (r#""/api/people/abc/""#, invalid("Object does not exist")),
        (r#""/api/people/99999999999999999999/""#, invalid("Object does not exist")),
        (r#""/api/notes/1/""#, invalid("Incorrect URL match")),
        (r#""/api/people/""#, invalid("Incorrect URL match")),
        (r#""""#, null.clone()),
        ("null", null),
        ("5", incorrect("int")),
        ("true", incorrect("bool")),
        ("1.5", incorrect("float")),
        ("[]", incorrect("list")),
        ("{}", incorrect("dict")),
    ] {
        let body = json!({"author": [text]}).to_string();
        assert_eq!(patch(sent).brief(), (400, body.as_str()), "{sent}");
    }
    let reply =
        server.request("PATCH", "/api/notes/1/", &format!(r#"{{"reviewer": "{}"}}"#, url(3)));
    assert_eq!(reply.json()["reviewer"], url(3));
    let reply = server.request("PATCH", "/api/notes/1/", r#"{"reviewer": ""}"#);
    assert_eq!(reply.json()["reviewer"], json!(null));
    let reply = server.request("POST", "/api/notes/", r#"{"slug": "z", "title": "Z"}"#);
    assert_eq!(reply.brief(), (400, r#"{"author":["This field is required."]}"#));
}

/// S20: a nested row has the URL of its own viewset, by that one's lookup field; a key that no URL takes has none.
#[test]
fn a_link_leads_to_the_row_that_it_stands_in() {
    diesel::table! {
        clubs (slug) { slug -> Text, }
    }

    diesel::table! {
        members (id) { id -> Integer, club -> Text, boss -> Integer, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = clubs, primary_key(slug))]
    struct Club {
        slug: String,
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = members)]
    struct Member {
        id: i32,
        club: String,
        #[field(related = Person)]
        boss: i32,
    }

    #[derive(Serializer)]
    #[serializer(model = Club)]
    struct ClubLink {
        slug: String,
        #[field(hyperlink)]
        url: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Person)]
    struct PersonLink {
        #[field(hyperlink)]
        url: String,
        #[field(hyperlink = "person-detail")]
        named: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Member)]
    struct MemberLink {
        #[field(hyperlink)]
        url: String,
        #[field(nested)]
        boss: PersonLink,
    }

    struct MemberViewSet;

    #[viewset(model = Member, serializer_class = MemberLink)]
    impl MemberViewSet {}

    struct ClubViewSet;

    #[viewset(model = Club, serializer_class = ClubLink, lookup_value_regex = "[a-z]+")]
    impl ClubViewSet {}

    struct ByName;

    #[viewset(model = Person, lookup_field = name)]
    impl ByName {}

    let db = database(concat!(
        "CREATE TABLE clubs (slug TEXT PRIMARY KEY);",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, boss_id INTEGER);",
        "INSERT INTO people VALUES (1, 'Zoe', NULL);",
        "CREATE TABLE members (id INTEGER PRIMARY KEY, club TEXT NOT NULL, boss INTEGER NOT NULL);",
        "INSERT INTO members VALUES (7, 'x', 1);"
    ));
    let router = DefaultRouter::new()
        .register("members", MemberViewSet)
        .register("clubs", ClubViewSet)
        .register("people", ByName)
        .with(db);
    let server = serve(router);
    let zoe = "http://testserver/api/people/Zoe/";
    let expected =
        json!({"url": "http://testserver/api/members/7/", "boss": {"url": zoe, "named": zoe}});
    assert_eq!(server.get("/api/members/7/").json(), expected);
    let post =
        |slug: &str| server.request("POST", "/api/clubs/", &format!(r#"{{"slug":"{slug}"}}"#));
    assert_eq!(post("a/b").brief(), (201, r#"{"slug":"a/b","url":null}"#));
    assert_eq!(post("ab").body, r#"{"slug":"ab","url":"http://testserver/api/clubs/ab/"}"#);
    assert_eq!(server.get("/api/clubs/").status, 200);
}
