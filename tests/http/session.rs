//! Sessions over actix-session: who is logged in, and that their unsafe requests come from our pages. The
//! refusals are those of Django 5.2.19 and DRF 3.18.3 to the same requests.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix_session::SessionMiddleware;
use actix_session::storage::{
    CookieSessionStore, LoadError, SaveError, SessionKey, SessionStore, UpdateError,
};
use actix_web::cookie::{Key, time::Duration};
use actix_web::web;
use viewset_actix::authentication::authenticate;
use viewset_actix::authentication::passwords;
use viewset_actix::prelude::*;
use viewset_tests::{Reply, Server};

use crate::support::{build, database, execute};

diesel::table! {
    users (id) { id -> Integer, username -> Text, password -> Text, is_active -> Bool, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    username: String,
    #[serde(skip_serializing)]
    password: String,
    is_active: bool,
}

impl AuthUser for User {
    fn pk(&self) -> Cow<'_, str> {
        self.id.to_string().into()
    }
    fn is_active(&self) -> bool {
        self.is_active
    }
}

impl PasswordUser for User {
    async fn by_username(req: &RequestHead, username: &str) -> Result<Option<Self>> {
        User::find_by(req, "username", username).await
    }
    fn password(&self) -> &str {
        &self.password
    }
}

impl SessionUser for User {
    async fn by_pk(req: &RequestHead, pk: &str) -> Result<Option<Self>> {
        User::find_by(req, "pk", pk).await
    }
    fn session_auth_hash(&self) -> String {
        passwords::session_auth_hash(&self.password)
    }
}

/// Ann and Bob, whose password is `correct horse`.
const USERS: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, username TEXT NOT NULL, password TEXT NOT NULL, is_active BOOLEAN NOT NULL
    );
    INSERT INTO users VALUES
        (1, 'ann', 'pbkdf2_sha256$1$salt$xOEfG6ymEDJ8fNSD2M6IJ0r8bE5FeVaxgYMnZIVZPek=', TRUE),
        (2, 'bob', 'pbkdf2_sha256$1$salt$xOEfG6ymEDJ8fNSD2M6IJ0r8bE5FeVaxgYMnZIVZPek=', TRUE);";

#[derive(Serializer)]
struct Login {
    username: String,
    password: String,
}

/// Anything, for everybody: who asks, and as whom they log in.
struct MeViewSet;

#[viewset(basename = "me", renderer_classes = [JsonRenderer])]
impl MeViewSet {
    async fn list(&self, req: &Request) -> Data<serde_json::Value> {
        who(req)
    }
    async fn create(&self, req: &Request) -> Data<serde_json::Value> {
        who(req)
    }
    async fn update(&self, req: &Request) -> Data<serde_json::Value> {
        who(req)
    }
    #[action(detail = false, methods = ["post"])]
    async fn echo(&self, req: &Request) -> Result<Data<Value>> {
        Ok(Data(req.data().await?.clone()))
    }
    #[action(detail = false, methods = ["post"])]
    async fn login(&self, req: &Request, data: Validated<Login>) -> Result<impl IntoResponse> {
        let user = authenticate::<User>(req, &data.username, &data.password).await?;
        let user = user.ok_or_else(|| Error::validation("Unable to log in."))?;
        session::login(req, &user)?;
        Ok(Data(json!({"csrf_token": session::csrf_token(req)?})))
    }
    #[action(detail = false, methods = ["post"])]
    async fn logout(&self, req: &Request) -> Result<StatusCode> {
        session::logout(req)?;
        Ok(StatusCode::NO_CONTENT)
    }
    #[action(detail = false, methods = ["post"])]
    async fn change(&self, req: &Request) -> Result<StatusCode> {
        session::logout(req)?;
        session::login(req, req.require_user::<User>()?)?;
        Ok(StatusCode::NO_CONTENT)
    }
    #[action(detail = false)]
    async fn token(&self, req: &Request) -> Result<String> {
        session::csrf_token(req)
    }
    /// What the session holds, and what it is to hold from now on.
    #[action(detail = false, url_path = "store/{value}")]
    async fn store(
        &self,
        session: actix_session::Session,
        value: String,
    ) -> Result<Data<Option<String>>> {
        let before = session.get("note").map_err(|error| Error::internal(error.to_string()))?;
        session.insert("note", value).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Data(before))
    }
    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn private(&self, req: &Request) -> Data<serde_json::Value> {
        who(req)
    }
    #[action(detail = false)]
    async fn broken(&self) -> Result<StatusCode> {
        Err(Error::internal("it broke"))
    }
}

fn who(req: &Request) -> Data<serde_json::Value> {
    let user = req.user::<User>().map(|user| &*user.username);
    Data(json!([user, req.auth::<String>(), req.successful_authenticator()]))
}

const ANN: &str = r#"["ann",null,"SessionAuthentication"]"#;
const BOB: &str = r#"["bob",null,"SessionAuthentication"]"#;
const NOBODY: &str = "[null,null,null]";

/// Sessions by their ids, as a server's store has them.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<String, HashMap<String, String>>>>);

impl Memory {
    fn count(&self) -> usize {
        self.0.lock().expect("nobody panicked").len()
    }
    /// Puts something into all sessions that someone else wrote.
    fn put(&self, key: &str, json: &str) {
        for state in self.0.lock().expect("nobody panicked").values_mut() {
            state.insert(key.to_owned(), json.to_owned());
        }
    }
}

impl SessionStore for Memory {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        Ok(self.0.lock().expect("nobody panicked").get(key.as_ref()).cloned())
    }
    async fn save(
        &self,
        state: HashMap<String, String>,
        _ttl: &Duration,
    ) -> Result<SessionKey, SaveError> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let id = format!("session-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let key = SessionKey::try_from(id).expect("an id is short");
        self.0.lock().expect("nobody panicked").insert(key.as_ref().to_owned(), state);
        Ok(key)
    }
    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        _ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        self.0.lock().expect("nobody panicked").insert(key.as_ref().to_owned(), state);
        Ok(key)
    }
    async fn update_ttl(
        &self,
        _key: &SessionKey,
        _ttl: &Duration,
    ) -> std::result::Result<(), anyhow::Error> {
        Ok(())
    }
    async fn delete(&self, key: &SessionKey) -> std::result::Result<(), anyhow::Error> {
        self.0.lock().expect("nobody panicked").remove(key.as_ref());
        Ok(())
    }
}

const TRUSTED: Authenticators = authenticators![
    SessionAuthentication::<User>::new()
        .trusted_origins(&["https://admin.example.com", "https://*.example.org"])
];

fn router(db: &Db, authenticators: Authenticators) -> Router {
    build(
        DefaultRouter::new()
            .authentication_classes(authenticators)
            .secure_proxy_ssl_header("x-forwarded-proto", "https")
            .register("me", MeViewSet)
            .with(db.clone()),
    )
}

/// Serves `/api/me/` with sessions in such a store.
fn serve_with<S: SessionStore + 'static>(
    router: Router,
    store: impl Fn() -> S + Send + Clone + 'static,
) -> Server {
    Server::start_with(move |config| {
        let sessions = SessionMiddleware::new(store(), Key::from(&[7; 64]));
        config.service(web::scope("/api").wrap(sessions).service(router.clone()));
    })
}

/// A server with Ann and Bob, its database, and its sessions.
fn start() -> (Server, Db, Memory) {
    let (db, memory) = (database(USERS), Memory::default());
    let sessions = memory.clone();
    (serve_with(router(&db, TRUSTED), move || sessions.clone()), db, memory)
}

/// A client that keeps cookies.
struct Browser<'a> {
    server: &'a Server,
    jar: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, jar: Vec::new() }
    }

    fn logged_in(server: &'a Server, username: &str) -> Self {
        let mut browser = Self::new(server);
        assert_eq!(browser.log_in(username).status, 200);
        browser
    }

    fn log_in(&mut self, username: &str) -> Reply {
        let body = json!({"username": username, "password": "correct horse"}).to_string();
        let token = self.cookie("csrftoken").unwrap_or_default();
        self.send("POST", "/api/me/login/", &[JSON, ("X-CSRFToken", &token)], body.as_bytes())
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let cookies = self.cookies();
        let mut headers = headers.to_vec();
        if !cookies.is_empty() {
            headers.push(("Cookie", &cookies));
        }
        let reply = self.server.send(method, path, &headers, body);
        for cookie in set_cookies(&reply) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            self.forget(name);
            if !attributes.contains("Max-Age=0") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }

    /// The header that it sends.
    fn cookies(&self) -> String {
        let cookies: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        cookies.join("; ")
    }

    fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.jar.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    fn forget(&mut self, name: &str) {
        self.jar.retain(|(known, _)| known != name);
    }

    fn keep(&mut self, name: &str, value: &str) {
        self.forget(name);
        self.jar.push((name.to_owned(), value.to_owned()));
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn set_cookies(reply: &Reply) -> Vec<&str> {
    let cookies = reply.headers.iter().filter(|(name, _)| name == "set-cookie");
    cookies.map(|(_, value)| value.as_str()).collect()
}

/// The `csrftoken` that a response sets, with its attributes.
fn csrf_cookie(reply: &Reply) -> Option<(&str, &str)> {
    let cookie = set_cookies(reply).into_iter().find_map(|c| c.strip_prefix("csrftoken="))?;
    cookie.split_once("; ")
}

fn refusal(reason: &str) -> String {
    format!(r#"{{"detail":"CSRF Failed: {reason}"}}"#)
}

/// A secret, and it behind Django's mask.
const SECRET: &str = "abcdefghijklmnopqrstuvwxyzABCDEF";
const MASKED: &str = "b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b4d6f8hajclengpirktmvoxqzsBuDwFy";
const OTHER: &str = "FEDCBAzyxwvutsrqponmlkjihgfedcba";

/// H1, H8, H10: logging in and out; there is no `request.auth`.
#[test]
fn a_user_logs_in_and_out() {
    let (server, _db, memory) = start();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    let refused = browser.get("/api/me/private/");
    let not_authenticated = r#"{"detail":"Authentication credentials were not provided."}"#;
    assert_eq!(refused.brief(), (403, not_authenticated));
    assert_eq!(refused.header("www-authenticate"), None);

    let body = br#"{"username": "ann", "password": "wrong"}"#;
    let wrong = browser.send("POST", "/api/me/login/", &[JSON], body);
    assert_eq!(wrong.brief(), (400, r#"["Unable to log in."]"#));
    assert_eq!(set_cookies(&wrong), [""; 0]);

    let login = browser.log_in("ann");
    let (secret, attributes) = csrf_cookie(&login).expect("a login sets the cookie");
    assert_eq!((secret.len(), attributes), (32, "Max-Age=31449600; Path=/; SameSite=Lax"));
    assert_eq!(set_cookies(&login).len(), 2);
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    assert_eq!(browser.get("/api/me/private/").brief(), (200, ANN));

    let id = browser.cookie("id").expect("a session");
    let token = login.json()["csrf_token"].as_str().expect("a token").to_owned();
    let logout = browser.send("POST", "/api/me/logout/", &[("X-CSRFToken", &token)], b"");
    assert_eq!((logout.status, browser.cookie("id")), (204, None));
    assert_eq!(memory.count(), 0);
    browser.keep("id", &id);
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    let again = browser.send("POST", "/api/me/logout/", &[], b"");
    assert_eq!(again.status, 204, "logging out twice is no mistake");
}

/// H8: the texts of Django's refusals; the request itself is otherwise in order.
#[test]
fn an_unsafe_request_of_a_session_needs_cookie_and_token() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let dashes = "-".repeat(32);
    let cases = [
        (None, None, "CSRF cookie not set."),
        (None, Some(SECRET), "CSRF cookie not set."),
        (Some(SECRET), None, "CSRF token missing."),
        (Some(SECRET), Some(OTHER), "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        (Some(MASKED), Some(OTHER), "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        (
            Some(SECRET),
            Some(""),
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
        (
            Some(SECRET),
            Some("short"),
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
        (
            Some(SECRET),
            Some(&dashes),
            "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters.",
        ),
        (Some(""), Some(SECRET), "CSRF cookie has incorrect length."),
        (Some("short"), Some(SECRET), "CSRF cookie has incorrect length."),
        (Some(&dashes), Some(SECRET), "CSRF cookie has invalid characters."),
    ];
    for (cookie, token, reason) in cases {
        browser.forget("csrftoken");
        if let Some(cookie) = cookie {
            browser.keep("csrftoken", cookie);
        }
        let cookies = browser.cookies();
        let token_header = token.map(|token| ("X-CSRFToken", token));
        let headers: Vec<_> = token_header.into_iter().chain([("Cookie", &*cookies)]).collect();
        for (method, path) in [
            ("POST", "/api/me/"),
            ("PUT", "/api/me/1/"),
            ("DELETE", "/api/me/"),
            ("FOO", "/api/me/"),
        ] {
            let reply = server.send(method, path, &headers, b"");
            assert_eq!(reply.brief(), (403, &*refusal(reason)), "{method} {cookie:?} {token:?}");
            // A cookie that cannot be ours is replaced, as Django does it.
            let replaced = csrf_cookie(&reply).is_some();
            assert_eq!(replaced, reason.starts_with("CSRF cookie has"), "{cookie:?}");
            assert_eq!(reply.header("vary"), Some("Cookie"));
        }
    }
}

/// H8: the bare secret and any masked form of it are good, in the cookie as well (Django before 4.0).
#[test]
fn a_token_is_good_bare_and_masked() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let first = browser.get("/api/me/token/").body;
    let second = browser.get("/api/me/token/").body;
    assert_eq!((first.len(), second.len()), (64, 64));
    assert_ne!(first, second);
    let secret = browser.cookie("csrftoken").expect("a cookie");
    for token in [&first, &second, &secret] {
        let reply = browser.send("POST", "/api/me/", &[("X-CSRFToken", token)], b"");
        assert_eq!(reply.brief(), (200, ANN));
    }
    for cookie in [SECRET, MASKED, &format!("\"{SECRET}\"")] {
        browser.keep("csrftoken", cookie);
        for token in [SECRET, MASKED] {
            let reply = browser.send("PUT", "/api/me/1/", &[("X-CSRFToken", token)], b"");
            assert_eq!(reply.brief(), (200, ANN), "{cookie} {token}");
        }
    }
    // Asking for a token keeps the secret, and keeps its cookie from growing old.
    browser.keep("csrftoken", MASKED);
    let reply = browser.get("/api/me/token/");
    assert_eq!(csrf_cookie(&reply).map(|(secret, _)| secret), Some(SECRET));
    assert_eq!(set_cookies(&reply).len(), 1);
}

/// H8: safe methods are not checked; nor are those who are not logged in, with whatever they send.
#[test]
fn safe_methods_and_anonymous_clients_are_not_checked() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.forget("csrftoken");
    let evil = [("Origin", "http://evil.example")];
    for (method, status) in [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("TRACE", 405)] {
        assert_eq!(browser.send(method, "/api/me/", &evil, b"").status, status, "{method}");
    }
    let mut anonymous = Browser::new(&server);
    assert_eq!(anonymous.send("POST", "/api/me/", &evil, b"").brief(), (200, NOBODY));
    anonymous.get("/api/me/store/cart/");
    assert!(anonymous.cookie("id").is_some());
    assert_eq!(anonymous.send("POST", "/api/me/", &evil, b"").brief(), (200, NOBODY));
}

/// H8: a form that was sent with POST may have the token in a field, which goes before the header. Of a
/// multipart form only the header counts, unlike in Django.
#[test]
fn a_form_may_bring_the_token() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    let header = ("X-CSRFToken", SECRET);
    let charset = ("Content-Type", "Application/X-WWW-Form-Urlencoded ; charset=utf-8");
    let field = format!("a=1&csrfmiddlewaretoken={MASKED}");
    let twice = format!("csrfmiddlewaretoken=x&{field}");
    let (wrong, empty) =
        (format!("csrfmiddlewaretoken={OTHER}"), "csrfmiddlewaretoken=".to_owned());
    let reply = browser.send("POST", "/api/me/echo/", &[FORM], field.as_bytes());
    assert_eq!(
        reply.brief(),
        (200, &*format!(r#"{{"a":["1"],"csrfmiddlewaretoken":["{MASKED}"]}}"#))
    );
    for (headers, body, reason) in [
        (&[charset][..], &field, None),
        (&[FORM], &twice, None),
        (&[FORM, header], &empty, None),
        (&[FORM, header], &wrong, Some("CSRF token from POST incorrect.")),
        (&[FORM], &empty, Some("CSRF token missing.")),
        (&[JSON], &field, Some("CSRF token missing.")),
    ] {
        let reply = browser.send("POST", "/api/me/", headers, body.as_bytes());
        let expected = reason.map_or((200, ANN.to_owned()), |reason| (403, refusal(reason)));
        assert_eq!((reply.status, reply.body), expected, "{headers:?} {body}");
    }
    let put = browser.send("PUT", "/api/me/1/", &[FORM], field.as_bytes());
    assert_eq!(put.brief(), (403, &*refusal("CSRF token missing.")));
    let long = vec![b'a'; 2_621_441];
    assert_eq!(browser.send("POST", "/api/me/", &[FORM, header], &long).status, 413);

    let multipart = ("Content-Type", "multipart/form-data; boundary=x");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{SECRET}\r\n--x--\r\n"
    );
    let reply = browser.send("POST", "/api/me/", &[multipart], body.as_bytes());
    assert_eq!(reply.brief(), (403, &*refusal("CSRF token missing.")));
    let reply = browser.send("POST", "/api/me/", &[multipart, header], body.as_bytes());
    assert_eq!(reply.brief(), (200, ANN));
}

/// H8: an `Origin` is the server's own or a trusted one.
#[test]
fn an_unsafe_request_comes_from_an_origin_of_ours() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    for origin in [
        "http://testserver",
        "https://admin.example.com",
        "https://a.example.org",
        "https://example.org",
    ] {
        let headers = [("X-CSRFToken", SECRET), ("Origin", origin)];
        assert_eq!(browser.send("POST", "/api/me/", &headers, b"").brief(), (200, ANN), "{origin}");
    }
    for origin in [
        "https://testserver",
        "http://testserver:80",
        "http://evil.example",
        "http://admin.example.com",
        "https://example.org.evil",
        "null",
        "",
    ] {
        let headers = [("X-CSRFToken", SECRET), ("Origin", origin)];
        let reply = browser.send("POST", "/api/me/", &headers, b"");
        let reason =
            format!("Origin checking failed - {origin} does not match any trusted origins.");
        assert_eq!(reply.brief(), (403, &*refusal(&reason)));
    }
}

/// H8: over HTTPS, here behind a proxy, there has to be a `Referer` where there is no `Origin`; and the
/// cookie is sent over HTTPS only.
#[test]
fn over_https_the_referer_counts() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    let https = [("X-CSRFToken", SECRET), ("X-Forwarded-Proto", "https")];
    let malformed = Some("Referer checking failed - Referer is malformed.");
    let strange =
        "Referer checking failed - https://evil.example/p?q#f does not match any trusted origins.";
    let port =
        "Referer checking failed - https://testserver:443/ does not match any trusted origins.";
    let insecure = "Referer checking failed - Referer is insecure while host is secure.";
    for (header, reason) in [
        (None, Some("Referer checking failed - no Referer.")),
        (Some(("Referer", "")), malformed),
        (Some(("Referer", "foo")), malformed),
        (Some(("Referer", "//testserver/")), malformed),
        (Some(("Referer", "https://[/")), malformed),
        (Some(("Referer", "http://testserver/a")), Some(insecure)),
        (Some(("Referer", "https://evil.example/p?q#f")), Some(strange)),
        (Some(("Referer", "https://testserver:443/")), Some(port)),
        (Some(("Referer", "https://testserver/a?b#c")), None),
        (Some(("Referer", "https://admin.example.com/x")), None),
        (Some(("Referer", "https://a.example.org/")), None),
        (Some(("Origin", "https://testserver")), None),
        (
            Some(("Origin", "http://testserver")),
            Some("Origin checking failed - http://testserver does not match any trusted origins."),
        ),
    ] {
        let headers: Vec<_> = https.into_iter().chain(header).collect();
        let reply = browser.send("POST", "/api/me/", &headers, b"");
        let expected = reason.map_or((200, ANN.to_owned()), |reason| (403, refusal(reason)));
        assert_eq!((reply.status, reply.body), expected, "{header:?}");
    }
    let reply = browser.send("GET", "/api/me/token/", &https, b"");
    let attributes = csrf_cookie(&reply).map(|(_, attributes)| attributes);
    assert_eq!(attributes, Some("Max-Age=31449600; Path=/; SameSite=Lax; Secure"));
}

/// H8: a session that was foisted on the client before the login is worth nothing after it. What an
/// anonymous client has stored is kept, what another user has is not.
#[test]
fn a_login_renews_the_session() {
    let (server, _db, memory) = start();
    let mut attacker = Browser::new(&server);
    attacker.get("/api/me/store/cart/");
    let planted = attacker.cookie("id").expect("a session");
    let mut victim = Browser::new(&server);
    victim.keep("id", &planted);
    victim.keep("csrftoken", SECRET);
    assert_eq!(victim.log_in("ann").status, 200);
    assert_ne!(victim.cookie("id"), Some(planted));
    assert_ne!(victim.cookie("csrftoken").as_deref(), Some(SECRET));
    assert_eq!(victim.get("/api/me/").brief(), (200, ANN));
    assert_eq!(attacker.get("/api/me/").brief(), (200, NOBODY));
    assert_eq!(memory.count(), 1);
    assert_eq!(victim.get("/api/me/store/hers/").body, r#""cart""#);

    let (id, secret) = (victim.cookie("id"), victim.cookie("csrftoken"));
    assert_eq!(victim.log_in("ann").status, 200);
    assert!(victim.cookie("id") != id && victim.cookie("csrftoken") != secret);
    assert_eq!(victim.get("/api/me/store/hers/").body, r#""hers""#);
    assert_eq!(victim.log_in("bob").status, 200);
    assert_eq!(victim.get("/api/me/").brief(), (200, BOB));
    assert_eq!(victim.get("/api/me/store/his/").body, "null");
}

/// A changed password ends the sessions of its user, and nobody else's.
#[test]
fn a_changed_password_ends_sessions() {
    let (server, db, _) = start();
    let mut ann = Browser::logged_in(&server, "ann");
    let mut bob = Browser::logged_in(&server, "bob");
    execute(&db, "UPDATE users SET password = '!' WHERE id = 1;");
    assert_eq!(ann.get("/api/me/").brief(), (200, NOBODY));
    assert_ne!(bob.get("/api/me/").brief(), (200, NOBODY));
}

/// H8: who was deactivated or deleted is nobody, and like nobody not checked.
#[test]
fn users_who_are_gone_or_inactive_are_anonymous() {
    let (server, db, _) = start();
    let mut ann = Browser::logged_in(&server, "ann");
    let mut bob = Browser::logged_in(&server, "bob");
    execute(
        &db,
        "UPDATE users SET is_active = FALSE WHERE id = 1; DELETE FROM users WHERE id = 2;",
    );
    for browser in [&mut ann, &mut bob] {
        browser.forget("csrftoken");
        assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
        assert_eq!(browser.send("POST", "/api/me/", &[], b"").brief(), (200, NOBODY));
        assert_eq!(browser.get("/api/me/private/").status, 403);
    }
    let mut again = Browser::new(&server);
    assert_eq!(again.log_in("ann").status, 400);
    execute(&db, "UPDATE users SET is_active = TRUE WHERE id = 1");
    assert_eq!(ann.get("/api/me/").brief(), (200, ANN));
}

/// F4: `Vary` in one header: by `Accept` for several renderers, by `Cookie` where the session was read,
/// after what the action set.
#[test]
fn responses_vary_on_what_they_depend_on() {
    struct PageViewSet;

    #[viewset(basename = "page", renderer_classes = [JsonRenderer, PlainTextRenderer])]
    impl PageViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn own(&self, req: &Request) -> Response {
            let vary = HeaderValue::from_static(match req.query_param("all") {
                Some(_) => "*",
                None => "Origin, accept",
            });
            Response::empty(StatusCode::OK).with_header(viewset_actix::http::header::VARY, vary)
        }
        #[action(detail = false, authentication_classes = [])]
        async fn public(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [])]
        async fn token(&self, req: &Request) -> Result<String> {
            session::csrf_token(req)
        }
    }

    let db = database(USERS);
    let pages = build(
        DefaultRouter::new()
            .authentication_classes(TRUSTED)
            .register("pages", PageViewSet)
            .with(db.clone()),
    );
    let pages = serve_with(pages, Memory::default);
    let (server, ..) = start();
    for (server, path, accept, status, vary) in [
        (&server, "/api/me/", "*/*", 200, Some("Cookie")),
        (&server, "/api/me/private/", "*/*", 403, Some("Cookie")),
        (&server, "/api/me/broken/", "*/*", 500, Some("Cookie")),
        (&server, "/api/me/", "image/png", 406, None),
        (&pages, "/api/pages/", "*/*", 200, Some("Accept, Cookie")),
        (&pages, "/api/pages/9/", "*/*", 404, None),
        (&pages, "/api/pages/", "image/png", 406, Some("Accept")),
        (&pages, "/api/pages/?format=xyz", "*/*", 404, Some("Accept")),
        (&pages, "/api/pages/own/", "*/*", 200, Some("Origin, accept, Cookie")),
        (&pages, "/api/pages/own/?all", "*/*", 200, Some("*")),
        (&pages, "/api/pages/public/", "*/*", 200, Some("Accept")),
        (&pages, "/api/pages/token/", "*/*", 200, Some("Accept, Cookie")),
    ] {
        let reply = server.send("GET", path, &[("Accept", accept)], b"");
        let all = reply.headers.iter().filter(|(name, _)| name == "vary");
        let all: Vec<_> = all.map(|(_, value)| value.as_str()).collect();
        assert_eq!((reply.status, all), (status, Vec::from_iter(vary)), "{path} {accept}");
    }
}

/// H8: garbage for cookies is no session and no secret, and never a 500; the session goes on after it.
#[test]
fn garbage_cookies_are_nobody() {
    let (server, _db, memory) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let id = browser.cookie("id").expect("a session");
    let long = "a".repeat(8192);
    for garbage in [
        "",
        "=",
        ";",
        "id",
        "id=",
        "id=%00",
        "id=%FF%FE",
        "id=\u{e9}\u{1f36a}",
        "csrftoken=\u{e9}",
        &long,
        &format!("id={long}"),
        &format!("id=x{id}"),
        &format!("id={}", &id[1..]),
        &format!("csrftoken={long}"),
        "csrftoken",
        "csrftoken=;csrftoken=\"",
        "\"",
        "a=\"b;c\"",
    ] {
        for method in ["GET", "POST"] {
            let reply = server.send(method, "/api/me/", &[("Cookie", garbage)], b"");
            assert_eq!(reply.brief(), (200, NOBODY), "{method} {garbage}");
            if garbage.starts_with("csrftoken") {
                let cookies = format!("id={id}; {garbage}");
                let headers = [("Cookie", &*cookies), ("X-CSRFToken", garbage)];
                let status = server.send(method, "/api/me/", &headers, b"").status;
                let expected = if method == "POST" { 403 } else { 200 };
                assert_eq!(status, expected, "{method} {cookies}");
            }
        }
    }
    // The HTTP server refuses a NUL itself.
    let nul =
        b"GET /api/me/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nCookie: id=\0\r\n\r\n";
    assert_eq!(server.raw(nul, "GET").status, 400);
    // Bytes that are not UTF-8.
    let latin = b"GET /api/me/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nCookie: id=\xe9; csrftoken=\xff\r\n\r\n";
    assert_eq!(server.raw(latin, "GET").brief(), (200, NOBODY));

    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    for json in [
        "",
        "7",
        "null",
        "{}",
        "[\"1\"]",
        "\"\"",
        "\"x\"",
        "\"1\\u0000\"",
        "\"99999999999999999999\"",
    ] {
        memory.put("_auth_user_id", json);
        assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY), "{json}");
    }
    memory.put("_auth_user_id", "\"1\"");
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    memory.put("_auth_user_type", "\"Employee\"");
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY), "the user 1 of another type");
}

/// H8: two clients at once keep to their own sessions.
#[test]
fn two_clients_have_two_sessions() {
    let (server, _db, memory) = start();
    std::thread::scope(|scope| {
        for (username, me) in [("ann", ANN), ("bob", BOB)] {
            let server = &server;
            scope.spawn(move || {
                let mut browser = Browser::logged_in(server, username);
                for _ in 0..20 {
                    assert_eq!(browser.get("/api/me/").brief(), (200, me));
                    let token = browser.cookie("csrftoken").expect("a cookie");
                    let headers = [("X-CSRFToken", &*token)];
                    let reply = browser.send("POST", "/api/me/", &headers, b"");
                    assert_eq!(reply.brief(), (200, me));
                }
            });
        }
    });
    assert_eq!(memory.count(), 2);
    // The token of one is worth nothing to the other.
    let mut ann = Browser::logged_in(&server, "ann");
    let bob = Browser::logged_in(&server, "bob");
    let token = bob.cookie("csrftoken").expect("a cookie");
    let reply = ann.send("POST", "/api/me/", &[("X-CSRFToken", &token)], b"");
    let incorrect = "CSRF token from the 'X-Csrftoken' HTTP header incorrect.";
    assert_eq!(reply.brief(), (403, &*refusal(incorrect)));
}

/// H1, H9: a failed check is a 403 also where the first authenticator has a challenge, and stops.
#[test]
fn a_failed_check_is_a_403_behind_other_authenticators() {
    let both =
        authenticators![BasicAuthentication::<User>::new(), SessionAuthentication::<User>::new()];
    let memory = Memory::default();
    let server = serve_with(router(&database(USERS), both), move || memory.clone());
    let refused = server.get("/api/me/private/");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("www-authenticate"), Some(r#"Basic realm="api""#));
    assert_eq!(refused.header("vary"), Some("Cookie"));
    let mut browser = Browser::logged_in(&server, "ann");
    browser.forget("csrftoken");
    let reply = browser.send("POST", "/api/me/", &[], b"");
    assert_eq!(reply.brief(), (403, &*refusal("CSRF cookie not set.")));
    assert_eq!(reply.header("www-authenticate"), None);
    // With a password nobody looks at the session: "ann:correct horse".
    let basic = ("Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U=");
    let reply = browser.send("POST", "/api/me/", &[basic], b"");
    assert_eq!(reply.brief(), (200, r#"["ann",null,"BasicAuthentication"]"#));
    assert_eq!(reply.header("vary"), None);
}

/// Sessions that the client keeps itself.
#[test]
fn sessions_may_be_kept_in_cookies() {
    let server = serve_with(router(&database(USERS), TRUSTED), CookieSessionStore::default);
    let mut browser = Browser::logged_in(&server, "ann");
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    let id = browser.cookie("id").expect("a session");
    browser.keep("id", &id.replace(&id[4..6], "AA"));
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    browser.keep("id", &id);
    let token = browser.cookie("csrftoken").expect("a cookie");
    let reply = browser.send("POST", "/api/me/logout/", &[("X-CSRFToken", &token)], b"");
    assert_eq!((reply.status, browser.cookie("id")), (204, None));
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
}

/// What the developer has to mend is a 500 that only the log explains.
#[test]
fn mistakes_of_the_app_are_internal_errors() {
    let server = Server::start(router(&database(USERS), TRUSTED));
    for _ in 0..2 {
        let reply = server.get("/api/me/");
        assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
        assert_eq!(reply.header("vary"), None);
    }
    let server = Server::start(router(&database(USERS), Authenticators::default()));
    let body = r#"{"username": "ann", "password": "correct horse"}"#;
    assert_eq!(server.request("POST", "/api/me/login/", body).status, 500);
    assert_eq!(server.request("POST", "/api/me/logout/", "").status, 500);
    assert_eq!(server.get("/api/me/token/").status, 200, "a token needs no session");

    let (server, ..) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let token = browser.cookie("csrftoken").expect("a cookie");
    // Logging out and in again in one request would lose the login.
    let reply = browser.send("POST", "/api/me/change/", &[("X-CSRFToken", &token)], b"");
    assert_eq!(reply.status, 500);
}
