//! Who asks: what a refusal is (401 or 403), which authenticator decides, and what a request then knows.
//! What is told of odd headers is in `credentials.rs`.

use std::sync::atomic::{AtomicUsize, Ordering};

use viewset_actix::prelude::*;

use crate::accounts::{
    BASIC, BEARER, DENIED, Key, NOT_AUTHENTICATED, TOKEN, User, as_user, authorized, basic, find,
};
use crate::support::{ALLOW_READ, serve};

/// `X-User: ann`, without a challenge.
struct HeaderAuthentication;

impl Authentication for HeaderAuthentication {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        let Some(name) = req.header("x-user") else { return Ok(None) };
        let user = find(name).ok_or_else(Error::authentication_failed)?;
        Ok(Some(Credentials::new(user)))
    }
}

const WRONG: &str = r#"{"detail":"Invalid username/password."}"#;
const BASIC_REALM: Option<&str> = Some(r#"Basic realm="api""#);

/// H1, R4, R5, T87, T89: the first authenticator decides between 401 and 403, whoever refuses.
#[test]
fn the_first_authenticator_decides_what_a_refusal_is() {
    struct ThingViewSet;

    #[viewset(basename = "thing", permission_classes = [IsAuthenticated])]
    impl ThingViewSet {
        #[action(detail = false, authentication_classes = [BASIC, HeaderAuthentication])]
        async fn basic(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [TOKEN, BASIC])]
        async fn token(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [BEARER, BASIC])]
        async fn bearer(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [HeaderAuthentication, BASIC])]
        async fn header(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [])]
        async fn nobody(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let wrong = basic("ann:wrong");
    for (action, status, challenge) in [
        ("basic", 401, BASIC_REALM),
        ("token", 401, Some("Token")),
        ("bearer", 401, Some(r#"Bearer realm="api""#)),
        ("header", 403, None),
    ] {
        let path = format!("/api/things/{action}/");
        for method in ["GET", "OPTIONS", "DELETE", "POST"] {
            let reply = authorized(&server, method, &path, "");
            assert_eq!(reply.brief(), (status, NOT_AUTHENTICATED), "{method} {action}");
            assert_eq!(reply.header("www-authenticate"), challenge, "{method} {action}");
            assert_eq!(reply.header("allow"), Some(ALLOW_READ), "{method} {action}");
        }
        let head = server.send("HEAD", &path, &[], b"");
        assert_eq!((head.status, head.header("www-authenticate")), (status, challenge));
        if action != "bearer" {
            let reply = authorized(&server, "GET", &path, &wrong);
            assert_eq!(reply.brief(), (status, WRONG), "{action}");
            assert_eq!(reply.header("www-authenticate"), challenge, "{action}");
        }
        let malformed = [("Content-Type", "application/json")];
        assert_eq!(server.send("POST", &path, &malformed, b"{bad").status, status, "{action}");
    }
    let failed = server.send("GET", "/api/things/header/", &[("X-User", "nobody")], b"");
    let text = r#"{"detail":"Incorrect authentication credentials."}"#;
    assert_eq!(failed.brief(), (403, text));
    let nobody = server.get("/api/things/nobody/");
    assert_eq!((nobody.brief(), nobody.header("www-authenticate")), ((403, DENIED), None));
}

/// H2, T88: whoever shows credentials has to show right ones, unless nobody looks at them.
#[test]
fn wrong_credentials_fail_on_a_public_view() {
    struct ThingViewSet;

    #[viewset(basename = "thing", authentication_classes = [BASIC], permission_classes = [AllowAny])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [])]
        async fn open(&self, req: &Request) -> Data<bool> {
            Data(req.is_authenticated())
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    assert_eq!(server.get("/api/things/").status, 200);
    for method in ["GET", "OPTIONS", "PUT"] {
        let reply = authorized(&server, method, "/api/things/", &basic("ann:wrong"));
        assert_eq!(reply.brief(), (401, WRONG), "{method}");
        assert_eq!(reply.header("www-authenticate"), BASIC_REALM, "{method}");
    }
    for credentials in [basic("ann:wrong"), basic("ann:correct horse"), "Basic".to_owned()] {
        let reply = authorized(&server, "GET", "/api/things/open/", &credentials);
        assert_eq!(reply.brief(), (200, "false"));
    }
}

/// H9: they are asked in order; who knows the client, and who refuses them, ends it.
#[test]
fn authenticators_are_asked_until_one_knows() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);

    struct Counting;

    impl Authentication for Counting {
        async fn authenticate(&self, _req: &RequestHead) -> Result<Option<Credentials>> {
            ASKED.fetch_add(1, Ordering::SeqCst);
            Ok(None)
        }
    }

    struct Broken;

    impl Authentication for Broken {
        async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
            match req.header("x-broken") {
                None => Ok(None),
                Some(_) => Err(Error::unavailable("the directory does not answer")),
            }
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", authentication_classes = [Broken, BASIC, TOKEN, HeaderAuthentication, Counting])]
    impl ThingViewSet {
        async fn list(&self, req: &Request) -> Data<Option<&'static str>> {
            Data(req.successful_authenticator())
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let ask = |headers: &[(&str, &str)], status: u16, body: &str, others: usize| {
        let before = ASKED.load(Ordering::SeqCst);
        let reply = server.send("GET", "/api/things/", headers, b"");
        assert_eq!(reply.brief(), (status, body), "{headers:?}");
        assert_eq!(ASKED.load(Ordering::SeqCst) - before, others, "{headers:?}");
    };
    let (right, wrong) = (basic("ann:correct horse"), basic("ann:wrong"));
    let (ann, ed) = (("X-User", "ann"), ("X-User", "ed"));
    ask(&[], 200, "null", 1);
    ask(&[("Authorization", "Other x")], 200, "null", 1);
    ask(&[("Authorization", &right), ed], 200, r#""BasicAuthentication""#, 0);
    ask(&[("Authorization", "Token ann-key"), ed], 200, r#""TokenAuthentication""#, 0);
    ask(&[ann], 200, r#""HeaderAuthentication""#, 0);
    // 403, as the first of them has no challenge (H1).
    ask(&[("Authorization", &wrong), ann], 403, WRONG, 0);
    let text = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
    ask(&[("X-Broken", ""), ("Authorization", &right)], 503, text, 0);
}

/// H6, H10: the user is of the application's own type; a token is there too, a password is not.
#[test]
fn a_request_knows_its_user_and_what_they_showed() {
    struct Robot;

    impl AuthUser for Robot {
        fn pk(&self) -> std::borrow::Cow<'_, str> {
            "robot".into()
        }
    }

    struct MeViewSet;

    #[viewset(basename = "me", authentication_classes = [TOKEN, BASIC])]
    impl MeViewSet {
        async fn list(&self, req: &Request) -> Data<serde_json::Value> {
            Data(json!({
                "user": req.user::<User>().map(|user| user.name),
                "pk": req.auth_user().map(|user| user.pk()),
                "auth": req.auth::<Key>().map(|key| &*key.0),
                "authenticated": req.is_authenticated(),
                "staff": req.is_staff(),
                "robot": req.user::<Robot>().is_some() || req.auth::<Robot>().is_some(),
            }))
        }
        #[action(detail = false)]
        async fn robot(&self, req: &Request) -> Result<StatusCode> {
            req.require_user::<Robot>().map(|_| StatusCode::OK)
        }
        #[action(detail = false)]
        async fn user(&self, req: &Request) -> Result<Data<&'static str>> {
            Ok(Data(req.require_user::<User>()?.name))
        }
    }

    let server = serve(SimpleRouter::new().register("me", MeViewSet));
    let check = |authorization: &str, user: Option<&str>, auth: Option<&str>, is_staff: bool| {
        let reply = authorized(&server, "GET", "/api/me/", authorization);
        let is_authenticated = user.is_some();
        let known = json!({"user": user, "pk": user, "auth": auth, "staff": is_staff,
            "authenticated": is_authenticated, "robot": false});
        assert_eq!((reply.status, reply.json()), (200, known), "{authorization}");
    };
    check("", None, None, false);
    check("Token sue-key", Some("sue"), Some("sue-key"), true);
    check(&basic("ann:correct horse"), Some("ann"), None, false);
    // An action that needs a user asks for one as a permission would.
    for (user, path) in [("", "user"), ("", "robot"), ("ann", "robot")] {
        let reply = as_user(&server, user, "GET", &format!("/api/me/{path}/"));
        assert_eq!(reply.brief(), (401, NOT_AUTHENTICATED), "{user} {path}");
        assert_eq!(reply.header("www-authenticate"), Some("Token"), "{user} {path}");
    }
    assert_eq!(as_user(&server, "ann", "GET", "/api/me/user/").brief(), (200, r#""ann""#));
}

/// F11: no view asks for a CSRF token but those with sessions.
#[test]
fn nothing_is_asked_of_a_form_from_elsewhere() {
    struct ThingViewSet;

    #[viewset(basename = "thing", authentication_classes = [TOKEN], permission_classes = [IsAuthenticated])]
    impl ThingViewSet {
        async fn create(&self) -> StatusCode {
            StatusCode::CREATED
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let headers = [
        ("Origin", "https://elsewhere.example"),
        ("Referer", "https://elsewhere.example/"),
        ("Cookie", "sessionid=x; csrftoken=y"),
        ("Authorization", "Token ann-key"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    assert_eq!(server.send("POST", "/api/things/", &headers, b"a=1").status, 201);
}
