//! Sessions over actix-session: the app and the browser of the tests.

mod csrf;
mod login;

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
