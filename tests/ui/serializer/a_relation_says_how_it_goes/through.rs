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
    group_id: i32,
}

#[derive(Serializer)]
#[serializer(model = User)]
struct UserRef {
    name: String,
    #[field(through = Member, source = user_id)]
    groups: Vec<i32>,
    #[field(nested, through = Member, source = user_id.group_id.name)]
    members: Vec<MemberRef>,
    #[field(through = Member, source = user_id.group_id)]
    group: i32,
}

#[derive(Serializer)]
#[serializer(model = Member)]
struct MemberRef {
    id: i32,
}

struct UserViewSet;

#[viewset(model = User, serializer_class = UserRef)]
impl UserViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("users", UserViewSet);
}
