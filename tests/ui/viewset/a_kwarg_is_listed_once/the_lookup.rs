use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(kwargs = [pk])]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
