use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(modle = User)]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
