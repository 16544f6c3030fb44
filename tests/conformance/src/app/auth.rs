//! Who sends a request: users, by their password or by a token.

use std::borrow::Cow;

use viewset_actix::RunQueryDsl;
use viewset_actix::diesel::{Backend, connection};
use viewset_actix::prelude::*;

use super::backend::Conn;
use super::tables::{tokens, users};
use super::users::User;

impl AuthUser for User {
    fn pk(&self) -> Cow<'_, str> {
        Cow::Owned(self.id.to_string())
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
        Self::find_by(req, "username", username).await
    }

    fn password(&self) -> &str {
        &self.password
    }
}

/// `Authorization: Token <key>`, against the `tokens` table.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens)]
pub(super) struct Token {
    pub(super) key: String,
}

impl AuthToken for Token {
    type User = User;

    async fn find(req: &RequestHead, key: &str) -> Result<Option<(Self, User)>> {
        let columns = (Token::as_select(), <User as SelectableHelper<Backend<User>>>::as_select());
        let query = tokens::table.inner_join(users::table).filter(tokens::key.eq(key));
        let mut conn = connection::<Conn>(req).await?;
        Ok(query.select(columns).get_result(&mut *conn).await.optional()?)
    }
}

const BY_TOKEN: TokenAuthentication<Token> = TokenAuthentication::new();

/// Token authentication without a challenge: refusals become 403 instead of 401.
pub(super) struct SilentTokenAuthentication;

impl Authentication for SilentTokenAuthentication {
    async fn authenticate(&self, req: &RequestHead) -> Result<Option<Credentials>> {
        BY_TOKEN.authenticate(req).await
    }
}

/// How it is found out who asks, where a viewset says nothing else: by password, then by token.
pub(super) const AUTHENTICATORS: Authenticators =
    authenticators![BasicAuthentication::<User>::new(), TokenAuthentication::<Token>::new()];
