use viewset_actix::prelude::*;

#[mixin]
trait Publish {
    #[action(detail = true)]
    async fn publish(&self) -> Data<u8> {
        Data(1)
    }
}

struct XViewSet;

#[viewset(mixins = [Publish])]
impl XViewSet {}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
