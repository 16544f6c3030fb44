//! What operators see: the id of an unhandled error, in the response and in the log, the span of a request,
//! and the router's observer.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use actix_web::web;
use tracing_subscriber::fmt::format::FmtSpan;
use viewset_actix::prelude::*;
use viewset_actix::views::Answered;
use viewset_tests::{Reply, Server};

use crate::accounts::{TOKEN, as_user};
use crate::support::build;

/// The lines of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// What was written since the last look, a line an entry.
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().expect("nobody panicked"));
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }
}

/// Fails as the query says.
struct ThingViewSet;

#[viewset(basename = "thing", authentication_classes = [TOKEN])]
impl ThingViewSet {
    async fn list(&self, req: &Request) -> Result<StatusCode> {
        match req.query_param("k").as_deref() {
            Some("internal") => Err(Error::internal("the secret is 42")),
            Some("panic") => panic!("the secret is 43"),
            Some("handled") => Err(Error::api(StatusCode::INTERNAL_SERVER_ERROR, "boom", "error")),
            Some("unavailable") => Err(Error::unavailable("the secret is 44")),
            Some("missing") => Err(Error::not_found()),
            _ => Ok(StatusCode::OK),
        }
    }
    #[action(detail = true, permission_classes = [IsAuthenticated])]
    async fn private(&self, pk: i32) -> Data<i32> {
        Data(pk)
    }
}

/// Serves below `/api` with a log of its own on each worker.
fn serve_logged(router: Router) -> (Server, Log) {
    let log = Log::default();
    let writer = log.clone();
    let server = Server::start_with(move |config| {
        let writer = writer.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(Mutex::new(writer))
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .without_time()
            .finish();
        // Each worker makes its app on its own thread, and logs there as long as it lives.
        std::mem::forget(tracing::subscriber::set_default(subscriber));
        config.service(web::scope("/api").service(router.clone()));
    });
    (server, log)
}

fn logged() -> (Server, Log) {
    serve_logged(build(SimpleRouter::new().register("things", ThingViewSet)))
}

fn request_id(reply: &Reply) -> Option<&str> {
    reply.header("x-request-id")
}

/// R14, T95: the cause of a 500 stands in the log under the id that the client has; and only a 500 has one.
#[test]
fn an_unhandled_error_is_logged_under_the_id_that_the_client_is_told() {
    let (server, log) = logged();
    for (kind, secret) in
        [("internal", "the secret is 42"), ("panic", "it panicked: the secret is 43")]
    {
        let reply = server.get(&format!("/api/things/?k={kind}"));
        assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
        let id = request_id(&reply).expect("a 500 has an id").to_owned();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        let lines = log.take();
        let error: Vec<_> = lines.iter().filter(|line| line.contains("ERROR")).collect();
        assert_eq!(error.len(), 1, "{lines:?}");
        for part in [&id, secret, "method=GET", r#"path="/api/things/""#, r#"action="list""#] {
            assert!(error[0].contains(part), "{part} in {error:?}");
        }
        let other = server.get(&format!("/api/things/?k={kind}"));
        assert_ne!(request_id(&other), Some(id.as_str()));
        log.take();
    }
    for kind in ["handled", "unavailable", "missing", ""] {
        let reply = server.get(&format!("/api/things/?k={kind}"));
        assert_eq!(request_id(&reply), None, "{kind}");
    }
    let lines = log.take();
    assert!(!lines.iter().any(|line| line.contains("ERROR")), "{lines:?}");
    // The cause of a 503 is told to operators, too.
    let warned = |line: &String| line.contains("WARN") && line.contains("the secret is 44");
    assert_eq!(lines.iter().filter(|line| warned(line)).count(), 1, "{lines:?}");
}

/// R14, R15: a handler that makes an answer of its own of every error takes nothing from the log.
#[test]
fn what_a_handler_answers_is_logged_all_the_same() {
    let router = SimpleRouter::new().register("things", ThingViewSet);
    let answer = StatusCode::IM_A_TEAPOT;
    let (server, log) =
        serve_logged(build(router.exception_handler(move |_, _| Ok(Response::empty(answer)))));
    for (kind, secret) in [("internal", "the secret is 42"), ("panic", "the secret is 43")] {
        let reply = server.get(&format!("/api/things/?k={kind}"));
        assert_eq!(reply.status, 418);
        let id = request_id(&reply).expect("an error that is logged has an id");
        let lines = log.take();
        let error: Vec<_> = lines.iter().filter(|line| line.contains("ERROR")).collect();
        assert!(
            error.len() == 1 && error[0].contains(id) && error[0].contains(secret),
            "{lines:?}"
        );
    }
    let handled = server.get("/api/things/?k=missing");
    assert_eq!((handled.status, request_id(&handled)), (418, None));
}

/// R14: the id of a proxy is taken over if it is one; what is none could forge lines of the log.
#[test]
fn the_id_of_a_proxy_is_taken_over_if_it_is_sane() {
    let (server, log) = logged();
    let ask = |ids: &[&str]| {
        let headers: Vec<_> = ids.iter().map(|id| ("X-Request-Id", *id)).collect();
        let reply = server.send("GET", "/api/things/?k=internal", &headers, b"");
        let id = request_id(&reply).map(str::to_owned).expect("a 500 has an id");
        let field = format!("request_id=\"{id}\"");
        let found = log.take().iter().filter(|line| line.contains(&field)).count();
        assert_eq!(found, 1, "{id} in the log");
        id
    };
    let longest = "x".repeat(128);
    for sane in ["a", "7b8c-11.x_y:1", "550e8400-e29b-41d4-a716-446655440000", &longest] {
        assert_eq!(ask(&[sane]), sane);
    }
    assert_eq!(ask(&["first", "second"]), "first");
    let too_long = "x".repeat(129);
    for odd in ["", " ", "a b", "a\tb", "a;b", "a\"b", "<b>", "ä", "a,b", "%0a", &too_long] {
        let id = ask(&[odd]);
        assert!(id.len() == 32 && id != odd, "{odd}");
    }
}

/// O8, R14: one span a request, with its route, its action, its status and its user.
#[test]
fn a_request_is_a_span_with_its_action_and_its_user() {
    let (server, log) = logged();
    let route = r#"route="things/""#;
    let detail = r#"route="things/{pk}/private/""#;
    for (method, path, user, span) in [
        ("GET", "", "", format!(r#"method=GET {route} action="list" status=200"#)),
        ("GET", "", "ann", format!(r#"method=GET {route} action="list" status=200 user=ann"#)),
        ("HEAD", "", "", format!(r#"method=HEAD {route} action="list" status=200"#)),
        ("OPTIONS", "", "", format!(r#"method=OPTIONS {route} action="metadata" status=200"#)),
        ("DELETE", "", "ann", format!("method=DELETE {route} status=405 user=ann")),
        ("FOO", "", "", format!("method=FOO {route} status=405")),
        ("GET", "?k=missing", "", format!(r#"method=GET {route} action="list" status=404"#)),
        (
            "GET",
            "?k=panic",
            "ed",
            format!(r#"method=GET {route} action="list" status=500 user=ed"#),
        ),
        ("GET", "7/private/", "", format!(r#"method=GET {detail} action="private" status=401"#)),
        ("GET", "7/private/", "zed", format!(r#"method=GET {detail} action="private" status=401"#)),
        (
            "GET",
            "7/private/",
            "sue",
            format!(r#"method=GET {detail} action="private" status=200 user=sue"#),
        ),
    ] {
        as_user(&server, user, method, &format!("/api/things/{path}"));
        let lines = log.take();
        let spans: Vec<_> = lines.iter().filter(|line| line.ends_with(": close")).collect();
        assert_eq!(spans.len(), 1, "{lines:?}");
        assert!(spans[0].contains(&format!("request{{{span}}}")), "{span} in {spans:?}");
    }
    // What is no route of the router is none of its business.
    server.get("/api/nothing/");
    assert_eq!(log.take(), Vec::<String>::new());
}

/// F1, R14: the observer is told once of each answer, whatever became of the request.
#[test]
fn the_observer_is_told_once_of_each_answer() {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let observer = {
        let seen = seen.clone();
        move |answered: &Answered<'_>| {
            let Answered { method, route, viewset, action, status, elapsed, .. } = answered;
            assert!(elapsed.as_secs() < 60);
            let line = format!("{method} {route} {viewset} {action:?} {}", status.as_u16());
            seen.lock().expect("nobody panicked").push(line);
        }
    };
    let router = DefaultRouter::new().register("things", ThingViewSet).observer(observer);
    let server = Server::start(build(router));
    for (method, path, told) in [
        ("GET", "things/", "GET things/ ThingViewSet Some(\"list\") 200"),
        ("GET", "things.json", "GET things/ ThingViewSet Some(\"list\") 200"),
        ("HEAD", "things/", "HEAD things/ ThingViewSet Some(\"list\") 200"),
        ("OPTIONS", "things/", "OPTIONS things/ ThingViewSet Some(\"metadata\") 200"),
        ("POST", "things/", "POST things/ ThingViewSet None 405"),
        ("GET", "things/?format=xml", "GET things/ ThingViewSet Some(\"list\") 404"),
        ("GET", "things/?k=missing", "GET things/ ThingViewSet Some(\"list\") 404"),
        ("GET", "things/?k=internal", "GET things/ ThingViewSet Some(\"list\") 500"),
        ("GET", "things/?k=panic", "GET things/ ThingViewSet Some(\"list\") 500"),
        ("GET", "things/7/private/", "GET things/{pk}/private/ ThingViewSet Some(\"private\") 401"),
    ] {
        server.send(method, &format!("/api/{path}"), &[], b"");
        let told_of = std::mem::take(&mut *seen.lock().expect("nobody panicked"));
        assert_eq!(told_of, [told], "{method} {path}");
    }
    let root = server.get("/api/");
    assert_eq!(root.status, 200);
    server.get("/api/nothing/");
    assert_eq!(seen.lock().expect("nobody panicked").len(), 1, "the API root, and no unknown path");
}

/// R14: who observes takes no answer away by panicking; the log has it.
#[test]
fn an_observer_that_panics_takes_no_answer_away() {
    struct Odd;

    impl AuthUser for Odd {
        fn pk(&self) -> std::borrow::Cow<'_, str> {
            panic!("a user without a key")
        }
    }

    struct Everybody;

    impl Authentication for Everybody {
        async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
            Ok(req.query_param("odd").map(|_| Credentials::new(Odd)))
        }
    }

    struct OddViewSet;

    #[viewset(basename = "odd", authentication_classes = [Everybody])]
    impl OddViewSet {
        async fn list(&self) -> Data<u8> {
            Data(1)
        }
    }

    let router = SimpleRouter::new().register("odd", OddViewSet);
    let router = router.observer(|answered| {
        assert!(answered.method != "HEAD", "the observer panics");
    });
    let (server, log) = serve_logged(build(router));
    for (method, path, text) in [
        ("HEAD", "/api/odd/", "the observer panics"),
        ("GET", "/api/odd/?odd", "a user without a key"),
    ] {
        let reply = server.send(method, path, &[], b"");
        assert_eq!((reply.status, reply.header("content-length")), (200, Some("1")), "{method}");
        let lines = log.take();
        let told = |line: &&String| line.contains("ERROR") && line.contains(text);
        assert_eq!(lines.iter().filter(told).count(), 1, "{lines:?}");
    }
    assert_eq!(server.get("/api/odd/").brief(), (200, "1"));
}
