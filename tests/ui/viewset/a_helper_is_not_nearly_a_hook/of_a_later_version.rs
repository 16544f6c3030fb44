use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basename = "x")]
impl XViewSet {
    fn paginate_queryset(&self) -> [u8; 0] {
        []
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
