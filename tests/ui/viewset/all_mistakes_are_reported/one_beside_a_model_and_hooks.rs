use viewset_actix::prelude::*;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
    }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    username: String,
}

struct XViewSet;

#[viewset(model = User)]
impl XViewSet {
    async fn perform_create(&self, req: &Request, data: Input<User>) -> Result<User> {
        User::create(req, data).await
    }

    async fn list(&self, req: &Request) -> Result<Response> {
        ListModelMixin::list(self, req).await
    }

    #[action(detail = true)]
    async fn act(&self, req: &Request, pkk: i32) -> Result<Data<User>> {
        let _ = pkk;
        Ok(Data(self.get_object(req).await?))
    }
}

fn main() {
    let _ = DefaultRouter::new().register("x", XViewSet);
}
