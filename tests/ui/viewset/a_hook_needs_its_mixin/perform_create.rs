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

#[viewset(model = User, mixins = [ListModelMixin])]
impl XViewSet {
    async fn perform_create(&self, _req: &Request) -> Result<User> {
        Err(Error::not_found())
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
