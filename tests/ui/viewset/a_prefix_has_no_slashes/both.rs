use viewset_actix::prelude::*;

#[derive(Default)]
struct XViewSet;

#[viewset(prefix = "/users/")]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
