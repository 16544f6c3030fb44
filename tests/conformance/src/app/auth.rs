//! Who sends a request: by password or by token.

use std::borrow::Cow;

use viewset_actix::RunQueryDsl;
use viewset_actix::authentication::{AuthToken, AuthUser, Authenticators, PasswordUser};
use viewset_actix::authentication::{BasicAuthentication, TokenAuthentication};
use viewset_actix::diesel::{DefaultBackend, SqliteConn, connection, find};
use viewset_actix::prelude::*;
use viewset_actix::request::RequestHead;

use super::tables::{tokens, users};
use super::users::User;

pub(super) const CLASSES: Authenticators = Authenticators::new(&[
    &BasicAuthentication::<User>::new(),
    &TokenAuthentication::<Token>::new(),
]);

impl AuthUser for User {
    fn pk(&self) -> Cow<'_, str> {
        self.id.to_string().into()
    }

    fn is_active(&self) -> bool {
        self.is_active
    }

    fn is_staff(&self) -> bool {
        self.is_staff
    }
}

impl PasswordUser for User {
    async fn by_username(req: &RequestHead, username: &str) -> Result<Option<Self>> {
        find(req, "username", username).await
    }

    fn password(&self) -> &str {
        &self.password
    }
}

/// The token of a user.
pub(super) struct Token;

impl AuthToken for Token {
    type User = User;

    async fn find(req: &RequestHead, key: &str) -> Result<Option<(Self, User)>> {
        let mut conn = connection::<SqliteConn>(req).await?;
        let found = tokens::table
            .inner_join(users::table.on(users::id.eq(tokens::user_id)))
            .filter(tokens::key.eq(key.to_owned()))
            .select(<User as SelectableHelper<DefaultBackend>>::as_select())
            .get_result(&mut *conn)
            .await
            .optional()?;
        Ok(found.map(|user| (Self, user)))
    }
}
