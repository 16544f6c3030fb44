use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basename = users)]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
