use viewset_actix::prelude::*;

struct Note;

struct Unlocked;

impl ObjectPermission<Note> for Unlocked {
    async fn has_object_permission(&self, _req: &Request, _note: &Note) -> Result<bool> {
        Ok(true)
    }
}

struct XViewSet;

#[viewset(permission_classes = [Unlocked])]
impl XViewSet {
    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
