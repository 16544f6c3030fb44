//! Serializers about a model: what they show, what they read, and what they ask the database.

use viewset_actix::prelude::*;
use viewset_actix::serializers::current_user;
use viewset_tests::Server;

use crate::support::{database, serve};

diesel::table! {
    people (id) { id -> Integer, name -> Text, boss_id -> Nullable<Integer>, }
}

diesel::table! {
    notes (id) {
        id -> Integer,
        slug -> Text,
        title -> Text,
        body -> Text,
        author_id -> Integer,
        reviewer_id -> Nullable<Integer>,
    }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = people)]
struct Person {
    id: i32,
    #[field(max_length = 20, unique)]
    name: String,
    #[diesel(column_name = boss_id)]
    #[field(related = Person)]
    boss: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = notes)]
#[viewset(ordering = [id], unique_together = [(author, title)])]
struct Note {
    id: i32,
    #[field(slug, unique, max_length = 10)]
    slug: String,
    title: String,
    #[field(allow_blank, default = "")]
    body: String,
    #[diesel(column_name = author_id)]
    #[field(related = Person)]
    author: i32,
    #[diesel(column_name = reviewer_id)]
    #[field(related = Person)]
    reviewer: Option<i32>,
}

const NOTES: &str = "
    CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, boss_id INTEGER REFERENCES people (id)
    );
    INSERT INTO people (name, boss_id) VALUES ('Ann', NULL), ('Bob', 1), ('Cy', 1);
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
        author_id INTEGER NOT NULL REFERENCES people (id), reviewer_id INTEGER REFERENCES people (id),
        UNIQUE (author_id, title)
    );
    INSERT INTO notes (slug, title, body, author_id, reviewer_id) VALUES
        ('a', 'A', 'one two', 2, NULL), ('b', 'B', '', 2, 3), ('c', 'C', 'x', 3, 1);";

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
    assert_eq!(patch(r#"{"author": []}"#).brief(), (400, r#"{"author":["Invalid value."]}"#));
    let null = r#"{"author":["This field may not be null."]}"#;
    assert_eq!(patch(r#"{"author": null}"#).brief(), (400, null));
    let reply = server.request("POST", "/api/notes/", r#"{"slug": "e", "title": "E"}"#);
    assert_eq!(reply.brief(), (400, r#"{"author":["This field is required."]}"#));
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

/// S16, E19, W3: lists of rows, all or none, with errors by their places.
#[test]
fn many_rows_are_written_at_once() {
    struct PersonViewSet;

    #[viewset(
        model = Person,
        mixins = [CreateModelMixin, ListModelMixin, UpdateModelMixin, DestroyModelMixin, BulkModelMixin]
    )]
    impl PersonViewSet {}

    let router = DefaultRouter::new().register("people", PersonViewSet).with(database(NOTES));
    let server = serve(router);
    let bulk = |method: &str, body: &str| server.request(method, "/api/people/bulk/", body);
    let names = || {
        let list = server.get("/api/people/").json();
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };

    let reply = bulk("POST", r#"[{"name": "Di"}, {"name": "Ed", "boss": 1}]"#);
    assert_eq!(
        reply.brief(),
        (201, r#"[{"id":4,"name":"Di","boss":null},{"id":5,"name":"Ed","boss":1}]"#)
    );
    let reply = bulk("POST", r#"[{"name": "Flo"}, {}, null, {"name": "Ann"}]"#);
    let expected = concat!(
        r#"{"1":{"name":["This field is required."]},"2":["This field may not be null."],"#,
        r#""3":{"name":["person with this name already exists."]}}"#
    );
    assert_eq!(reply.brief(), (400, expected));
    let reply = bulk("PATCH", r#"[{"id": 1, "name": "A"}, {"id": 1, "name": "B"}]"#);
    assert_eq!(reply.brief(), (400, r#"{"1":{"id":["This field must be unique."]}}"#));
    let many = format!("[{}]", vec!["99"; 1001].join(","));
    let too_many = r#"{"non_field_errors":["Ensure this field has no more than 1000 elements."]}"#;
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(bulk(method, &many).brief(), (400, too_many), "{method}");
    }
    // Two equal values inside of one list, which only the database sees.
    let reply = bulk("POST", r#"[{"name": "Gus"}, {"name": "Gus"}]"#);
    assert_eq!(reply.brief(), (400, r#"{"1":{"name":["person with this name already exists."]}}"#));
    assert_eq!(names(), ["Ann", "Bob", "Cy", "Di", "Ed"]);

    let reply = bulk("PATCH", r#"[{"id": 4, "name": "Dina"}, {"id": 5, "boss": 2}]"#);
    assert_eq!(
        reply.brief(),
        (200, r#"[{"id":4,"name":"Dina","boss":null},{"id":5,"name":"Ed","boss":2}]"#)
    );
    let reply = bulk(
        "PATCH",
        r#"[{"id": 4, "name": "Di"}, {"id": 99}, {"name": "x"}, {"id": 5, "name": ""}]"#,
    );
    let expected = concat!(
        r#"{"1":{"id":["Invalid pk \"99\" - object does not exist."]},"#,
        r#""2":{"id":["This field is required."]},"3":{"name":["This field may not be blank."]}}"#
    );
    assert_eq!(reply.brief(), (400, expected));
    assert_eq!(
        bulk("PUT", r#"[{"id": 4}]"#).brief(),
        (400, r#"{"0":{"name":["This field is required."]}}"#)
    );
    assert_eq!(names()[3], "Dina");

    assert_eq!(bulk("DELETE", "[4, 99]").status, 400);
    assert_eq!(names().len(), 5);
    assert_eq!(bulk("DELETE", "[4, 5]").brief(), (204, ""));
    assert_eq!(names(), ["Ann", "Bob", "Cy"]);
    // Ann is the boss of others: a foreign key stands in the way.
    assert_eq!(bulk("DELETE", "[3, 1]").status, 409);
    assert_eq!(names().len(), 3);
    let reply = bulk("DELETE", r#"{"id": 1}"#);
    let expected = r#"{"non_field_errors":["Expected a list of items but got type \"dict\"."]}"#;
    assert_eq!(reply.brief(), (400, expected));
}

/// S15: `many`, by hand.
#[test]
fn a_list_is_validated_item_by_item() {
    struct PersonViewSet;

    #[viewset(model = Person, mixins = [])]
    impl PersonViewSet {
        async fn create(&self, req: &Request) -> Result<Data<usize>> {
            Ok(Data(self.get_serializer(req).validate_many().await?.len()))
        }
    }

    let router = DefaultRouter::new().register("people", PersonViewSet).with(database(NOTES));
    let server = serve(router);
    let post = |body: &str| server.request("POST", "/api/people/", body);
    assert_eq!(post("[]").brief(), (200, "0"));
    let expected = r#"{"non_field_errors":["Expected a list of items but got type \"dict\"."]}"#;
    assert_eq!(post("{}").brief(), (400, expected));
    let expected =
        r#"{"0":{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}}"#;
    assert_eq!(post(r#"["x"]"#).brief(), (400, expected));
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
