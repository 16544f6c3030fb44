use viewset_actix::prelude::*;

diesel::table! {
    users (id) { id -> Integer, name -> Text, age -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
    age: i32,
}

diesel::table! {
    notes (id) { id -> Integer, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = notes)]
struct Note {
    id: i32,
}

struct OnlyNotes;

impl FilterBackend<Note> for OnlyNotes {
    async fn filter_queryset(&self, _: &Request, query: Query<Note>) -> Result<Query<Note>> {
        Ok(query)
    }
}

struct UserViewSet;

#[viewset(model = User, filter_backends = [OnlyNotes])]
impl UserViewSet {}

fn main() {
    let _router = DefaultRouter::new().register("users", UserViewSet);
}
