use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, age -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
    age: i32,
}

struct UserViewSet;

#[viewset(model = User, search_fields = [name, istartswith(nmae)])]
impl UserViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("users", UserViewSet);
}
