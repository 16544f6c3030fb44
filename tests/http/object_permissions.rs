//! Who may have which object: object permissions, Django's model permissions, and combinations on objects.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::accounts::{DENIED, NOT_AUTHENTICATED, TOKEN, User, as_user};
use crate::support::{AUTHORS, Author, NO_AUTHOR, NOT_FOUND, database, execute, serve};

/// Bob is not for everybody.
struct NotBob;

impl ObjectPermission<Author> for NotBob {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.query_param("locked").is_none())
    }
    async fn has_object_permission(&self, _req: &Request, author: &Author) -> Result<bool> {
        Ok(author.name != "Bob")
    }
    fn message(&self) -> Option<ErrorDetail> {
        Some("even ids are private".into())
    }
}

const PRIVATE: &str = r#"{"detail":"even ids are private"}"#;
const AS_BEFORE: &str =
    "UPDATE authors SET name = 'Ann' WHERE id = 1; DELETE FROM authors WHERE id > 2;";

/// Status of each method on an author, for one user.
fn statuses(server: &Server, user: &str, path: &str) -> [u16; 5] {
    ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"].map(|m| as_user(server, user, m, path).status)
}

/// G10, G8, T23, T90: an object is asked about where it is got, after a 404, and never in lists or POST.
#[test]
fn the_object_decides_where_it_is_got() {
    struct AuthorViewSet;

    #[viewset(model = Author, permission_classes = [NotBob])]
    impl AuthorViewSet {
        #[action(detail = true)]
        async fn name(&self, req: &Request) -> Result<Data<String>> {
            Ok(Data(self.get_object(req).await?.name))
        }
        #[action(detail = true)]
        async fn shout(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
        #[action(detail = false)]
        async fn checked(&self, req: &Request) -> Result<Data<String>> {
            let bob = Author::find_by(req, "name", "Bob").await?.ok_or_else(Error::not_found)?;
            self.check_object_permissions(req, &bob).await?;
            Ok(Data(bob.name))
        }
    }

    let db = database(AUTHORS);
    let server = serve(DefaultRouter::new().register("authors", AuthorViewSet).with(db));
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let ask = |path: &str| as_user(&server, "", method, path);
        assert_eq!(ask("/api/authors/2/").brief(), (403, PRIVATE), "{method}");
        assert_eq!(ask("/api/authors/9/").brief(), (404, NO_AUTHOR), "{method}");
        assert_eq!(ask("/api/authors/x/").brief(), (404, NOT_FOUND), "{method}");
        assert_eq!(ask("/api/authors/9/?locked").brief(), (403, PRIVATE), "{method}");
    }
    // Nothing is validated for those who may not.
    let malformed = [("Content-Type", "application/json")];
    assert_eq!(server.send("PUT", "/api/authors/2/", &malformed, b"{bad").status, 403);
    assert_eq!(server.get("/api/authors/2/name/").brief(), (403, PRIVATE));
    assert_eq!(server.get("/api/authors/2/shout/").brief(), (200, "2"));
    assert_eq!(server.get("/api/authors/1/name/").brief(), (200, r#""Ann""#));
    assert_eq!(server.get("/api/authors/checked/").brief(), (403, PRIVATE));
    let list = server.get("/api/authors/").json();
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    assert_eq!(server.request("POST", "/api/authors/", r#"{"name":"Bob 2"}"#).status, 201);
    assert_eq!(server.get("/api/authors/2/").status, 403);
}

/// G13: nobody yet is asked to authenticate, and not told the message.
#[test]
fn an_object_is_refused_as_a_request_is() {
    struct AuthorViewSet;

    #[viewset(model = Author, permission_classes = [NotBob], authentication_classes = [TOKEN])]
    impl AuthorViewSet {}

    let db = database(AUTHORS);
    let server = serve(DefaultRouter::new().register("authors", AuthorViewSet).with(db));
    let nobody = as_user(&server, "", "GET", "/api/authors/2/");
    assert_eq!(nobody.brief(), (401, NOT_AUTHENTICATED));
    assert_eq!(nobody.header("www-authenticate"), Some("Token"));
    assert_eq!(as_user(&server, "ann", "GET", "/api/authors/2/").brief(), (403, PRIVATE));
    assert_eq!(as_user(&server, "", "GET", "/api/authors/1/").status, 200);
}

/// Lets every request pass and no object.
struct RequestOnly;

impl ObjectPermission<Author> for RequestOnly {
    async fn has_object_permission(&self, _req: &Request, _author: &Author) -> Result<bool> {
        Ok(false)
    }
}

/// Has nothing against any object, but against every request; counts the objects.
struct ObjectOnly;

static OBJECTS: AtomicUsize = AtomicUsize::new(0);

impl ObjectPermission<Author> for ObjectOnly {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        Ok(false)
    }
    async fn has_object_permission(&self, _req: &Request, _author: &Author) -> Result<bool> {
        OBJECTS.fetch_add(1, Ordering::SeqCst);
        Ok(true)
    }
}

/// G11, G12: of `A | B` one has to pass both the request and the object; `!A` is the opposite of both.
#[test]
fn operators_hold_for_objects_too() {
    struct AuthorViewSet;

    #[viewset(model = Author, mixins = [])]
    impl AuthorViewSet {
        #[action(detail = true, permission_classes = [RequestOnly | ObjectOnly])]
        async fn or(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = true, permission_classes = [RequestOnly | ObjectOnly | NotBob])]
        async fn or_not_bob(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = true, permission_classes = [!IsAuthenticated])]
        async fn not(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = true, permission_classes = [!RequestOnly | !ObjectOnly])]
        async fn not_or(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = true, permission_classes = [!ObjectOnly & !!NotBob])]
        async fn not_and(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = true, permission_classes = [IsAuthenticated & NotBob | AllowAny & NotBob])]
        async fn mixed(&self, req: &Request) -> Result<StatusCode> {
            self.get_object(req).await.map(|_| StatusCode::OK)
        }
        #[action(detail = false, permission_classes = [!IsAuthenticated])]
        async fn without_object(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let db = database(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", AuthorViewSet).with(db));
    for (action, ann, bob) in [
        ("or", 403, 403),
        ("or_not_bob", 200, 403),
        ("not", 403, 403),
        ("not_or", 403, 403),
        ("not_and", 403, 403),
        ("mixed", 200, 403),
    ] {
        let ask = |pk| server.get(&format!("/api/authors/{pk}/{action}/")).status;
        assert_eq!((ask(1), ask(2)), (ann, bob), "{action}");
    }
    assert_eq!(server.get("/api/authors/2/mixed/").body, DENIED);
    assert_eq!(server.get("/api/authors/without_object/").status, 200);
    // Who did not let the request pass is not asked about the object.
    assert_eq!(
        OBJECTS.load(Ordering::SeqCst),
        4,
        "`!ObjectOnly` asks, in two actions of two authors"
    );
}

/// G5, G6: rights on the model, by method, before the object is looked for.
#[test]
fn django_model_permissions_ask_for_the_right_of_the_method() {
    struct StrictViewSet;

    #[viewset(model = Author, basename = "strict", permission_classes = [DjangoModelPermissions],
        authentication_classes = [TOKEN])]
    impl StrictViewSet {}

    struct OpenViewSet;

    #[viewset(model = Author, basename = "open", permission_classes = [DjangoModelPermissionsOrAnonReadOnly],
        authentication_classes = [TOKEN])]
    impl OpenViewSet {}

    let db = database(AUTHORS);
    let router =
        SimpleRouter::new().register("strict", StrictViewSet).register("open", OpenViewSet);
    let server = serve(router.with(db.clone()));
    for (base, reads) in [("strict", 401), ("open", 200)] {
        let one = format!("/api/{base}/1/");
        assert_eq!(statuses(&server, "", &one), [reads, 401, 401, 401, reads], "{base}");
        assert_eq!(statuses(&server, "ann", &one), [200, 403, 403, 403, 200], "{base}");
        assert_eq!(statuses(&server, "ed", &one), [200, 200, 200, 403, 200], "{base}");
        let missing = format!("/api/{base}/9/");
        assert_eq!(statuses(&server, "ann", &missing), [404, 403, 403, 403, 200], "{base}");
        assert_eq!(statuses(&server, "sue", &missing), [404, 403, 403, 404, 200], "{base}");
        let list = format!("/api/{base}/");
        for (user, status) in [("", 401), ("ann", 403), ("sue", 403), ("ed", 201)] {
            execute(&db, AS_BEFORE);
            assert_eq!(as_user(&server, user, "POST", &list).status, status, "{base} {user}");
        }
        execute(&db, AS_BEFORE);
        // A method that no right goes with is not allowed, whoever asks; a stranger learns nothing.
        let unknown = as_user(&server, "ann", "TRACE", &list);
        assert_eq!(unknown.brief(), (405, r#"{"detail":"Method \"TRACE\" not allowed."}"#));
    }
    assert_eq!(as_user(&server, "", "TRACE", "/api/strict/").status, 401);
    assert_eq!(as_user(&server, "sue", "DELETE", "/api/open/2/").status, 204);
}

/// G7: the same rights on the object. Who may not see it is not told that it is there.
#[test]
fn django_object_permissions_hide_what_one_may_not_view() {
    struct AuthorViewSet;

    #[viewset(model = Author, authentication_classes = [TOKEN],
        permission_classes = [DjangoObjectPermissions::<User>::new()])]
    impl AuthorViewSet {}

    let db = database(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", AuthorViewSet).with(db.clone()));
    let (first, second) = ("/api/authors/1/", "/api/authors/2/");
    assert_eq!(statuses(&server, "", first), [401; 5]);
    // Ann has no right on the model; she may view the first author alone.
    assert_eq!(statuses(&server, "ann", first), [200, 403, 403, 403, 200]);
    assert_eq!(statuses(&server, "ann", second), [404, 403, 403, 403, 200]);
    assert_eq!(as_user(&server, "ann", "GET", second).body, NOT_FOUND);
    // Ed may change authors, and of these the first; he views the second.
    assert_eq!(statuses(&server, "ed", first), [200, 200, 200, 403, 200]);
    assert_eq!(statuses(&server, "ed", second), [200, 403, 403, 403, 200]);
    assert_eq!(as_user(&server, "ed", "PUT", second).body, DENIED);
    // Sue may delete authors, but does not see the second.
    assert_eq!(as_user(&server, "sue", "DELETE", second).brief(), (404, NOT_FOUND));
    assert_eq!(as_user(&server, "sue", "DELETE", first).status, 204);
}
