use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    #[field(write_only)]
    name: String,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
    let _input = Input::<User>::default();
}
