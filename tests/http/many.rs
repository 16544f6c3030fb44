//! Relations of many to many, and the rows that refer to a row.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{database, execute, serve};

diesel::table! {
    tags (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    books (id) { id -> Integer, title -> Text, }
}

diesel::table! {
    book_tags (id) { id -> Integer, book_id -> Integer, tag_id -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = tags)]
struct Tag {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = books)]
#[viewset(ordering = [id])]
struct Book {
    id: i32,
    #[field(max_length = 9)]
    title: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = book_tags)]
struct BookTag {
    id: i32,
    #[diesel(column_name = book_id)]
    #[field(related = Book)]
    book: i32,
    #[diesel(column_name = tag_id)]
    #[field(related = Tag)]
    tag: i32,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct BookWithTags {
    title: String,
    #[field(through = BookTag, source = book.tag, allow_empty = false)]
    tags: Vec<i32>,
}

struct BookViewSet;

#[viewset(model = Book, serializer_class = BookWithTags)]
impl BookViewSet {}

const TABLES: &str = "
    CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO tags VALUES (1, 'a'), (2, 'b'), (3, 'c');
    CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
    INSERT INTO books VALUES (1, 'one'), (2, 'two'), (3, 'three');
    CREATE TABLE book_tags (
        id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES books (id),
        tag_id INTEGER NOT NULL REFERENCES tags (id), UNIQUE (book_id, tag_id)
    );
    INSERT INTO book_tags (book_id, tag_id) VALUES (1, 3), (1, 2), (2, 2);";

fn serve_books() -> (Server, Db) {
    let db = database(TABLES);
    let router = DefaultRouter::new().register("books", BookViewSet).with(db.clone());
    (serve(router), db)
}

/// U25, E17: keys of other rows are shown, and stored with their row; what is shown is what is stored.
#[test]
fn keys_of_many_rows_are_shown_and_stored() {
    let (server, _) = serve_books();
    let list =
        r#"[{"title":"one","tags":[2,3]},{"title":"two","tags":[2]},{"title":"three","tags":[]}]"#;
    assert_eq!(server.get("/api/books/").body, list);
    let post = |tags: &str| {
        server.request("POST", "/api/books/", &format!(r#"{{"title":"t","tags":{tags}}}"#))
    };
    for (tags, shown) in [
        ("[1,2]", "[1,2]"),
        ("[2,1,2]", "[1,2]"),
        (r#"["1",2.0]"#, "[1,2]"),
        (r#"{"1":5}"#, "[1]"),
        ("[1.5]", "[1]"),
    ] {
        let body = format!(r#"{{"title":"t","tags":{shown}}}"#);
        assert_eq!(post(tags).brief(), (201, body.as_str()), "{tags}");
    }
    let patch = |body: &str| server.request("PATCH", "/api/books/1/", body);
    assert_eq!(patch(r#"{"tags":[3,1]}"#).brief(), (200, r#"{"title":"one","tags":[1,3]}"#));
    assert_eq!(patch(r#"{"title":"uno"}"#).brief(), (200, r#"{"title":"uno","tags":[1,3]}"#));
    assert_eq!(server.get("/api/books/1/").body, r#"{"title":"uno","tags":[1,3]}"#);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.send("PUT", "/api/books/1/", &form, b"title=form&tags=2&tags=3");
    assert_eq!(reply.brief(), (200, r#"{"title":"form","tags":[2,3]}"#));
}

/// U25: the first mistake alone is told, and no place.
#[test]
fn the_first_wrong_key_is_told() {
    let (server, db) = serve_books();
    let unknown = |key: &str| format!("Invalid pk \\\"{key}\\\" - object does not exist.");
    let incorrect = |name: &str| format!("Incorrect type. Expected pk value, received {name}.");
    let no_list = |name: &str| format!("Expected a list of items but got type \\\"{name}\\\".");
    let table = [
        ("[]", "This list may not be empty.".to_owned()),
        ("null", "This field may not be null.".to_owned()),
        (r#""1""#, no_list("str")),
        ("5", no_list("int")),
        (r#"{"x":1}"#, incorrect("str")),
        ("[99]", unknown("99")),
        (r#"["a",99]"#, incorrect("str")),
        (r#"[99,"a"]"#, unknown("99")),
        ("[1,98,99]", unknown("98")),
        ("[null]", unknown("None")),
        (r#"[""]"#, incorrect("str")),
        ("[true]", incorrect("bool")),
        ("[[1]]", incorrect("list")),
        (r#"["1.0"]"#, incorrect("str")),
        ("[99999999999]", unknown("99999999999")),
    ];
    for (tags, text) in table {
        let reply = server.request("PATCH", "/api/books/1/", &format!(r#"{{"tags":{tags}}}"#));
        let body = format!(r#"{{"tags":["{text}"]}}"#);
        assert_eq!(reply.brief(), (400, body.as_str()), "{tags}");
    }
    let post = |body: &str| server.request("POST", "/api/books/", body);
    assert_eq!(post(r#"{"title":"t"}"#).brief(), (400, r#"{"tags":["This field is required."]}"#));
    let both = r#"{"title":["Ensure this field has no more than 9 characters."],"tags":["Invalid pk \"7\" - object does not exist."]}"#;
    assert_eq!(post(r#"{"title":"far too long","tags":[7]}"#).brief(), (400, both));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.send("POST", "/api/books/", &form, b"title=t");
    assert_eq!(reply.brief(), (400, r#"{"tags":["This list may not be empty."]}"#));
    // What cannot be stored takes its row with it.
    execute(
        &db,
        "CREATE TRIGGER no_more BEFORE INSERT ON book_tags BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    assert_eq!(post(r#"{"title":"t","tags":[1]}"#).status, 500);
    assert_eq!(server.get("/api/books/").json().as_array().map(Vec::len), Some(3));
}

/// S19, O: rows that refer to the row, shown by a serializer; the keys need not be written.
#[test]
fn rows_that_refer_to_a_row_are_shown() {
    #[derive(Serializer)]
    #[serializer(model = BookTag)]
    struct Label {
        #[field(source = tag.name)]
        name: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Book)]
    struct Labelled {
        title: String,
        #[field(nested, through = BookTag, source = book)]
        labels: Vec<Label>,
        #[field(through = BookTag, source = book.tag, read_only)]
        tags: Vec<i32>,
    }

    struct LabelledViewSet;

    #[viewset(model = Book, serializer_class = Labelled)]
    impl LabelledViewSet {}

    let server =
        serve(DefaultRouter::new().register("books", LabelledViewSet).with(database(TABLES)));
    let one = r#"{"title":"one","labels":[{"name":"c"},{"name":"b"}],"tags":[2,3]}"#;
    assert_eq!(server.get("/api/books/1/").body, one);
    let reply = server.request("POST", "/api/books/", r#"{"title":"new","tags":[1],"labels":5}"#);
    assert_eq!(reply.brief(), (201, r#"{"title":"new","labels":[],"tags":[]}"#));
    let options = server.request("OPTIONS", "/api/books/", "").json();
    let post = &options["actions"]["POST"];
    let labels = json!({
        "type": "field", "required": false, "read_only": true, "label": "Labels",
        "child": {
            "type": "nested object", "required": false, "read_only": true,
            "children": {
                "name": {"type": "string", "required": false, "read_only": true, "label": "Name"}
            }
        }
    });
    assert_eq!(post["labels"], labels);
    let tags = json!({"type": "field", "required": false, "read_only": true, "label": "Tags"});
    assert_eq!(post["tags"], tags);
}

/// Rows in between with something of their own to say: several may refer to the same row, and some to none.
#[test]
fn rows_in_between_that_stay_are_left_alone() {
    diesel::table! {
        parts (id) { id -> Integer, book_id -> Integer, tag_id -> Nullable<Integer>, role -> Text, }
    }

    #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
    #[diesel(table_name = parts)]
    struct Part {
        id: i32,
        #[diesel(column_name = book_id)]
        #[field(related = Book)]
        book: i32,
        #[diesel(column_name = tag_id)]
        #[field(related = Tag)]
        tag: Option<i32>,
        #[field(default = "new".to_owned())]
        role: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Tag)]
    struct TagName {
        name: String,
    }

    #[derive(Serializer)]
    #[serializer(model = Book)]
    struct BookWithParts {
        #[field(through = Part, source = book.tag, required = false)]
        tags: Vec<i32>,
        #[field(through = Part, source = book.tag.name)]
        names: Vec<String>,
        #[field(nested, through = Part, source = book.tag)]
        nested: Vec<TagName>,
    }

    struct PartViewSet;

    #[viewset(model = Book, serializer_class = BookWithParts)]
    impl PartViewSet {}

    let db = database(TABLES);
    let parts = "CREATE TABLE parts (
            id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL, tag_id INTEGER, role TEXT NOT NULL
        );
        INSERT INTO parts VALUES (1, 1, 1, 'one'), (2, 1, 1, 'two'), (3, 1, 2, 'gone'), (4, 1, NULL, 'none')";
    execute(&db, parts);
    let router = DefaultRouter::new()
        .register("books", PartViewSet)
        .register("parts", ModelViewSet::<Part>::new());
    let server = serve(router.with(db));
    let shown = |tags: &[i64], names: &[&str]| {
        let nested: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
        json!({"tags": tags, "names": names, "nested": nested})
    };
    assert_eq!(server.get("/api/books/1/").json(), shown(&[1, 1, 2], &["a", "a", "b"]));
    let reply = server.request("PATCH", "/api/books/1/", r#"{"tags":[3,1,3]}"#);
    assert_eq!(reply.json(), shown(&[1, 1, 3], &["a", "a", "c"]));
    let list = server.get("/api/parts/").json();
    let roles: Vec<_> = list.as_array().unwrap().iter().map(|part| &part["role"]).collect();
    assert_eq!(roles, ["one", "two", "none", "new"]);
    let reply = server.request("PATCH", "/api/books/1/", r#"{"tags":[""]}"#);
    let wrong = r#"{"tags":["Incorrect type. Expected pk value, received str."]}"#;
    assert_eq!(reply.brief(), (400, wrong));
}

/// A column of the rows in between that nobody sets is the server's mistake, and none of the client's fields.
#[test]
fn what_rows_in_between_lack_is_no_mistake_of_the_client() {
    let (server, db) = serve_books();
    execute(
        &db,
        "DROP TABLE book_tags;
         CREATE TABLE book_tags (
            id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, title TEXT NOT NULL
        )",
    );
    let reply = server.request("PATCH", "/api/books/1/", r#"{"tags":[1]}"#);
    assert_eq!(reply.status, 500, "{}", reply.body);
    assert_eq!(server.get("/api/books/1/").json()["tags"], json!([]));
}
