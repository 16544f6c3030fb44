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

#[derive(Serializer)]
#[serializer(model = User)]
struct UserRef {
    id: i32,
    nmae: String,
}

struct UserViewSet;

#[viewset(model = User, serializer_class = UserRef)]
impl UserViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("users", UserViewSet);
}
