//! OPTIONS: the fields that a client may send, as far as it may; and other answers to it.

use viewset_actix::metadata::{Metadata, SimpleMetadata};
use viewset_actix::prelude::*;
use viewset_actix::serializers::Dict;
use viewset_tests::Server;

use crate::accounts::{NOT_AUTHENTICATED, TOKEN, as_user};
use crate::support::{ALLOW_DETAIL, AUTHORS, Author, database, serve};

diesel::table! {
    products (id) {
        id -> Integer, first_name -> Text, stock -> SmallInt, price -> Double, big -> BigInt,
        code -> Text, secret -> Text, made -> Nullable<Timestamp>, shown -> Bool,
    }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = products)]
struct Product {
    id: i32,
    #[field(max_length = 20, min_length = 2, help_text = "As on the label")]
    first_name: String,
    #[field(default = 0, help_text = "")]
    stock: i16,
    #[field(min_value = 0.5, max_value = 9.5)]
    price: f64,
    #[field(min_value = 1)]
    big: i64,
    #[field(label = "Product code", required = false)]
    code: String,
    #[field(write_only)]
    #[serde(skip_serializing)]
    secret: String,
    #[field(read_only)]
    made: Option<NaiveDateTime>,
    #[field(default = true)]
    shown: bool,
}

/// O1, O3, O4, O5, O6: type, flags, label, texts and ranges, in DRF's order; write-only fields are shown.
/// Integers have the range of their column, which is that of the Rust type.
#[test]
fn options_describes_the_fields() {
    let router = DefaultRouter::new().register("products", ModelViewSet::<Product>::new());
    let reply = serve(router.with(database(AUTHORS))).request("OPTIONS", "/api/products/", "");
    let field = |name: &str, kind: &str, flags: &str, label: &str, rest: &str| {
        let (required, read_only) = (flags == "required", flags == "read only");
        format!(
            r#""{name}":{{"type":"{kind}","required":{required},"read_only":{read_only},"label":"{label}"{rest}}}"#
        )
    };
    let help = r#","help_text":"As on the label","min_length":2,"max_length":20"#;
    let fields = [
        field("id", "integer", "read only", "ID", ""),
        field("first_name", "string", "required", "First name", help),
        field("stock", "integer", "", "Stock", r#","min_value":-32768,"max_value":32767"#),
        field("price", "float", "required", "Price", r#","min_value":0.5,"max_value":9.5"#),
        field(
            "big",
            "integer",
            "required",
            "Big",
            r#","min_value":1,"max_value":9223372036854775807"#,
        ),
        field("code", "string", "", "Product code", ""),
        field("secret", "string", "required", "Secret", ""),
        field("made", "datetime", "read only", "Made", ""),
        field("shown", "boolean", "", "Shown", ""),
    ];
    let body = format!(
        r#"{{"name":"Product List","description":"","renders":["application/json"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"],"actions":{{"POST":{{{}}}}}}}"#,
        fields.join(",")
    );
    assert_eq!(reply.brief(), (200, body.as_str()));
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

/// The methods that OPTIONS shows fields of, by name; `None` where it shows no `actions`.
fn shown(server: &Server, user: &str, path: &str) -> Option<Vec<String>> {
    let reply = as_user(server, user, "OPTIONS", path);
    assert_eq!(reply.status, 200, "{user} {path}: {}", reply.body);
    let actions = reply.json();
    Some(actions.get("actions")?.as_object()?.keys().cloned().collect())
}

/// Reading is free; who is known may write, and nobody may write the second author.
struct OnlyTheFirst;

impl ObjectPermission<Author> for OnlyTheFirst {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_safe() || req.is_authenticated())
    }
    async fn has_object_permission(&self, req: &Request, author: &Author) -> Result<bool> {
        Ok(req.is_safe() || author.id == 1)
    }
}

/// O2, O8: a method is shown to those whom its permissions let pass, PUT where there is an object that they
/// may have; never PATCH.
#[test]
fn options_shows_the_methods_that_the_client_may_use() {
    struct AuthorViewSet;

    #[viewset(model = Author, authentication_classes = [TOKEN], permission_classes = [OnlyTheFirst])]
    impl AuthorViewSet {
        #[action(detail = false, methods = ["put", "post"])]
        async fn bulk(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = true, methods = ["patch", "delete"])]
        async fn part(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
        #[action(detail = true, methods = ["put"], http_method_names = ["get", "options"])]
        async fn hidden(&self, pk: i32) -> Data<i32> {
            Data(pk)
        }
    }

    let db = database(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", AuthorViewSet).with(db));
    let names =
        |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    for (user, path, actions) in [
        ("", "", None),
        ("ann", "", names(&["POST"])),
        ("", "1/", None),
        ("ann", "1/", names(&["PUT"])),
        ("ann", "2/", None),
        ("ann", "99/", None),
        ("ann", "x/", None),
        ("ann", "99999999999999999999/", None),
        // DRF fails here (500): there is no object to look for.
        ("ann", "bulk/", names(&["POST", "PUT"])),
        ("", "bulk/", None),
        ("ann", "1/part/", None),
        ("ann", "1/hidden/", None),
    ] {
        assert_eq!(shown(&server, user, &format!("/api/authors/{path}")), actions, "{user} {path}");
    }
}

/// O8, T29, T31: it is subject to authentication, permissions and `Accept` as any method; O9: nothing is said of
/// other origins.
#[test]
fn options_has_to_be_allowed() {
    struct AuthorViewSet;

    #[viewset(model = Author, authentication_classes = [TOKEN], permission_classes = [IsAuthenticated])]
    impl AuthorViewSet {}

    let db = database(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", AuthorViewSet).with(db));
    let nobody = as_user(&server, "", "OPTIONS", "/api/authors/1/");
    assert_eq!(nobody.brief(), (401, NOT_AUTHENTICATED));
    assert_eq!(nobody.header("allow"), Some(ALLOW_DETAIL));
    let csv = [("Accept", "text/csv"), ("Authorization", "Token ann-key")];
    assert_eq!(server.send("OPTIONS", "/api/authors/", &csv, b"").status, 406);
    let preflight = [
        ("Origin", "https://elsewhere.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Authorization", "Token ann-key"),
    ];
    let reply = server.send("OPTIONS", "/api/authors/", &preflight, b"");
    assert_eq!(reply.status, 200);
    assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control")));
}

/// O2: a server that cannot tell does not say that there is nothing.
#[test]
fn options_of_a_broken_server_is_its_error() {
    struct Unsure;

    impl Permission for Unsure {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            if req.is_safe() { Ok(true) } else { Err(Error::unavailable("no answer")) }
        }
    }

    struct AuthorViewSet;

    #[viewset(model = Author, permission_classes = [Unsure])]
    impl AuthorViewSet {}

    let db = database(AUTHORS);
    let server = serve(SimpleRouter::new().register("authors", AuthorViewSet).with(db));
    assert_eq!(server.send("OPTIONS", "/api/authors/", &[], b"").status, 503);
}

/// O7: without metadata OPTIONS is not allowed, though `Allow` names it, as in DRF; or it is one's own.
#[test]
fn options_can_be_answered_otherwise() {
    struct Names;

    impl Metadata for Names {
        async fn determine_metadata(&self, req: &Request) -> Result<Response> {
            match req.query_param("k").as_deref() {
                Some("gone") => Err(Error::not_found()),
                Some("panic") => panic!("the metadata panics"),
                Some("simple") => SimpleMetadata.determine_metadata(req).await,
                _ => Response::data(req, StatusCode::OK, &req.action()),
            }
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", metadata_class = Names)]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, metadata_class = None)]
        async fn none(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["options"], metadata_class = None)]
        async fn own(&self) -> Data<&'static str> {
            Data("own")
        }
        #[action(detail = false, http_method_names = ["get"])]
        async fn refused(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let ask = |path: &str| server.send("OPTIONS", &format!("/api/things/{path}"), &[], b"");
    let not_allowed = r#"{"detail":"Method \"OPTIONS\" not allowed."}"#;
    assert_eq!(ask("").brief(), (200, r#""metadata""#));
    assert_eq!((ask("?k=gone").status, ask("?k=panic").status), (404, 500));
    assert!(ask("?k=simple").body.starts_with(r#"{"name":"Thing List""#));
    let none = ask("none/");
    assert_eq!(
        (none.brief(), none.header("allow")),
        ((405, not_allowed), Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(ask("own/").brief(), (200, r#""own""#));
    let refused = ask("refused/");
    assert_eq!((refused.brief(), refused.header("allow")), ((405, not_allowed), Some("GET")));
}

/// DRF's `SimpleMetadata` and `include_extra_kwargs`.
#[test]
fn what_is_not_read_has_no_bounds_and_objects_have_words_of_their_own() {
    #[derive(Serializer)]
    #[serializer(model = Product)]
    struct Shown {
        #[field(read_only)]
        first_name: String,
        #[field(read_only)]
        price: f64,
        big: i64,
    }

    struct ShownViewSet;

    #[viewset(model = Product, serializer_class = Shown)]
    impl ShownViewSet {}

    #[derive(Serializer)]
    struct Line {
        name: String,
    }

    #[derive(Serializer)]
    struct Order {
        sizes: Dict<i32>,
        lines: Vec<Line>,
    }

    struct OrderViewSet;

    #[viewset(serializer_class = Order)]
    impl OrderViewSet {
        async fn create(&self, order: Validated<Order>) -> Data<usize> {
            let names = order.lines.iter().map(|line| line.name.len());
            Data(names.sum::<usize>() + order.sizes.0.len())
        }
    }

    let router = DefaultRouter::new().register("products", ShownViewSet);
    let router = router.register_as("orders", "order", OrderViewSet);
    let server = serve(router.with(database(AUTHORS)));
    let fields = |path: &str| server.request("OPTIONS", path, "").json()["actions"]["POST"].clone();
    let shown = fields("/api/products/");
    for (name, bounds) in
        [("first_name", ["min_length", "max_length"]), ("price", ["min_value", "max_value"])]
    {
        assert!(bounds.iter().all(|bound| shown[name].get(bound).is_none()), "{name}: {shown}");
    }
    assert_eq!(shown["big"]["min_value"], 1);
    let order = fields("/api/orders/");
    assert_eq!(
        (&order["sizes"]["type"], &order["sizes"]["child"]["type"]),
        (&"nested object".into(), &"integer".into())
    );
    assert_eq!(
        (&order["lines"]["type"], &order["lines"]["child"]["type"]),
        (&"field".into(), &"nested object".into())
    );
}
