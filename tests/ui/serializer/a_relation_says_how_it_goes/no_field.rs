use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    members (id) { id -> Integer, user_id -> Integer, group_id -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = members)]
struct Member {
    id: i32,
    #[field(related = User)]
    user_id: i32,
    #[field(related = User)]
    group_id: i32,
}

#[derive(Serializer)]
#[serializer(model = User)]
struct UserRef {
    name: String,
    #[field(slug_related, through = Member, source = user_id.group_id.title)]
    groups: Vec<String>,
}

struct UserViewSet;

#[viewset(model = User, serializer_class = UserRef)]
impl UserViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("users", UserViewSet);
}
