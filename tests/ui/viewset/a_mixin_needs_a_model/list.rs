use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(mixins = [ListModelMixin])]
impl XViewSet {
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
