use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(throttle_classes = [AnonRateThrottle::rate("3/week")])]
impl XViewSet {
    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
