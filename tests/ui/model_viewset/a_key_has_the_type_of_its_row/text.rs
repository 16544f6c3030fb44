use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    notes (id) { id -> Integer, author -> Text, reviewer -> BigInt, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = notes)]
struct Note {
    id: i32,
    #[field(related = User)]
    author: String,
    #[field(related = User)]
    reviewer: i64,
}

fn main() {
    let _router = DefaultRouter::new()
        .register("users", ModelViewSet::<User>::new())
        .register("notes", ModelViewSet::<Note>::new());
    let _input = Input::<Note>::default();
}
