use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true)]
    const LIMIT: u8 = 1;
}

fn main() {
    let _ = XViewSet::LIMIT;
    let _ = SimpleRouter::new().register("x", XViewSet);
}
