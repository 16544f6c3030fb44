use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, age -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(search_fields = [nmae])]
struct User {
    id: i32,
    name: String,
    age: i32,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
}
