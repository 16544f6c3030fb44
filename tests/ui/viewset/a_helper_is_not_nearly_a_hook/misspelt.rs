use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basename = "x")]
impl XViewSet {
    fn get_permission(&self, req: &Request) -> Permissions {
        Permissions::of(req)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
