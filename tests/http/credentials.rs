//! What clients send as `Authorization`, right, wrong and odd, and what they are told.

use std::borrow::Cow;
use std::time::Instant;

use viewset_actix::authentication::passwords::make_password;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::accounts::{BASIC, BEARER, Key, NOT_AUTHENTICATED, TOKEN, User, authorized, basic};
use crate::support::{block_on, serve};

/// Who asks, for those who have authenticated in one way.
struct MeViewSet;

#[viewset(basename = "me", permission_classes = [IsAuthenticated])]
impl MeViewSet {
    #[action(detail = false, authentication_classes = [BASIC])]
    async fn basic(&self, req: &Request) -> Result<Data<&'static str>> {
        Ok(Data(req.require_user::<User>()?.name))
    }
    #[action(detail = false, authentication_classes = [TOKEN])]
    async fn token(&self, req: &Request) -> Result<Data<&'static str>> {
        Ok(Data(req.require_user::<User>()?.name))
    }
    #[action(detail = false, authentication_classes = [TokenAuthentication::<Key>::new().keyword("API-Key")])]
    async fn api_key(&self, req: &Request) -> Result<Data<&'static str>> {
        Ok(Data(req.require_user::<User>()?.name))
    }
    #[action(detail = false, authentication_classes = [BEARER])]
    async fn bearer(&self, req: &Request) -> Result<Data<&'static str>> {
        Ok(Data(req.require_user::<User>()?.name))
    }
}

fn server() -> Server {
    serve(SimpleRouter::new().register("me", MeViewSet))
}

/// Sends each header and compares what is told; `""` as text means that Ann was recognized.
fn check(path: &str, challenge: &str, cases: &[(String, &str)]) {
    let server = server();
    for (header, text) in cases {
        let reply = authorized(&server, "GET", path, header);
        if text.is_empty() {
            assert_eq!(reply.brief(), (200, r#""ann""#), "{header:.80}");
            continue;
        }
        let body = format!(r#"{{"detail":"{text}"}}"#);
        assert_eq!(reply.brief(), (401, body.as_str()), "{header:.80}");
        assert_eq!(reply.header("www-authenticate"), Some(challenge), "{header:.80}");
    }
}

const NOT_PROVIDED: &str = "Authentication credentials were not provided.";

/// H3, H4: the texts are DRF's to the same headers.
#[test]
fn basic_credentials_are_read_as_drf_reads_them() {
    const SPACES: &str = "Invalid basic header. Credentials string should not contain spaces.";
    const NOT_BASE64: &str = "Invalid basic header. Credentials not correctly base64 encoded.";
    const WRONG: &str = "Invalid username/password.";
    let right = basic("ann:correct horse");
    let cases = [
        (right.clone(), ""),
        (right.replace("Basic", "bAsIc"), ""),
        (right.replace("Basic ", "Basic \t "), ""),
        (String::new(), NOT_PROVIDED),
        ("Basic".into(), "Invalid basic header. No credentials provided."),
        ("Basic a b".into(), SPACES),
        (format!("{right}, {right}"), SPACES),
        ("Basic ###".into(), NOT_BASE64),
        ("Basic é".into(), NOT_BASE64),
        (basic("ann"), NOT_BASE64),
        (basic("ann:wrong"), WRONG),
        (basic("nobody:correct horse"), WRONG),
        (basic("zed:correct horse"), WRONG),
        (basic(":"), WRONG),
        (basic("ann:correct horse:and more"), WRONG),
        (basic("ann\0:correct horse"), WRONG),
        (basic("ann:correct\0horse"), WRONG),
        (basic("Ann:correct horse"), WRONG),
        (basic("änn:€"), WRONG),
        (basic(b"\xe4nn:\xff"), WRONG),
        (basic(format!("{}:correct horse", "a".repeat(9_000))), WRONG),
        (basic(format!("ann:{}", "x".repeat(9_000))), WRONG),
        ("Basicx".into(), NOT_PROVIDED),
        (right.replace("Basic", "Token"), NOT_PROVIDED),
    ];
    check("/api/me/basic/", r#"Basic realm="api""#, &cases);
}

/// Zoë, whose password stands in the router's state.
struct Zoe(String);

impl AuthUser for Zoe {
    fn pk(&self) -> Cow<'_, str> {
        "zoë".into()
    }
}

impl PasswordUser for Zoe {
    async fn by_username(req: &RequestHead, username: &str) -> Result<Option<Self>> {
        let stored = req.state::<String>().cloned().map(Self);
        Ok(stored.filter(|zoe| zoe.pk() == username))
    }
    fn password(&self) -> &str {
        &self.0
    }
}

struct ZoeViewSet;

#[viewset(basename = "zoe", authentication_classes = [BasicAuthentication::<Zoe>::new()])]
impl ZoeViewSet {
    async fn list(&self) -> StatusCode {
        StatusCode::OK
    }
}

fn server_of_zoe(password: &str) -> Server {
    let hash = block_on(make_password(password)).expect("a hash");
    serve(SimpleRouter::new().register("zoe", ZoeViewSet).with(hash))
}

/// H4: a password may have colons, and be written in latin-1.
#[test]
fn the_first_colon_ends_the_name() {
    let server = server_of_zoe("a:b:é");
    for credentials in ["zoë:a:b:é".as_bytes(), b"zo\xeb:a:b:\xe9"] {
        assert_eq!(authorized(&server, "GET", "/api/zoe/", &basic(credentials)).status, 200);
    }
}

/// H5, H6: the texts are DRF's to the same headers.
#[test]
fn a_token_is_read_as_drf_reads_it() {
    let cases = [
        ("Token ann-key".to_owned(), ""),
        ("tOkEn ann-key".into(), ""),
        ("Token   ann-key".into(), ""),
        ("Token".into(), "Invalid token header. No credentials provided."),
        ("Token ann key".into(), "Invalid token header. Token string should not contain spaces."),
        ("Token wrong-key".into(), "Invalid token."),
        ("Token ann-key:x".into(), "Invalid token."),
        ("Token änn-key".into(), "Invalid token."),
        (format!("Token {}", "x".repeat(9_000)), "Invalid token."),
        ("Token zed-key".into(), "User inactive or deleted."),
        ("Bearer ann-key".into(), NOT_PROVIDED),
        ("Tokenann-key".into(), NOT_PROVIDED),
        (String::new(), NOT_PROVIDED),
    ];
    check("/api/me/token/", "Token", &cases);
    let cases = [("api-key ann-key".to_owned(), ""), ("Token ann-key".into(), NOT_PROVIDED)];
    check("/api/me/api_key/", "API-Key", &cases);
    let cases = [
        ("Bearer ann-jwt".to_owned(), ""),
        ("Bearer ann-key".into(), "Invalid token."),
        ("Bearer zed-jwt".into(), "User inactive or deleted."),
        ("Token ann-key".into(), NOT_PROVIDED),
    ];
    check("/api/me/bearer/", r#"Bearer realm="api""#, &cases);
}

/// H5: bytes that are no text, which no header of a well-behaved client has.
#[test]
fn a_token_of_no_text_is_told_to_have_invalid_characters() {
    let server = server();
    let ask = |value: &[u8]| {
        let head =
            b"GET /api/me/token/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ";
        server.raw(&[head, value, b"\r\n\r\n"].concat(), "GET")
    };
    let invalid =
        r#"{"detail":"Invalid token header. Token string should not contain invalid characters."}"#;
    assert_eq!(ask(b"Token \xff\xfe").brief(), (401, invalid));
    assert_eq!(ask(b"\xff\xfe").brief(), (401, NOT_AUTHENTICATED));
    // actix-web refuses a header with a NUL before anybody sees it.
    assert_eq!(ask(b"Token a\0b").status, 400);
}

/// H3, H5: headers of one name count together, as WSGI joins them; so none can hide behind another.
#[test]
fn repeated_credentials_are_no_credentials() {
    let server = server();
    let twice = |path: &str, first: &str, second: &str| {
        server.send("GET", path, &[("Authorization", first), ("Authorization", second)], b"")
    };
    let spaces = "Invalid token header. Token string should not contain spaces.";
    let reply = twice("/api/me/token/", "Token ann-key", "Token sue-key");
    assert_eq!(reply.brief(), (401, format!(r#"{{"detail":"{spaces}"}}"#).as_str()));
    let right = basic("ann:correct horse");
    assert_eq!(twice("/api/me/basic/", &right, &right).status, 401);
    assert_eq!(
        twice("/api/me/token/", "Other x", "Token ann-key").brief(),
        (401, NOT_AUTHENTICATED)
    );
}

/// H3: who guesses names learns nothing from the time of the answer.
#[test]
fn an_unknown_name_costs_the_work_of_a_wrong_password() {
    let server = server_of_zoe("correct horse");
    let least = |credentials: &str| {
        let time = |_| {
            let start = Instant::now();
            let reply = authorized(&server, "GET", "/api/zoe/", &basic(credentials));
            assert_eq!(reply.status, 401, "{credentials}");
            start.elapsed()
        };
        (0..5).map(time).min().unwrap_or_default()
    };
    let wrong = least("zoë:wrong");
    for name in ["nobody:wrong", "zoë\0:wrong", "nobody:"] {
        let unknown = least(name);
        assert!(unknown * 3 > wrong && wrong * 3 > unknown, "{unknown:?} against {wrong:?}");
    }
}
