use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(http_method_names = ["get", "heed"])]
impl XViewSet {}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
