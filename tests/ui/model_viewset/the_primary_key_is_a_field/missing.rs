use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

#[derive(Queryable, Selectable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    name: String,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
}
