use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basename = "x")]
impl XViewSet {
    fn get_throttles(&self) -> [u8; 0] {
        []
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
