use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, age -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(nope)]
struct User {
    id: i32,
    #[field(read_only, write_only)]
    name: String,
    #[field(min_length = 1)]
    age: i32,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
    let _input = Input::<User>::default();
}
