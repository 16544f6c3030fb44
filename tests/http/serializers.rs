//! Serializers about a model: what they show, what they read, and what they ask the database.

use viewset_actix::prelude::*;
use viewset_actix::serializers::current_user;
use viewset_tests::Server;

use crate::notes::{NOTES, Note, Person, people};
use crate::support::{database, serve};

fn serve_notes() -> Server {
    let router = DefaultRouter::new()
        .register("people", ModelViewSet::<Person>::new())
        .register("notes", ModelViewSet::<Note>::new());
    serve(router.with(database(NOTES)))
}

/// U28, T7, T53, T68: the model's message; one's own value is no hindrance.
#[test]
fn a_unique_value_is_asked_for() {
    let server = serve_notes();
    let taken = r#"{"name":["person with this name already exists."]}"#;
    for (method, path, body) in [
        ("POST", "/api/people/", r#"{"name": "Ann"}"#),
        ("POST", "/api/people/", r#"{"name": " Ann "}"#),
        ("PUT", "/api/people/2/", r#"{"name": "Ann"}"#),
        ("PATCH", "/api/people/2/", r#"{"name": "Ann"}"#),
    ] {
        assert_eq!(server.request(method, path, body).brief(), (400, taken), "{method}");
    }
    assert_eq!(server.request("PUT", "/api/people/1/", r#"{"name": "Ann"}"#).status, 200);
    assert_eq!(server.request("POST", "/api/people/", r#"{"name": "ANN"}"#).status, 201);
}

/// U28, S12: it is one of the mistakes that are told at once, in the order of the fields.
#[test]
fn the_mistakes_of_the_database_stand_among_the_others() {
    let body = r#"{"slug": "a", "title": "", "author": 99, "reviewer": "x"}"#;
    let reply = serve_notes().request("POST", "/api/notes/", body);
    let expected = concat!(
        r#"{"slug":["note with this slug already exists."],"#,
        r#""title":["This field may not be blank."],"#,
        r#""author":["Invalid pk \"99\" - object does not exist."],"#,
        r#""reviewer":["Incorrect type. Expected pk value, received str."]}"#
    );
    assert_eq!(reply.brief(), (400, expected));
}

/// U24, T60: the key is shown as it was sent.
#[test]
fn a_key_is_that_of_a_row() {
    let server = serve_notes();
    let patch = |body: &str| server.request("PATCH", "/api/notes/1/", body);
    for (key, shown) in [
        ("99", "99"),
        ("1180591620717411303424", "1180591620717411303424"),
        ("\"99\"", "99"),
        ("99.5", "99.5"),
    ] {
        let expected =
            format!(r#"{{"author":["Invalid pk \"{shown}\" - object does not exist."]}}"#);
        let reply = patch(&format!(r#"{{"author": {key}}}"#));
        assert_eq!(reply.brief(), (400, expected.as_str()), "{key}");
    }
    for (key, stored) in [("1", 1), ("\"2\"", 2), ("1.5", 1)] {
        assert_eq!(patch(&format!(r#"{{"author": {key}}}"#)).json()["author"], stored, "{key}");
    }
    assert_eq!(patch(r#"{"reviewer": null}"#).json()["reviewer"], json!(null));
}

/// U29, T69: members are asked for; what PATCH lacks is the row's.
#[test]
fn fields_are_unique_together() {
    let server = serve_notes();
    let taken = r#"{"non_field_errors":["The fields author, title must make a unique set."]}"#;
    let body = r#"{"slug": "d", "author": 2, "title": "A"}"#;
    assert_eq!(server.request("POST", "/api/notes/", body).brief(), (400, taken));
    assert_eq!(server.request("PATCH", "/api/notes/2/", r#"{"title": "A"}"#).brief(), (400, taken));
    assert_eq!(server.request("PATCH", "/api/notes/3/", r#"{"title": "A"}"#).status, 200);
    assert_eq!(server.request("PATCH", "/api/notes/1/", r#"{"title": "A"}"#).status, 200);
    let reply = server.request("POST", "/api/notes/", r#"{"slug": "d", "author": 2}"#);
    assert_eq!(reply.brief(), (400, r#"{"title":["This field is required."]}"#));
}

/// U29: what PUT leaves out of such a set is NULL, whichever serializer reads it.
#[test]
fn what_is_left_out_of_a_set_is_null() {
    diesel::table! {
        parts (id) { id -> Integer, name -> Text, kind -> Nullable<Text>, note -> Nullable<Text>, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = parts)]
    #[viewset(ordering = [id], unique_together = [(name, kind)])]
    struct Part {
        id: i32,
        name: String,
        kind: Option<String>,
        note: Option<String>,
    }

    #[derive(Serializer)]
    #[serializer(model = Part)]
    struct SmallPart {
        name: String,
        kind: Option<String>,
        note: Option<String>,
    }

    struct PartViewSet;

    #[viewset(model = Part, serializer_class = SmallPart)]
    impl PartViewSet {}

    let tables = "
        CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT, note TEXT, UNIQUE (name, kind));
        INSERT INTO parts VALUES (1, 'one', 'a', 'x'), (2, 'six', 'a', 'x');";
    let router = SimpleRouter::new().register("parts", PartViewSet);
    let server = serve(
        router.register_as("whole", "whole", ModelViewSet::<Part>::new()).with(database(tables)),
    );
    for path in ["/api/parts/1/", "/api/whole/1/"] {
        let put = |body: &str| server.request("PUT", path, body).json();
        assert_eq!(put(r#"{"name": "one", "kind": "b"}"#)["kind"], "b", "{path}");
        let answer = put(r#"{"name": "six"}"#);
        let expected = [json!("six"), json!(null), json!("x")];
        assert_eq!(
            [&answer["name"], &answer["kind"], &answer["note"]],
            expected.each_ref(),
            "{path}"
        );
        let answer = server.request("PATCH", path, r#"{"kind": "c"}"#).json();
        assert_eq!(answer["kind"], "c");
        let answer = server.request("PATCH", path, r#"{"name": "one"}"#).json();
        assert_eq!(answer["kind"], "c", "{path}");
    }
}

/// W16: the race that the check has lost is the same answer.
#[test]
fn a_lost_race_is_the_same_400() {
    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = people)]
    struct Person {
        id: i32,
        name: String,
    }

    let router = DefaultRouter::new().register("people", ModelViewSet::<Person>::new());
    let server = serve(router.with(database(NOTES)));
    let reply = server.request("POST", "/api/people/", r#"{"name": "Ann"}"#);
    assert_eq!(reply.brief(), (400, r#"{"name":["person with this name already exists."]}"#));
}

#[derive(Serializer)]
#[serializer(model = Person)]
struct PersonRef {
    id: i32,
    name: String,
}

#[derive(Serializer)]
#[serializer(model = Person)]
struct PersonWithBoss {
    name: String,
    #[field(nested)]
    boss: Option<PersonRef>,
}

/// Everything that can be shown of a note.
#[derive(Serializer)]
#[serializer(model = Note)]
struct FullNote {
    #[field(hyperlink)]
    url: String,
    #[serde(rename = "key")]
    #[field(source = slug)]
    key: String,
    #[field(method)]
    words: usize,
    #[field(nested)]
    author: PersonWithBoss,
    #[field(nested)]
    reviewer: Option<PersonRef>,
    #[field(source = author.name)]
    writer: String,
}

impl FullNote {
    fn get_words(note: &Note, _: &Request) -> usize {
        note.body.split_whitespace().count()
    }
}

struct FullNoteViewSet;

#[viewset(model = Note, serializer_class = FullNote)]
impl FullNoteViewSet {}

/// S17, S19 to S21, E4, W4: nested rows, fields of other rows, computed ones, URLs and other names.
#[test]
fn a_serializer_shows_what_it_says() {
    let router = DefaultRouter::new().register("notes", FullNoteViewSet).with(database(NOTES));
    let server = serve(router);
    let reply = server.get("/api/notes/1/");
    let host = "testserver";
    let expected = format!(
        concat!(
            r#"{{"url":"http://{}/api/notes/1/","key":"a","words":2,"#,
            r#""author":{{"name":"Bob","boss":{{"id":1,"name":"Ann"}}}},"reviewer":null,"writer":"Bob"}}"#
        ),
        host
    );
    assert_eq!(reply.brief(), (200, expected.as_str()));
    let list = server.get("/api/notes.json").json();
    assert_eq!(list[2]["url"], format!("http://{host}/api/notes/3.json"));
    assert_eq!(list[2]["reviewer"], json!({"id": 1, "name": "Ann"}));
    assert_eq!(list[2]["author"], json!({"name": "Cy", "boss": {"id": 1, "name": "Ann"}}));
}

/// W13, A25, D8, D9: another serializer for an action, or by the request; input is read by it, too.
#[test]
fn each_action_has_its_serializer() {
    #[derive(Serializer)]
    #[serializer(model = Note)]
    struct Title {
        slug: String,
        title: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Note)]
    struct Draft {
        slug: String,
        #[field(max_length = 3, required = false, default = "new")]
        title: String,
        #[field(read_only)]
        body: String,
        author: i32,
    }

    struct NoteViewSet;

    #[viewset(model = Note)]
    impl NoteViewSet {
        fn get_serializer_class(&self, req: &Request) -> SerializerClass<Note> {
            match req.action() {
                Some("list") => SerializerClass::new::<Title>(),
                Some("create") => SerializerClass::new::<Draft>(),
                _ => SerializerClass::of(req),
            }
        }

        #[action(detail = true, serializer_class = Title)]
        async fn title(&self, req: &Request) -> Result<RawJson> {
            let note = self.get_object(req).await?;
            self.get_serializer(req).data(&note).await
        }
    }

    let router = DefaultRouter::new().register("notes", NoteViewSet).with(database(NOTES));
    let server = serve(router);
    let list = r#"[{"slug":"a","title":"A"},{"slug":"b","title":"B"},{"slug":"c","title":"C"}]"#;
    assert_eq!(server.get("/api/notes/").body, list);
    assert_eq!(server.get("/api/notes/1/title/").body, r#"{"slug":"a","title":"A"}"#);
    assert_eq!(server.get("/api/notes/1/").json()["body"], "one two");
    let create = |body: &str| server.request("POST", "/api/notes/", body);
    let reply = create(r#"{"slug": "d", "author": 1, "body": "ignored"}"#);
    let created = r#"{"slug":"d","title":"new","body":"","author":1}"#;
    assert_eq!(reply.brief(), (201, created));
    let reply = create(r#"{"slug": "a", "title": "long", "author": 7}"#);
    let expected = concat!(
        r#"{"slug":["note with this slug already exists."],"#,
        r#""title":["Ensure this field has no more than 3 characters."],"#,
        r#""author":["Invalid pk \"7\" - object does not exist."]}"#
    );
    assert_eq!(reply.brief(), (400, expected));
    let options = server.request("OPTIONS", "/api/notes/1/title/", "").json();
    assert_eq!(options.get("actions"), None);
}

/// S13: hooks of fields and of the whole; texts belong to no field, maps to theirs.
#[test]
fn validators_and_hooks_can_be_the_users() {
    fn no_spam(text: &str) -> Result<(), ErrorDetail> {
        if text.contains("spam") { Err("No spam.".into()) } else { Ok(()) }
    }

    fn no_shouting(text: &str) -> Result<(), ErrorDetail> {
        if text.contains('!') { Err("Do not shout.".into()) } else { Ok(()) }
    }

    async fn lower(text: String, _: &Context<'_>) -> Result<String> {
        match text.as_str() {
            "forbidden" => Err(Error::validation("Not this one.")),
            _ => Ok(text.to_lowercase()),
        }
    }

    async fn differ(data: Message, _: &Context<'_>) -> Result<Message> {
        match (&*data.title, &*data.body) {
            ("same", "same") => Err(Error::validation("They are the same.")),
            ("map", _) => Err(Error::validation(ErrorDetail::map([("body", "Wrong.")]))),
            ("busy", _) => Err(Error::conflict("Later.")),
            _ => Ok(data),
        }
    }

    #[derive(Serializer)]
    #[serializer(validate = differ)]
    struct Message {
        #[field(validators = [no_spam, no_shouting], max_length = 9, validate = lower)]
        title: String,
        #[field(validators = [no_spam])]
        body: String,
        #[field(validators = [no_spam])]
        note: Option<String>,
    }

    struct MessageViewSet;

    #[viewset]
    impl MessageViewSet {
        async fn create(&self, data: Validated<Message>) -> Data<[String; 2]> {
            Data([data.0.title, data.0.note.unwrap_or_default()])
        }
    }

    let server = serve(DefaultRouter::new().register_as("messages", "message", MessageViewSet));
    let table = [
        (r#"{"title": "HI", "body": "x"}"#, 200, r#"["hi",""]"#),
        (r#"{"title": "spam!", "body": "x"}"#, 400, r#"{"title":["No spam.","Do not shout."]}"#),
        (
            r#"{"title": "forbidden", "body": "spam", "note": null}"#,
            400,
            r#"{"title":["Not this one."],"body":["No spam."]}"#,
        ),
        (
            r#"{"title": "same", "body": "same"}"#,
            400,
            r#"{"non_field_errors":["They are the same."]}"#,
        ),
        (r#"{"title": "map", "body": "x"}"#, 400, r#"{"body":["Wrong."]}"#),
        (r#"{"title": "busy", "body": "x"}"#, 409, r#"{"detail":"Later."}"#),
        (r#"{"title": "a", "body": "b", "note": "spam"}"#, 400, r#"{"note":["No spam."]}"#),
    ];
    for (body, status, expected) in table {
        let reply = server.request("POST", "/api/messages/", body);
        assert_eq!(reply.brief(), (status, expected), "{body}");
    }
}

/// S12, T71: a serializer in another, and lists of them, with errors by their places.
#[test]
fn serializers_can_be_nested() {
    #[derive(Serializer)]
    struct Line {
        #[field(max_length = 5)]
        name: String,
        #[field(min_value = 1)]
        count: i32,
    }

    #[derive(Serializer)]
    struct Order {
        first: Line,
        lines: Vec<Line>,
        last: Option<Line>,
    }

    struct OrderViewSet;

    #[viewset]
    impl OrderViewSet {
        async fn create(&self, order: Validated<Order>) -> Data<(String, i32, bool)> {
            let Order { first, lines, last } = order.0;
            Data((first.name, lines.iter().map(|line| line.count).sum(), last.is_some()))
        }
    }

    let server = serve(DefaultRouter::new().register_as("orders", "order", OrderViewSet));
    let post = |body: &str| server.request("POST", "/api/orders/", body);
    let line = r#"{"name": "a", "count": 2}"#;
    let reply = post(&format!(r#"{{"first": {line}, "lines": [{line}, {line}]}}"#));
    assert_eq!(reply.brief(), (200, r#"["a",4,false]"#));
    let reply =
        post(&format!(r#"{{"first": 5, "lines": [{{}}, 5, {line}], "last": {{"name": ""}}}}"#));
    let expected = concat!(
        r#"{"first":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]},"#,
        r#""lines":{"0":{"name":["This field is required."],"count":["This field is required."]},"#,
        r#""1":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}},"#,
        r#""last":{"name":["This field may not be blank."],"count":["This field is required."]}}"#
    );
    assert_eq!(reply.brief(), (400, expected));
}

struct Someone(&'static str);

impl AuthUser for Someone {
    fn pk(&self) -> std::borrow::Cow<'_, str> {
        self.0.into()
    }
}

struct ByHeader;

impl Authentication for ByHeader {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        Ok(req.header("x-user").map(|_| Credentials::new(Someone("3"))))
    }
}

/// S8: the current user, who is not asked for.
#[test]
fn a_default_can_come_from_the_request() {
    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = people)]
    struct Person {
        id: i32,
        name: String,
        #[diesel(column_name = boss_id)]
        #[field(read_only, default_with = current_user)]
        boss: Option<i32>,
    }

    struct PersonViewSet;

    #[viewset(model = Person, authentication_classes = [ByHeader])]
    impl PersonViewSet {}

    let router = DefaultRouter::new().register("people", PersonViewSet).with(database(NOTES));
    let server = serve(router);
    let body = r#"{"name": "Di", "boss": 1}"#;
    let headers = [("x-user", "3"), ("content-type", "application/json")];
    let reply = server.send("POST", "/api/people/", &headers, body.as_bytes());
    assert_eq!(reply.brief(), (201, r#"{"id":4,"name":"Di","boss":3}"#));
    assert_eq!(server.request("POST", "/api/people/", r#"{"name": "Ed"}"#).status, 403);
}

/// U31, S18: what a model says of a value holds in every serializer about it, beside what that one says; its lengths and
/// bounds can be set anew.
#[test]
fn the_validators_of_a_model_hold_in_its_serializers() {
    diesel::table! {
        mottos (id) { id -> Integer, text -> Text, note -> Nullable<Text>, }
    }

    fn no_spam(text: &str) -> Result<(), ErrorDetail> {
        if text.contains("spam") { Err("No spam.".into()) } else { Ok(()) }
    }

    fn no_shouting(text: &str) -> Result<(), ErrorDetail> {
        if text.contains('!') { Err("Do not shout.".into()) } else { Ok(()) }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = mottos)]
    struct Motto {
        id: i32,
        #[field(validators = [no_spam], max_length = 5)]
        text: String,
        #[field(validators = [no_spam])]
        note: Option<String>,
    }

    #[derive(Serializer)]
    #[serializer(model = Motto)]
    struct Quiet {
        #[field(validators = [no_shouting], max_length = 9)]
        text: String,
        note: Option<String>,
    }

    struct MottoViewSet;

    #[viewset(model = Motto)]
    impl MottoViewSet {
        #[action(detail = false, methods = ["post"], serializer_class = Quiet)]
        async fn quiet(&self, req: &Request) -> Result<Response> {
            CreateModelMixin::create(self, req).await
        }
    }

    let db =
        database("CREATE TABLE mottos (id INTEGER PRIMARY KEY, text TEXT NOT NULL, note TEXT);");
    let server = serve(DefaultRouter::new().register("mottos", MottoViewSet).with(db));
    let post = |path: &str, body: &str| server.request("POST", path, body);
    let table = [
        ("", r#"{"text":"spam!"}"#, 400, r#"{"text":["No spam."]}"#),
        ("", r#"{"text":"a","note":"spam"}"#, 400, r#"{"note":["No spam."]}"#),
        (
            "",
            r#"{"text":"longer"}"#,
            400,
            r#"{"text":["Ensure this field has no more than 5 characters."]}"#,
        ),
        ("quiet/", r#"{"text":"spam!"}"#, 400, r#"{"text":["No spam.","Do not shout."]}"#),
        ("quiet/", r#"{"text":"a","note":"spam"}"#, 400, r#"{"note":["No spam."]}"#),
        ("quiet/", r#"{"text":"longer","note":null}"#, 201, r#"{"text":"longer","note":null}"#),
    ];
    for (path, body, status, expected) in table {
        let reply = post(&format!("/api/mottos/{path}"), body);
        assert_eq!(reply.brief(), (status, expected), "{path} {body}");
    }
}

#[test]
fn a_serializer_of_an_action_is_about_its_model() {
    diesel::table! {
        pets (id) { id -> Integer, name -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = pets)]
    struct Pet {
        id: i32,
        name: String,
    }

    struct MixedViewSet;

    #[viewset(model = Person)]
    impl MixedViewSet {
        #[action(detail = false, serializer_class = Pet)]
        async fn pets(&self) -> &'static str {
            "none"
        }
    }

    let router = SimpleRouter::new().register("people", MixedViewSet).with(database(NOTES)).build();
    let error = router.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("`MixedViewSet` is about another model"), "{error}");
}
