use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
#[viewset(search_fields = [name])]
struct User {
    id: i32,
    name: String,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
    let _input = Input::<User>::default();
}
