//! Who asks, for the tests of policies: users in memory with tokens and passwords, and requests in their
//! names.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use viewset_actix::authentication::{ModelPermission, Right};
use viewset_actix::permissions::HasObjectPerm;
use viewset_actix::prelude::*;
use viewset_tests::{Reply, Server};

use crate::support::Author;

/// A user of the tests.
#[derive(Clone, Copy)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    is_active: bool,
    is_staff: bool,
    /// Rights on all authors, as Django writes them.
    rights: &'static [&'static str],
}

/// Ann has no rights, Ed edits, Sue is staff, Zed has left.
const USERS: [User; 4] = [
    User { name: "ann", is_active: true, is_staff: false, rights: &[] },
    User { name: "ed", is_active: true, is_staff: false, rights: &["add_author", "change_author"] },
    User { name: "sue", is_active: true, is_staff: true, rights: &["delete_author"] },
    User { name: "zed", is_active: false, is_staff: true, rights: &[] },
];

pub(crate) fn find(name: &str) -> Option<User> {
    USERS.into_iter().find(|user| user.name == name)
}

impl AuthUser for User {
    fn pk(&self) -> Cow<'_, str> {
        self.name.into()
    }
    fn is_active(&self) -> bool {
        self.is_active
    }
    fn is_staff(&self) -> bool {
        self.is_staff
    }
    async fn has_perm(&self, _req: &RequestHead, permission: ModelPermission) -> Result<bool> {
        Ok(self.rights.contains(&permission.to_string().as_str()))
    }
}

/// Everybody may view the first author, and the others who may change authors. Changing and deleting goes
/// for the first author alone.
impl HasObjectPerm<Author> for User {
    async fn has_object_perm(&self, _req: &Request, right: Right, author: &Author) -> Result<bool> {
        let is_editor = self.rights.contains(&"change_author");
        Ok(match right {
            Right::View => author.id == 1 || is_editor,
            _ => author.id == 1,
        })
    }
}

impl PasswordUser for User {
    async fn by_username(_req: &RequestHead, username: &str) -> Result<Option<Self>> {
        Ok(find(username))
    }
    /// Everybody's is `correct horse`.
    fn password(&self) -> &str {
        "pbkdf2_sha256$1$salt$xOEfG6ymEDJ8fNSD2M6IJ0r8bE5FeVaxgYMnZIVZPek="
    }
}

/// The key of a user: their name and `-key`.
pub(crate) struct Key(pub(crate) String);

impl AuthToken for Key {
    type User = User;

    async fn find(_req: &RequestHead, key: &str) -> Result<Option<(Self, User)>> {
        let user = key.strip_suffix("-key").and_then(find);
        Ok(user.map(|user| (Self(key.to_owned()), user)))
    }
}

impl BearerToken for Key {
    async fn verify(_req: &RequestHead, token: &str) -> Result<Option<Credentials>> {
        Ok(token.strip_suffix("-jwt").and_then(find).map(Credentials::new))
    }
}

/// The stock authenticators of these users.
pub(crate) const BASIC: BasicAuthentication<User> = BasicAuthentication::new();
pub(crate) const TOKEN: TokenAuthentication<Key> = TokenAuthentication::new();
pub(crate) const BEARER: BearerAuthentication<Key> = BearerAuthentication::new();

pub(crate) const NOT_AUTHENTICATED: &str =
    r#"{"detail":"Authentication credentials were not provided."}"#;
pub(crate) const DENIED: &str =
    r#"{"detail":"You do not have permission to perform this action."}"#;

/// `Basic` and the base64 of a name and a password.
pub(crate) fn basic(credentials: impl AsRef<[u8]>) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(credentials))
}

/// Sends a request with this `Authorization`; empty for none. What writes says something valid.
pub(crate) fn authorized(server: &Server, method: &str, path: &str, authorization: &str) -> Reply {
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend((!authorization.is_empty()).then_some(("Authorization", authorization)));
    let body: &[u8] = match method {
        "POST" | "PUT" | "PATCH" => br#"{"name":"Cy"}"#,
        _ => b"",
    };
    server.send(method, path, &headers, body)
}

/// Sends a request with the token of a user; an empty name is nobody.
pub(crate) fn as_user(server: &Server, user: &str, method: &str, path: &str) -> Reply {
    let token = if user.is_empty() { String::new() } else { format!("Token {user}-key") };
    authorized(server, method, path, &token)
}
