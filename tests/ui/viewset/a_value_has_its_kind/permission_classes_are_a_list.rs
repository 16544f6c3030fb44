use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(permission_classes = IsAdminUser)]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
