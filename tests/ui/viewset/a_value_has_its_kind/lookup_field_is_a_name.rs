use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(lookup_field = "a-b")]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
