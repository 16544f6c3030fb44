use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, }
}

diesel::table! {
    notes (id) { id -> Integer, title -> Text, }
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
    title: String,
}

#[derive(Serializer)]
#[serializer(model = Note)]
struct NoteTitle {
    title: String,
}

#[derive(Serializer)]
struct Login {
    name: String,
}

struct UserViewSet;

#[viewset(model = User, serializer_class = NoteTitle)]
impl UserViewSet {}

struct LoginViewSet;

#[viewset(model = User, serializer_class = Login)]
impl LoginViewSet {}

fn main() {
    let _router = DefaultRouter::new()
        .register("users", UserViewSet)
        .register_as("logins", "login", LoginViewSet);
}
