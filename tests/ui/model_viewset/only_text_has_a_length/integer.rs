use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, age -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    #[field(max_length = 3)]
    age: i32,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
    let _input = Input::<User>::default();
}
