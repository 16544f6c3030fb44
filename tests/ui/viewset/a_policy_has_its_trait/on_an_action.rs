use viewset_actix::prelude::*;

struct Wrong;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = false, throttle_classes = [ScopedRateThrottle, Wrong])]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
