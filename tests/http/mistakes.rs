//! What goes wrong in the code of an action is that request's 500 and nobody else's, and what belongs to the
//! server no client can set.

use actix_web::web;
use viewset_actix::prelude::*;

use crate::support::{AUTHORS, Author, FileDatabase, database, serve};

const SERVER_ERROR: (u16, &str) = (500, r#"{"error":"Server Error (500)"}"#);

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
        async fn in_order(
            &self,
            data: viewset_actix::serializers::Value,
            bytes: web::Bytes,
        ) -> Data<usize> {
            let _ = data;
            Data(bytes.len())
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", BodyViewSet));
    assert_eq!(server.request("POST", "/api/x/twice/", "[1]").brief(), SERVER_ERROR);
    assert_eq!(server.request("POST", "/api/x/twice/", "").brief(), (200, "0"));
    assert_eq!(server.request("POST", "/api/x/in_order/", "[1]").brief(), (200, "3"));
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
