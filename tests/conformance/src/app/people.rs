//! Users as others see them: by hand, and as a model.

use viewset_actix::diesel::connection;
use viewset_actix::prelude::*;

use super::tables::users;

/// A user as others refer to one.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
pub(super) struct UserRef {
    pub(super) id: i32,
    pub(super) username: String,
}

pub(super) struct PersonViewSet;

/// A plain viewset over a model, with handlers written by hand.
#[viewset]
impl PersonViewSet {
    async fn list(&self, req: &Request) -> Result<Data<Vec<UserRef>>> {
        let queryset = UserRef::objects().order(users::id);
        Ok(Data(UserRef::fetch(queryset, &mut *connection(req).await?).await?))
    }

    async fn retrieve(&self, req: &Request, pk: i32) -> Result<Data<UserRef>> {
        let queryset = UserRef::objects().filter(users::id.eq(pk));
        let person = UserRef::fetch_one(queryset, &mut *connection(req).await?).await?;
        person.map(Data).ok_or_else(|| Error::no_match("User"))
    }
}

pub(super) struct RosterViewSet;

/// Its get_permissions() decides alone, whatever an action asks for.
#[viewset(model = UserRef, mixins = [RetrieveModelMixin, ListModelMixin])]
impl RosterViewSet {
    fn get_queryset(&self, _req: &Request) -> Result<Query<UserRef>> {
        Ok(UserRef::objects().order(users::id))
    }

    #[action(detail = false)]
    async fn size(&self, req: &Request) -> Result<impl IntoResponse> {
        let queryset = self.get_queryset(req)?;
        let size = UserRef::count(queryset, &mut *self.connection(req).await?).await?;
        Ok(Data(json!({"size": size})))
    }
}
