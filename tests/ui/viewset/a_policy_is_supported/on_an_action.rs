use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, serializer_class = Short)]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
