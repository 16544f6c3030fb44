use viewset_actix::prelude::*;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
    }
}

#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    username: String,
}

struct Note;

struct Unlocked;

impl ObjectPermission<Note> for Unlocked {
    async fn has_object_permission(&self, _req: &Request, _note: &Note) -> Result<bool> {
        Ok(true)
    }
}

struct XViewSet;

#[viewset(model = User)]
impl XViewSet {
    fn get_permissions(&self, _req: &Request) -> Permissions<User> {
        permissions![Unlocked]
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
