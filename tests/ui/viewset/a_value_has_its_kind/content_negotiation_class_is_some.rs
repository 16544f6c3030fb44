use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(content_negotiation_class = None)]
impl XViewSet {
    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
