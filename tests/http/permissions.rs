//! Who may: the stock permissions, combinations, and what those who may not are told.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::exceptions::exception_handler;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::accounts::{BASIC, DENIED, NOT_AUTHENTICATED, TOKEN, as_user, authorized, basic};
use crate::support::serve;

/// The answers to GET, POST, OPTIONS and a method that is not mapped.
fn statuses(server: &Server, user: &str, action: &str) -> [u16; 4] {
    let path = format!("/api/things/{action}/");
    let token = format!("Token {user}-key");
    let headers = [("Authorization", token.as_str())];
    let headers = if user.is_empty() { &[][..] } else { &headers };
    ["GET", "POST", "OPTIONS", "PUT"].map(|method| server.send(method, &path, headers, b"").status)
}

/// G1, G2, G3, G4, G14, G15: what each stock permission lets through, 405 and OPTIONS included.
#[test]
fn the_stock_permissions_ask_who_it_is() {
    struct ThingViewSet;

    #[viewset(basename = "thing", authentication_classes = [TOKEN])]
    impl ThingViewSet {
        #[action(detail = false, methods = ["get", "post"], permission_classes = [AllowAny])]
        async fn any(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["get", "post"], permission_classes = [])]
        async fn empty(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["get", "post"], permission_classes = [IsAuthenticated])]
        async fn authenticated(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["get", "post"], permission_classes = [IsAdminUser])]
        async fn admin(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, methods = ["get", "post"], permission_classes = [IsAuthenticatedOrReadOnly])]
        async fn read_only(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let all = [200, 200, 200, 405];
    let none = [401; 4];
    for (action, nobody, ann, sue) in [
        ("any", all, all, all),
        ("empty", all, all, all),
        ("authenticated", none, all, all),
        ("admin", none, [403; 4], all),
        ("read_only", [200, 401, 200, 401], all, all),
    ] {
        let answers = ["", "ann", "sue"].map(|user| statuses(&server, user, action));
        assert_eq!(answers, [nobody, ann, sue], "{action}");
    }
    assert_eq!(as_user(&server, "ann", "GET", "/api/things/admin/").body, DENIED);
    let head = as_user(&server, "", "HEAD", "/api/things/read_only/");
    assert_eq!(head.status, 200);
    // Staff that has left is not staff.
    let zed = as_user(&server, "zed", "GET", "/api/things/admin/");
    assert_eq!(zed.brief(), (401, r#"{"detail":"User inactive or deleted."}"#));
}

/// Refuses, and counts how often it was asked.
struct Deny;

static DENY_ASKED: AtomicUsize = AtomicUsize::new(0);

impl Permission for Deny {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        DENY_ASKED.fetch_add(1, Ordering::SeqCst);
        Ok(false)
    }
    fn message(&self) -> Option<ErrorDetail> {
        Some("deny says no".into())
    }
}

/// G11: `&`, `|`, `!`, nested and lazy; the message of a part is lost.
#[test]
fn permissions_are_combined_by_operators() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        #[action(detail = false, permission_classes = [Deny])]
        async fn deny(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [AllowAny & Deny])]
        async fn and(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [!AllowAny & Deny])]
        async fn lazy_and(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [Deny | AllowAny])]
        async fn or(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [AllowAny | Deny])]
        async fn lazy_or(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [!Deny])]
        async fn not(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [!(Deny | !AllowAny) & (AllowAny | Deny)])]
        async fn nested(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [AllowAny | AllowAny & Deny])]
        async fn precedence(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [AllowAny, !AllowAny, Deny])]
        async fn list_of_three(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    for (action, status, body, asked) in [
        ("deny", 403, r#"{"detail":"deny says no"}"#, 1),
        ("and", 403, DENIED, 1),
        ("lazy_and", 403, DENIED, 0),
        ("or", 200, "", 1),
        ("lazy_or", 200, "", 0),
        ("not", 200, "", 1),
        ("nested", 200, "", 1),
        ("precedence", 200, "", 0),
        ("list_of_three", 403, DENIED, 0),
    ] {
        let before = DENY_ASKED.load(Ordering::SeqCst);
        let reply = server.get(&format!("/api/things/{action}/"));
        assert_eq!(reply.brief(), (status, body), "{action}");
        assert_eq!(DENY_ASKED.load(Ordering::SeqCst) - before, asked, "{action}");
    }
}

/// A message in the shape that the request asks for.
macro_rules! refuses {
    ($name:ident, $message:expr) => {
        struct $name;

        impl Permission for $name {
            async fn has_permission(&self, _req: &Request) -> Result<bool> {
                Ok(false)
            }
            fn message(&self) -> Option<ErrorDetail> {
                $message
            }
            fn code(&self) -> &'static str {
                "teapot"
            }
        }
    };
}

refuses!(Silent, None);
refuses!(Text, Some("Adding customers not allowed.".into()));
refuses!(List, Some(ErrorDetail::list(["a", "b"])));
refuses!(Map, Some(ErrorDetail::map([("plan", ErrorDetail::list(["too small"]))])));
refuses!(Coded, Some(ErrorDetail::field("plan", "too small", "plan_too_small")));

/// G8, G13, R6, R16, T90: DRF's bodies and codes of these messages; a handler can read the codes. Who could still
/// authenticate is told that instead.
#[test]
fn a_refusal_has_the_message_and_the_code_of_its_permission() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        #[action(detail = false, permission_classes = [Silent])]
        async fn silent(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [Text])]
        async fn text(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [List])]
        async fn a_list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [Map])]
        async fn map(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [Coded])]
        async fn coded(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [Text], authentication_classes = [BASIC])]
        async fn guarded(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, permission_classes = [!Text & Silent], authentication_classes = [BASIC])]
        async fn guarded_twice(&self) -> StatusCode {
            StatusCode::OK
        }
        fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
            let codes = serde_json::to_string(&error.detail().codes()).map_err(Error::internal)?;
            let mut response = exception_handler(req, error)?;
            response.headers.insert("x-codes", codes.parse().map_err(Error::internal)?);
            Ok(response)
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let text = r#"{"detail":"Adding customers not allowed."}"#;
    for (action, body, codes) in [
        ("silent", DENIED, r#""teapot""#),
        ("text", text, r#""teapot""#),
        ("a_list", r#"["a","b"]"#, r#"["teapot","teapot"]"#),
        ("map", r#"{"plan":["too small"]}"#, r#"{"plan":["teapot"]}"#),
        ("coded", r#"{"plan":["too small"]}"#, r#"{"plan":["plan_too_small"]}"#),
    ] {
        let reply = server.get(&format!("/api/things/{action}/"));
        assert_eq!(
            (reply.brief(), reply.header("x-codes")),
            ((403, body), Some(codes)),
            "{action}"
        );
    }
    for action in ["guarded", "guarded_twice"] {
        let path = format!("/api/things/{action}/");
        let nobody = authorized(&server, "GET", &path, "");
        let codes = Some(r#""not_authenticated""#);
        assert_eq!((nobody.brief(), nobody.header("x-codes")), ((401, NOT_AUTHENTICATED), codes));
    }
    let ann = authorized(&server, "GET", "/api/things/guarded/", &basic("ann:correct horse"));
    assert_eq!((ann.brief(), ann.header("x-codes")), ((403, text), Some(r#""teapot""#)));
}

/// G8, R4, R13: a permission may fail in its own way, and panic.
#[test]
fn a_permission_that_fails_decides_the_answer() {
    struct Failing;

    impl Permission for Failing {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            match req.query_param("k").as_deref() {
                Some("busy") => Err(Error::unavailable("the directory does not answer")),
                Some("login") => Err(Error::authentication_failed()),
                Some("panic") => panic!("a permission panics"),
                _ => Ok(true),
            }
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", permission_classes = [!Failing | Failing], authentication_classes = [TOKEN])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    for (kind, status) in [("busy", 503), ("login", 401), ("panic", 500), ("fine", 200)] {
        assert_eq!(server.get(&format!("/api/things/?k={kind}")).status, status, "{kind}");
    }
}
