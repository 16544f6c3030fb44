use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = false, throttle_classes = [UserRateThrottle::rate("often")])]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
