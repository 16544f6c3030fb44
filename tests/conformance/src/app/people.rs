//! Users as others see them: by hand, and as a model.

use viewset_actix::prelude::*;

use super::tables::users;
use super::users::User;

/// A user as others refer to one.
#[derive(Serializer)]
#[serializer(model = User)]
pub(super) struct UserRef {
    id: i32,
    username: String,
}

pub(super) struct PersonViewSet;

/// A plain viewset over a model, with handlers written by hand.
#[viewset]
impl PersonViewSet {
    async fn list(&self, req: &Request) -> Result<RawJson> {
        req.get_serializer::<UserRef>().fetch(User::objects().order(users::id)).await
    }

    async fn retrieve(&self, req: &Request, pk: String) -> Result<RawJson> {
        let user = generics::get_object_or_404(req, User::objects(), "pk", &pk).await?;
        req.get_serializer::<UserRef>().data(&user).await
    }
}

pub(super) struct RosterViewSet;

/// Its get_permissions() decides alone, whatever an action asks for.
#[viewset(
    model = User,
    mixins = [RetrieveModelMixin, ListModelMixin],
    serializer_class = UserRef
)]
impl RosterViewSet {
    fn get_permissions(&self, req: &Request) -> Permissions<User> {
        match req.action() {
            Some("list") => permissions![IsAuthenticated],
            _ => permissions![IsAdminUser],
        }
    }

    fn get_queryset(&self, _req: &Request) -> Result<Query<User>> {
        Ok(User::objects().order(users::id))
    }

    #[action(detail = false, permission_classes = [AllowAny])]
    async fn size(&self, req: &Request) -> Result<impl IntoResponse> {
        let queryset = self.get_queryset(req)?;
        let size = User::count(queryset, &mut *self.connection(req).await?).await?;
        Ok(Data(json!({"size": size})))
    }
}
