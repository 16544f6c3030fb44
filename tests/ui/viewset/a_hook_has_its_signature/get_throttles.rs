use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    fn get_throttles(&self) -> Throttles {
        throttles![]
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
