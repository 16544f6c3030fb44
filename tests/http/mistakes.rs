//! What goes wrong in the code of an action is that request's 500 and nobody else's, and what belongs to the
//! server no client can set.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use actix_web::web;
use viewset_actix::parsers::Parser;
use viewset_actix::prelude::*;
use viewset_actix::request::{Payload, RequestHead};
use viewset_actix::serializers::Value;
use viewset_tests::Server;

use crate::support::{AUTHORS, Author, FileDatabase, database, serve};

const SERVER_ERROR: (u16, &str) = (500, r#"{"error": "Server Error (500)"}"#);

#[test]
fn a_panic_in_an_action_is_a_500_and_the_server_goes_on() {
    struct FaultyViewSet;

    #[viewset]
    impl FaultyViewSet {
        #[action(detail = false)]
        async fn at_once(&self) -> Data<u8> {
            panic!("at once")
        }
        #[action(detail = false)]
        async fn later(&self, req: &Request) -> Result<Data<u8>> {
            req.body().await?;
            actix_web::rt::task::yield_now().await;
            panic!("{}", "later")
        }
        async fn list(&self) -> Data<u8> {
            Data(1)
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", FaultyViewSet));
    for _ in 0..8 {
        assert_eq!(server.get("/api/x/at_once/").brief(), SERVER_ERROR);
        assert_eq!(server.get("/api/x/later/").brief(), SERVER_ERROR);
    }
    assert_eq!(server.get("/api/x/").brief(), (200, "1"));
}

#[test]
fn a_panic_in_a_hook_rolls_back_and_frees_the_writer() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        async fn perform_create(&self, req: &Request, data: Input<Author>) -> Result<Author> {
            let author = Author::create(req, data).await?;
            assert!(author.name != "ghost", "no ghosts");
            Ok(author)
        }
    }

    let file = FileDatabase::new(AUTHORS);
    let server =
        serve(DefaultRouter::new().register("authors", AuthorViewSet).with(file.db.clone()));
    let before = server.get("/api/authors/").body;
    for _ in 0..8 {
        let reply = server.request("POST", "/api/authors/", r#"{"name":"ghost"}"#);
        assert_eq!(reply.brief(), SERVER_ERROR);
    }
    assert_eq!(server.get("/api/authors/").body, before);
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#).status, 201);
}

#[test]
fn a_request_that_takes_two_connections_is_refused_at_once() {
    struct GreedyViewSet;

    #[viewset(model = Author)]
    impl GreedyViewSet {
        #[action(detail = true)]
        async fn two(&self, req: &Request) -> Result<Data<String>> {
            let _first = self.connection(req).await?;
            Ok(Data(self.get_object(req).await?.name))
        }
        #[action(detail = true)]
        async fn one(&self, req: &Request) -> Result<Data<String>> {
            drop(self.connection(req).await?);
            Ok(Data(self.get_object(req).await?.name))
        }
        #[action(detail = true)]
        async fn nested(&self, req: &Request) -> Result<Data<String>> {
            let inner = async { self.atomic(req, async { self.get_object(req).await }).await };
            Ok(Data(self.atomic(req, inner).await?.name))
        }
    }

    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server = serve(SimpleRouter::new().register("authors", GreedyViewSet).with(db));
        for _ in 0..20 {
            assert_eq!(server.get("/api/authors/1/two/").brief(), SERVER_ERROR);
        }
        assert_eq!(server.get("/api/authors/1/one/").brief(), (200, r#""Ann""#));
        assert_eq!(server.get("/api/authors/1/nested/").brief(), (200, r#""Ann""#));
    }
}

#[test]
fn a_body_that_an_extractor_took_is_not_read_as_empty() {
    struct BodyViewSet;

    #[viewset]
    impl BodyViewSet {
        #[action(detail = false, methods = ["post"])]
        async fn twice(&self, bytes: web::Bytes, req: &Request) -> Result<Data<usize>> {
            Ok(Data(bytes.len() + req.body().await?.len()))
        }
        #[action(detail = false, methods = ["post"])]
        async fn in_order(&self, data: Value, bytes: web::Bytes) -> Data<usize> {
            let _ = data;
            Data(bytes.len())
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", BodyViewSet));
    assert_eq!(server.request("POST", "/api/x/twice/", "[1]").brief(), SERVER_ERROR);
    assert_eq!(server.request("POST", "/api/x/twice/", "").brief(), (200, "0"));
    assert_eq!(server.request("POST", "/api/x/in_order/", "[1]").brief(), (200, "3"));
}

/// What is left of a body that somebody has begun to read is not taken for all of it.
#[test]
fn a_body_that_was_left_half_read_is_refused_for_good() {
    struct LeavingParser;

    impl Parser for LeavingParser {
        fn media_type(&self) -> &'static str {
            "application/json"
        }
        async fn parse(&self, req: &RequestHead, mut body: Payload<'_>) -> Result<Value> {
            let is_read = {
                let mut whole = pin!(req.body());
                poll_fn(|cx| Poll::Ready(whole.as_mut().poll(cx).is_ready())).await
            };
            let (first, second) = (body.chunk().await.is_err(), body.chunk().await.is_err());
            Ok(Value::from(vec![is_read, first, second, req.body().await.is_err()]))
        }
    }

    struct LeavingViewSet;

    #[viewset(parser_classes = [LeavingParser])]
    impl LeavingViewSet {
        async fn create(&self, data: Value) -> Data<Value> {
            Data(data)
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", LeavingViewSet));
    let reply = server.request("POST", "/api/x/", "[1]");
    assert_eq!(reply.brief(), (200, "[false,true,true,true]"));
}

diesel::table! {
    notes (id) { id -> Integer, text -> Text, owner -> Text, secret -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = notes)]
struct Note {
    id: i32,
    text: String,
    #[field(read_only)]
    owner: String,
    #[field(read_only)]
    #[serde(skip_serializing)]
    secret: String,
}

/// E9, E13: as `serializer.save(owner=…)`.
#[test]
fn a_hook_sets_what_no_client_can() {
    struct NoteViewSet;

    #[viewset(model = Note)]
    impl NoteViewSet {
        async fn perform_create(&self, req: &Request, mut data: Input<Note>) -> Result<Note> {
            data.owner = Some("the server".to_owned());
            data.secret = Some("s3cret".to_owned());
            Note::create(req, data).await
        }
        #[action(detail = true)]
        async fn secret(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(self.get_object(req).await?.secret))
        }
    }

    let db = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, owner TEXT NOT NULL,
                             secret TEXT NOT NULL);",
    );
    let server = serve(SimpleRouter::new().register("notes", NoteViewSet).with(db));
    let sent = r#"{"text":"a","owner":"mallory","secret":"mine"}"#;
    let shown = r#"{"id":1,"text":"a","owner":"the server"}"#;
    assert_eq!(server.request("POST", "/api/notes/", sent).brief(), (201, shown));
    assert_eq!(server.request("PATCH", "/api/notes/1/", sent).brief(), (200, shown));
    assert_eq!(server.request("PUT", "/api/notes/1/", sent).brief(), (200, shown));
    assert_eq!(server.get("/api/notes/1/secret/").brief(), (200, r#""s3cret""#));
}

/// A16: a viewset without a type of the user's is named after its model.
#[test]
fn a_ready_made_viewset_is_named_after_its_model() {
    let router = SimpleRouter::new().register("authors", ModelViewSet::<Author>::new());
    let server = serve(router.with(database(AUTHORS)));
    assert_eq!(server.request("OPTIONS", "/api/authors/", "").json()["name"], "Author List");
    assert_eq!(server.request("OPTIONS", "/api/authors/1/", "").json()["name"], "Author Instance");
}

/// A statement that panics is the action's panic, and its connection goes on serving.
#[test]
fn a_panic_inside_a_statement_costs_no_connection() {
    struct AuthorViewSet;

    #[viewset(model = Author)]
    impl AuthorViewSet {
        #[action(detail = false)]
        async fn alone(&self, req: &Request) -> Result<Data<u8>> {
            let mut conn = self.connection(req).await?;
            conn.spawn_blocking(|_| -> diesel::QueryResult<u8> { panic!("in a statement") })
                .await?;
            Ok(Data(1))
        }
        #[action(detail = false)]
        async fn unwrapped(&self, req: &Request) -> Result<Data<u8>> {
            let mut conn = self.connection(req).await?;
            let failing = conn.spawn_blocking(|_| -> diesel::QueryResult<u8> { panic!("again") });
            Ok(Data(failing.await.expect("no panic")))
        }
        #[action(detail = false)]
        async fn atomic_one(&self, req: &Request) -> Result<Data<u8>> {
            self.atomic(req, async {
                let name = Some("ghost".to_owned());
                Author::create(req, Input::<Author> { name, ..Input::<Author>::default() }).await?;
                let mut conn = self.connection(req).await?;
                Ok(conn
                    .spawn_blocking(|_| -> diesel::QueryResult<u8> { panic!("in a transaction") })
                    .await?)
            })
            .await
            .map(Data)
        }
    }

    let file = FileDatabase::new(AUTHORS);
    for db in [database(AUTHORS), file.db.clone()] {
        let server = serve(DefaultRouter::new().register("authors", AuthorViewSet).with(db));
        let before = server.get("/api/authors/").body;
        for _ in 0..10 {
            for action in ["alone", "unwrapped", "atomic_one"] {
                let reply = server.get(&format!("/api/authors/{action}/"));
                assert_eq!(reply.brief(), SERVER_ERROR, "{action}");
            }
        }
        assert_eq!(server.get("/api/authors/").body, before);
        assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Cy"}"#).status, 201);
    }
}

/// A column that no client can set and no hook did: the server's mistake, which no client is told to mend.
#[test]
fn a_missing_value_of_the_server_is_a_500() {
    let db = database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, owner TEXT NOT NULL,
                             secret TEXT NOT NULL);",
    );
    let server = serve(SimpleRouter::new().register("notes", ModelViewSet::<Note>::new()).with(db));
    assert_eq!(server.request("POST", "/api/notes/", r#"{"text":"a"}"#).brief(), SERVER_ERROR);
}

#[test]
fn a_proxy_that_ends_tls_is_believed_only_where_the_router_says_so() {
    struct UrlViewSet;

    #[viewset]
    impl UrlViewSet {
        async fn list(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(req.reverse_action("list").url()?))
        }
    }

    let router = || SimpleRouter::new().register_as("x", "x", UrlViewSet);
    let header = [("X-Forwarded-Proto", "https")];
    let plain = serve(router());
    assert_eq!(plain.send("GET", "/api/x/", &header, b"").body, r#""http://testserver/api/x/""#);
    let proxied = serve(router().secure_proxy_ssl_header("x-forwarded-proto", "https"));
    assert_eq!(proxied.send("GET", "/api/x/", &header, b"").body, r#""https://testserver/api/x/""#);
    assert_eq!(proxied.get("/api/x/").body, r#""http://testserver/api/x/""#);
}

#[test]
fn a_host_that_is_not_named_is_refused_before_anything_else() {
    struct UrlViewSet;

    #[viewset(permission_classes = [IsAuthenticated])]
    impl UrlViewSet {
        #[action(detail = false, permission_classes = [AllowAny])]
        async fn open(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(req.reverse_action("open").url()?))
        }
        async fn list(&self) -> Data<u8> {
            Data(1)
        }
    }

    let router = || SimpleRouter::new().register_as("x", "x", UrlViewSet);
    let ask = |server: &Server, path: &str, host: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let response = server.raw(request.as_bytes(), "GET");
        (response.status, response.header("allow").is_some(), response.body)
    };
    let refused = (400, false, r#"{"error": "Bad Request (400)"}"#.to_owned());

    let named = serve(router().allowed_hosts(["api.example.com", ".example.org"]));
    for path in ["/api/x/open/", "/api/x/"] {
        for host in ["evil.com", "a b", "", "example.org.evil.com", "api.example.com:x"] {
            assert_eq!(ask(&named, path, host), refused, "{path} {host}");
        }
    }
    for host in ["api.example.com:8080", "v1.example.org"] {
        let expected = (200, true, format!(r#""http://{host}/api/x/open/""#));
        assert_eq!(ask(&named, "/api/x/open/", host), expected);
    }
    assert_eq!(ask(&named, "/api/x/", "example.org").0, 403);
    let any = serve(router());
    assert_eq!(ask(&any, "/api/x/open/", "evil.com").0, 200);

    let mistake = router().allowed_hosts(["https://example.com"]).build().err();
    let mistake = mistake.map(|error| error.to_string()).unwrap_or_default();
    assert!(mistake.contains("`https://example.com` in `allowed_hosts` is no host"), "{mistake}");
}

#[test]
fn a_body_that_was_too_long_stays_too_long() {
    struct Peeking;

    impl Permission for Peeking {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            let _ = req.data().await;
            Ok(true)
        }
    }

    struct BodyViewSet;

    #[viewset(permission_classes = [Peeking])]
    impl BodyViewSet {
        #[action(detail = false, methods = ["post"])]
        async fn size(&self, req: &Request) -> Result<Data<usize>> {
            Ok(Data(req.body().await?.len()))
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", BodyViewSet).body_limit(4));
    assert_eq!(server.request("POST", "/api/x/size/", "[12345]").status, 413);
    assert_eq!(server.request("POST", "/api/x/size/", "[12]").brief(), (200, "4"));
}
