//! The six standard actions over a database: what they answer, store, and roll back.

use viewset_actix::prelude::*;

use crate::support::{
    ALLOW_DETAIL, ALLOW_LIST, ANN, AUTHORS, Author, FileDatabase, NO_AUTHOR, authors, database,
    serve, serve_authors,
};

const NO_NAME: &str = r#"{"name":["This field is required."]}"#;

/// E1, E2, F5.
#[test]
fn list_and_retrieve_show_the_rows() {
    let server = serve_authors();
    let list = server.get("/api/authors/");
    assert_eq!(
        list.brief(),
        (200, r#"[{"id":1,"name":"Ann","email":""},{"id":2,"name":"Bob","email":""}]"#)
    );
    assert_eq!(list.header("content-type"), Some("application/json"));
    let one = server.get("/api/authors/1/");
    assert_eq!(one.brief(), (200, ANN));
    assert_eq!(one.header("content-length"), Some("32"));
}

/// E1.
#[test]
fn a_list_without_rows_is_an_empty_array() {
    let db = database(
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)",
    );
    let server =
        serve(DefaultRouter::new().register("authors", ModelViewSet::<Author>::new()).with(db));
    assert_eq!(server.get("/api/authors/").brief(), (200, "[]"));
}

/// E3, E4, T9, T13.
#[test]
fn create_answers_the_whole_row() {
    let reply = serve_authors().request("POST", "/api/authors/", r#"{"name":"Cy"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":3,"name":"Cy","email":""}"#));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("allow"), Some(ALLOW_LIST));
    assert_eq!(reply.header("location"), None);
}

diesel::table! {
    links (id) { id -> Integer, url -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = links)]
struct Link {
    id: i32,
    url: String,
}

const LINKS: &str = "CREATE TABLE links (id INTEGER PRIMARY KEY, url TEXT NOT NULL)";

/// E4, T13.
#[test]
fn a_field_called_url_is_the_location() {
    let router = DefaultRouter::new().register("links", ModelViewSet::<Link>::new());
    let server = serve(router.with(database(LINKS)));
    let reply = server.request("POST", "/api/links/", r#"{"url":"http://a.co"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":1,"url":"http://a.co"}"#));
    assert_eq!(reply.header("location"), Some("http://a.co"));
    // What cannot stand in a header is left out, not an error.
    let reply = server.request("POST", "/api/links/", r#"{"url":"a\nb"}"#);
    assert_eq!((reply.status, reply.header("location")), (201, None));
}

/// E12.
#[test]
fn the_headers_of_a_success_can_be_replaced() {
    struct LinkViewSet;

    #[viewset(model = Link)]
    impl LinkViewSet {
        fn get_success_headers(&self, _: &Request, link: &RawJson) -> Result<http::HeaderMap> {
            let mut headers = http::HeaderMap::new();
            let Some(Value::Int(id)) = link.to_value()?.get("id").cloned() else {
                return Ok(headers);
            };
            headers.insert("x-id", id.into());
            Ok(headers)
        }
    }

    let router = DefaultRouter::new().register("links", LinkViewSet).with(database(LINKS));
    let reply = serve(router).request("POST", "/api/links/", r#"{"url":"http://a.co"}"#);
    assert_eq!((reply.header("x-id"), reply.header("location")), (Some("1"), None));
}

/// E5, T3, T4.
#[test]
fn what_is_missing_is_said() {
    let server = serve_authors();
    for (method, path, body, allow) in [
        ("POST", "/api/authors/", "", ALLOW_LIST),
        ("POST", "/api/authors/", "{}", ALLOW_LIST),
        ("PUT", "/api/authors/1/", "", ALLOW_DETAIL),
        ("PUT", "/api/authors/1/", "{}", ALLOW_DETAIL),
    ] {
        let reply = server.request(method, path, body);
        assert_eq!(reply.brief(), (400, NO_NAME), "{method} {body}");
        assert_eq!(
            (reply.header("content-length"), reply.header("allow")),
            (Some("36"), Some(allow))
        );
    }
    let csv = server.send("POST", "/api/authors/", &[("Content-Type", "text/csv")], b"");
    assert_eq!(csv.brief(), (400, NO_NAME));
}

/// E6, T6.
#[test]
fn put_keeps_what_is_optional_and_left_out() {
    let server = serve_authors();
    server.request("PATCH", "/api/authors/1/", r#"{"email":"ann@b.co"}"#);
    let reply = server.request("PUT", "/api/authors/1/", r#"{"name":"Anna"}"#);
    assert_eq!(reply.brief(), (200, r#"{"id":1,"name":"Anna","email":"ann@b.co"}"#));
    assert_eq!(reply.header("allow"), Some(ALLOW_DETAIL));
}

/// E6, E7, T8.
#[test]
fn an_update_never_creates() {
    let server = serve_authors();
    for method in ["PUT", "PATCH"] {
        let reply = server.request(method, "/api/authors/99/", r#"{"name":"new"}"#);
        assert_eq!(reply.brief(), (404, NO_AUTHOR));
    }
    assert_eq!(server.get("/api/authors/").json().as_array().map(Vec::len), Some(2));
}

/// E6, U28, T7.
#[test]
fn a_unique_value_may_be_kept_and_not_taken() {
    let server = serve_authors();
    let own = server.request("PUT", "/api/authors/1/", r#"{"name":"Ann"}"#);
    assert_eq!(own.brief(), (200, ANN));
    let taken = r#"{"name":["author with this name already exists."]}"#;
    assert_eq!(server.request("PUT", "/api/authors/1/", r#"{"name":"Bob"}"#).brief(), (400, taken));
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Bob"}"#).brief(), (400, taken));
    assert_eq!(
        server.request("POST", "/api/authors/", r#"{"name":" Ann "}"#).brief(),
        (400, taken)
    );
    assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
}

/// E7, L3, T1, T2.
#[test]
fn an_empty_patch_changes_nothing_and_answers_the_row() {
    let server = serve_authors();
    for body in ["{}", ""] {
        let reply = server.request("PATCH", "/api/authors/1/", body);
        assert_eq!(reply.brief(), (200, ANN));
        assert_eq!(reply.header("content-length"), Some("32"));
    }
    for headers in [&[][..], &[("Content-Type", "text/plain")][..]] {
        assert_eq!(server.send("PATCH", "/api/authors/1/", headers, b"").brief(), (200, ANN));
    }
}

/// E7.
#[test]
fn patch_changes_what_was_sent() {
    let server = serve_authors();
    let reply = server.request("PATCH", "/api/authors/1/", r#"{"email":"a@b.co"}"#);
    assert_eq!(reply.brief(), (200, r#"{"id":1,"name":"Ann","email":"a@b.co"}"#));
    assert_eq!(server.get("/api/authors/1/").json()["email"], "a@b.co");
}

/// E8, T11.
#[test]
fn destroy_answers_nothing_and_the_row_is_gone() {
    let server = serve_authors();
    let reply = server.request("DELETE", "/api/authors/1/", r#"{"ignored":1}"#);
    assert_eq!(reply.brief(), (204, ""));
    assert_eq!((reply.header("content-type"), reply.header("allow")), (None, Some(ALLOW_DETAIL)));
    assert_eq!(server.request("DELETE", "/api/authors/1/", "").brief(), (404, NO_AUTHOR));
    assert_eq!(server.get("/api/authors/1/").brief(), (404, NO_AUTHOR));
    assert_eq!(server.get("/api/authors/2/").status, 200);
}

/// E9, P4.
#[test]
fn perform_create_fills_in_what_the_client_does_not_decide() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn perform_create(&self, req: &Request, mut data: Input<Author>) -> Result<Author> {
            data.email = Some("owner@b.co".to_owned());
            Author::create(req, data).await
        }
    }

    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let reply = server.request("POST", "/api/authors/", r#"{"name":"Cy","email":"mine@b.co"}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":3,"name":"Cy","email":"owner@b.co"}"#));
}

/// Fails after its statement, at all three.
struct TooLateViewSet;

#[viewset(model = Author)]
impl TooLateViewSet {
    async fn perform_create(&self, req: &Request, data: Input<Author>) -> Result<Author> {
        Author::create(req, data).await?;
        Err(Error::validation("too late"))
    }
    async fn perform_update(
        &self,
        req: &Request,
        author: Author,
        data: Input<Author>,
    ) -> Result<Author> {
        author.save(req, data).await?;
        Err(Error::validation("too late"))
    }
    async fn perform_destroy(&self, req: &Request, author: Author) -> Result<()> {
        author.destroy(req).await?;
        Err(Error::validation("too late"))
    }
}

/// E9, E10, E11, E18, T14: unlike DRF without `ATOMIC_REQUESTS`, a hook that fails leaves nothing behind.
#[test]
fn a_hook_that_fails_after_its_statement_is_rolled_back() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server = serve(DefaultRouter::new().register("authors", TooLateViewSet).with(db));
        let before = server.get("/api/authors/").body;
        for (method, path) in [
            ("POST", "/api/authors/"),
            ("PUT", "/api/authors/1/"),
            ("PATCH", "/api/authors/1/"),
            ("DELETE", "/api/authors/1/"),
        ] {
            let reply = server.request(method, path, r#"{"name":"ghost"}"#);
            assert_eq!(reply.brief(), (400, r#"["too late"]"#), "{method}");
            assert_eq!(server.get("/api/authors/").body, before, "{method}");
        }
    }
}

/// E18: several statements of a hook are one, and what it reads is what it wrote.
#[test]
fn the_statements_of_a_hook_are_one_transaction() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn perform_create(&self, req: &Request, data: Input<Author>) -> Result<Author> {
            let first = Author::create(req, data).await?;
            let mut conn = self.connection(req).await?;
            let rows = Author::count(self.get_queryset(req)?, &mut conn).await?;
            drop(conn);
            let second = Input::<Author> {
                name: Some(format!("number {rows}")),
                ..Input::<Author>::default()
            };
            let second = Author::create(req, second).await?;
            match second.id {
                6.. => Err(Error::conflict("enough")),
                _ => Ok(first),
            }
        }
    }

    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server = serve(DefaultRouter::new().register("authors", AuthorViewSet).with(db));
        assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#).status, 201);
        assert_eq!(server.get("/api/authors/4/").json()["name"], "number 3");
        let reply = server.request("POST", "/api/authors/", r#"{"name":"Di"}"#);
        assert_eq!(reply.brief(), (409, r#"{"detail":"enough"}"#));
        assert_eq!(server.get("/api/authors/").json().as_array().map(Vec::len), Some(4));
    }
}

/// E10.
#[test]
fn perform_update_sees_the_row_and_the_change() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn perform_update(
            &self,
            req: &Request,
            author: Author,
            mut data: Input<Author>,
        ) -> Result<Author> {
            data.email = Some(format!("was {}", author.name));
            author.save(req, data).await
        }
    }

    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    for (method, name, was) in [("PUT", "Anna", "was Ann"), ("PATCH", "Anne", "was Anna")] {
        let reply =
            server.request(method, "/api/authors/1/", &format!(r#"{{"name":"{name}"}}"#)).json();
        assert_eq!(reply, json!({"id": 1, "name": name, "email": was}));
    }
}

/// E11.
#[test]
fn perform_destroy_can_mark_the_row_instead() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        fn get_queryset(&self, _req: &Request) -> Result<Query<Author>> {
            Ok(Author::objects().filter(authors::email.ne("deleted")))
        }
        async fn perform_destroy(&self, req: &Request, author: Author) -> Result<()> {
            let mark =
                Input::<Author> { email: Some("deleted".to_owned()), ..Input::<Author>::default() };
            author.save(req, mark).await.map(drop)
        }
    }

    let db = database(AUTHORS);
    let all = ReadOnlyModelViewSet::<Author>::new();
    let router =
        DefaultRouter::new().register("authors", AuthorViewSet).register_as("all", "all", all);
    let server = serve(router.with(db));
    assert_eq!(server.request("DELETE", "/api/authors/1/", "").brief(), (204, ""));
    assert_eq!(server.get("/api/authors/1/").status, 404);
    assert_eq!(server.get("/api/all/1/").json()["email"], "deleted");
}

/// E13, E14, T9, T10.
#[test]
fn read_only_and_unknown_fields_are_ignored() {
    let server = serve_authors();
    let reply = server.request("POST", "/api/authors/", r#"{"id":77,"name":"Cy","nope":1}"#);
    assert_eq!(reply.brief(), (201, r#"{"id":3,"name":"Cy","email":""}"#));
    let reply = server.request("PATCH", "/api/authors/1/", r#"{"id":"garbage","Name":"x"}"#);
    assert_eq!(reply.brief(), (200, ANN));
    assert_eq!(server.request("POST", "/api/authors/", r#"{"Name":"x"}"#).brief(), (400, NO_NAME));
}

diesel::table! {
    shops (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    goods (id) { id -> Integer, shop_id -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = shops)]
struct Shop {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = goods)]
struct Good {
    id: i32,
    shop_id: i32,
}

/// E16, E19, T12: DRF answers 500 to what only the database can refuse; here it is a conflict.
#[test]
fn what_others_refer_to_is_not_deleted() {
    let db = database(
        "CREATE TABLE shops (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
         CREATE TABLE goods (id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shops (id));
         INSERT INTO shops VALUES (1, 'Corner'); INSERT INTO goods VALUES (1, 1);",
    );
    let router = DefaultRouter::new()
        .register("shops", ModelViewSet::<Shop>::new())
        .register("goods", ModelViewSet::<Good>::new());
    let server = serve(router.with(db));
    let refused = server.request("DELETE", "/api/shops/1/", "");
    assert_eq!(refused.status, 409);
    assert!(refused.json()["detail"].is_string(), "{}", refused.body);
    let refused = server.request("POST", "/api/goods/", r#"{"shop_id":99}"#);
    let body = r#"{"non_field_errors":["A related object does not exist."]}"#;
    assert_eq!(refused.brief(), (400, body));
    assert_eq!(server.request("DELETE", "/api/goods/1/", "").status, 204);
    assert_eq!(server.request("DELETE", "/api/shops/1/", "").status, 204);
}

/// P21: an override calls the original as Python's `super()` does.
#[test]
fn a_standard_action_can_be_overridden_and_called() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn list(&self, req: &Request) -> Result<Response> {
            let mut response = ListModelMixin::list(self, req).await?;
            response.headers.insert("x-list", "overridden".parse().map_err(Error::internal)?);
            Ok(response)
        }
        async fn retrieve(&self, req: &Request, pk: i32) -> Result<impl IntoResponse> {
            let response = RetrieveModelMixin::retrieve(self, req).await?;
            Ok((if pk == 1 { StatusCode::ACCEPTED } else { StatusCode::OK }, response))
        }
        async fn destroy(&self) -> Result<StatusCode> {
            Err(Error::method_not_allowed("DELETE"))
        }
    }

    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(database(AUTHORS)));
    let list = server.get("/api/authors/");
    assert_eq!((list.status, list.header("x-list")), (200, Some("overridden")));
    assert_eq!(list.json().as_array().map(Vec::len), Some(2));
    assert_eq!(server.get("/api/authors/1/").brief(), (202, ANN));
    assert_eq!(server.get("/api/authors/2/").status, 200);
    assert_eq!(server.request("DELETE", "/api/authors/1/", "").status, 405);
    assert_eq!(server.request("PATCH", "/api/authors/1/", "{}").brief(), (200, ANN));
}

/// E18: any action can have a transaction of its own.
#[test]
fn an_action_can_be_atomic() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        #[action(detail = false, methods = ["post"], url_path = "many/{n}")]
        async fn many(&self, n: i32, req: &Request) -> Result<StatusCode> {
            self.atomic(req, async {
                for number in 0..n {
                    let name = Some(format!("number {}", number % 3));
                    Author::create(req, Input::<Author> { name, ..Input::<Author>::default() })
                        .await?;
                }
                Ok(StatusCode::CREATED)
            })
            .await
        }
    }

    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server = serve(DefaultRouter::new().register("authors", AuthorViewSet).with(db));
        let count = || server.get("/api/authors/").json().as_array().map(Vec::len);
        let taken = r#"{"name":["author with this name already exists."]}"#;
        assert_eq!(server.request("POST", "/api/authors/many/4/", "").brief(), (400, taken));
        assert_eq!(count(), Some(2));
        assert_eq!(server.request("POST", "/api/authors/many/3/", "").status, 201);
        assert_eq!(count(), Some(5));
    }
}

/// E18: writers wait for each other, none is refused.
#[test]
fn concurrent_writers_all_succeed() {
    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server =
            serve(DefaultRouter::new().register("authors", ModelViewSet::<Author>::new()).with(db));
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let server = &server;
                scope.spawn(move || {
                    for row in 0..10 {
                        let body = format!(r#"{{"name":"{writer} {row}"}}"#);
                        assert_eq!(server.request("POST", "/api/authors/", &body).status, 201);
                        assert_eq!(
                            server.request("PATCH", "/api/authors/1/", r#"{"email":"x"}"#).status,
                            200
                        );
                        assert_eq!(server.get("/api/authors/1/").status, 200);
                    }
                });
            }
        });
        assert_eq!(server.get("/api/authors/").json().as_array().map(Vec::len), Some(42));
    }
}

/// E18: two transactions that read before they write, one waiting for the other.
#[test]
fn a_writer_waits_for_the_one_before_it() {
    use std::sync::mpsc;
    use tokio::sync::Notify;

    struct SlowViewSet {
        entered: mpsc::Sender<()>,
        go_on: std::sync::Arc<Notify>,
    }

    #[viewset(model = Author)]
    impl SlowViewSet {
        async fn perform_update(
            &self,
            req: &Request,
            author: Author,
            data: Input<Author>,
        ) -> Result<Author> {
            self.entered.send(()).map_err(Error::internal)?;
            self.go_on.notified().await;
            author.save(req, data).await
        }
    }

    let file = FileDatabase::new(AUTHORS);
    let (sender, entered) = mpsc::channel();
    let go_on = std::sync::Arc::new(Notify::new());
    let slow = SlowViewSet { entered: sender, go_on: go_on.clone() };
    let router = DefaultRouter::new().register("slow", slow).register_as(
        "authors",
        "quick",
        ModelViewSet::<Author>::new(),
    );
    let server = &serve(router.with(file.db.clone()));
    std::thread::scope(|scope| {
        let first =
            scope.spawn(|| server.request("PATCH", "/api/slow/1/", r#"{"email":"first"}"#).status);
        entered.recv().expect("the hook runs");
        // Readers are not kept out, and see what was before.
        assert_eq!(server.get("/api/authors/1/").brief(), (200, ANN));
        let second = scope
            .spawn(|| server.request("PATCH", "/api/authors/1/", r#"{"name":"second"}"#).status);
        go_on.notify_one();
        assert_eq!((first.join().ok(), second.join().ok()), (Some(200), Some(200)));
    });
    assert_eq!(
        server.get("/api/authors/1/").json(),
        json!({"id": 1, "name": "second", "email": "first"})
    );
}
