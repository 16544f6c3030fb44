use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    fn get_permissions(&self, _req: &Request) -> Permissions {
        permissions![IsAuthenticated && IsAdminUser]
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
