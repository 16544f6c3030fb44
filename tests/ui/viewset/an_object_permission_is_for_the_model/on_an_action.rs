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
    #[action(detail = false, permission_classes = [IsAuthenticated & Unlocked])]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
