use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    fn get_queryset(&self, _req: &Request) -> u8 {
        1
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
