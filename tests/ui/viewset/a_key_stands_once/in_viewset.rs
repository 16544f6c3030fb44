use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basename = "a", basename = "b")]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
