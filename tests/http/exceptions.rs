//! Who has the last word on an error: the router's handler, or the viewset's.

use viewset_actix::exceptions::exception_handler;
use viewset_actix::prelude::*;

use crate::accounts::DENIED;
use crate::support::{ALLOW_READ, NOT_FOUND, SERVER_ERROR, serve};

/// An error of the application, told as the handler of the router or the viewset tells it.
fn fail(req: &Request) -> Error {
    match req.query_param("k").as_deref() {
        Some("internal") => Error::internal("the secret"),
        Some("denied") => Error::permission_denied(),
        _ => Error::not_found(),
    }
}

/// R15: one handler for all errors of a router, those of its checks and of its own views included; what it
/// does not answer is a 500.
#[test]
fn a_router_has_one_handler_for_its_errors() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Result<StatusCode> {
            Err(fail(req))
        }
    }

    struct OwnViewSet;

    #[viewset(basename = "own")]
    impl OwnViewSet {
        async fn list(&self, req: &Request) -> Result<StatusCode> {
            Err(fail(req))
        }
        fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
            match error.status() {
                StatusCode::FORBIDDEN => Response::data(req, StatusCode::OK, &"own"),
                _ => exception_handler(req, error),
            }
        }
    }

    fn handler(req: &Request, error: Error) -> Result<Response> {
        if req.query_param("unhandled").is_some() {
            return Err(error);
        }
        let status = error.status().as_u16();
        let body = json!({"status": status, "action": req.action(), "path": req.path()});
        Response::data(req, error.status(), &body)
    }

    let router = DefaultRouter::new().register("things", ThingViewSet).register("own", OwnViewSet);
    let server = serve(router.exception_handler(handler));
    let told = |method: &str, path: &str, action: Option<&str>, status: u16| {
        let reply = server.send(method, path, &[], b"");
        let path = path.split('?').next();
        let body = json!({"status": status, "action": action, "path": path});
        assert_eq!((reply.status, reply.json()), (status, body), "{method}");
        assert!(reply.header("allow").is_some());
    };
    told("GET", "/api/things/", Some("list"), 404);
    told("GET", "/api/things/?k=denied", Some("list"), 403);
    told("GET", "/api/things/?k=internal", Some("list"), 500);
    told("PUT", "/api/things/", None, 405);
    told("PUT", "/api/", None, 405);
    for kind in ["", "&k=denied", "&k=internal"] {
        let reply = server.get(&format!("/api/things/?unhandled{kind}"));
        assert_eq!(reply.brief(), (500, SERVER_ERROR), "{kind}");
        assert_eq!(reply.header("allow"), None);
    }
    // The viewset's own comes instead.
    assert_eq!(server.get("/api/own/?k=denied").brief(), (200, r#""own""#));
    assert_eq!(server.get("/api/own/").brief(), (404, NOT_FOUND));
    assert_eq!(server.get("/api/own/?k=internal").brief(), (500, SERVER_ERROR));
    let plain = serve(SimpleRouter::new().register("things", ThingViewSet));
    let denied = plain.get("/api/things/?k=denied");
    assert_eq!((denied.brief(), denied.header("allow")), ((403, DENIED), Some(ALLOW_READ)));
}

/// R12: the text of a 404 or a 403 passes through; R11: that of a 429 has the wait after it.
#[test]
fn the_text_of_an_error_can_be_ones_own() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Result<StatusCode> {
            Err(match req.query_param("k").as_deref() {
                Some("404") => Error::not_found().with_detail("custom 404"),
                Some("403") => Error::permission_denied().with_detail(ErrorDetail::list(["a"])),
                _ => Error::throttled_with("Slow down.", Some(4.2)),
            })
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    assert_eq!(server.get("/api/things/?k=404").brief(), (404, r#"{"detail":"custom 404"}"#));
    assert_eq!(server.get("/api/things/?k=403").brief(), (403, r#"["a"]"#));
    let slow = server.get("/api/things/");
    let text = r#"{"detail":"Slow down. Expected available in 5 seconds."}"#;
    assert_eq!((slow.brief(), slow.header("retry-after")), ((429, text), Some("5")));
}

/// R13: an error of the application's own is an answer by `From`; `?` does the rest, in actions and in hooks.
#[test]
fn an_error_of_ones_own_becomes_an_answer() {
    struct OutOfStock {
        left: u32,
    }

    impl From<OutOfStock> for Error {
        fn from(error: OutOfStock) -> Self {
            Error::api(StatusCode::CONFLICT, format!("Only {} are left.", error.left), "stock")
        }
    }

    fn take(count: u32) -> Result<u32, OutOfStock> {
        if count > 3 { Err(OutOfStock { left: 3 }) } else { Ok(3 - count) }
    }

    struct StockPermission;

    impl Permission for StockPermission {
        async fn has_permission(&self, req: &Request) -> Result<bool> {
            take(req.query_params().get_list("deny").len().try_into().unwrap_or(0))?;
            Ok(true)
        }
    }

    struct StockViewSet;

    #[viewset(basename = "stock", permission_classes = [StockPermission])]
    impl StockViewSet {
        async fn list(&self) -> Result<Data<u32>> {
            Ok(Data(take(4)?))
        }
        async fn create(&self) -> Result<Data<u32>, OutOfStock> {
            take(1).map(Data)
        }
    }

    let server = serve(SimpleRouter::new().register("stock", StockViewSet));
    let refused = (409, r#"{"detail":"Only 3 are left."}"#);
    assert_eq!(server.get("/api/stock/").brief(), refused);
    assert_eq!(server.request("POST", "/api/stock/", "").brief(), (200, "2"));
    let denied = server.request("POST", "/api/stock/?deny=&deny=&deny=&deny=", "");
    assert_eq!(denied.brief(), refused);
}
