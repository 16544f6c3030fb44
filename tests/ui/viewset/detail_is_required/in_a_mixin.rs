use viewset_actix::prelude::*;

#[mixin]
trait PublishMixin: ViewSet {
    #[action(methods = ["post"])]
    async fn publish(&self) -> Data<u8> {
        Data(1)
    }
}

struct XViewSet;

#[viewset(mixins = [PublishMixin])]
impl XViewSet {}

fn main() {
    let _ = XViewSet.publish();
    let _ = SimpleRouter::new().register("x", XViewSet);
}
