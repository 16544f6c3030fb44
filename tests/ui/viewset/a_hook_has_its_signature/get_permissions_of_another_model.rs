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
    fn get_permissions(&self, _req: &Request) -> Permissions {
        permissions![IsAuthenticated]
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
