use viewset_actix::prelude::*;

struct Wrong;

struct XViewSet;

#[viewset]
impl XViewSet {
    fn get_permissions(&self, _req: &Request) -> Permissions {
        permissions![IsAuthenticated, Wrong]
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
