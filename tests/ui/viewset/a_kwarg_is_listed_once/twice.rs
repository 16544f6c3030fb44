use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(kwargs = [author, author])]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
