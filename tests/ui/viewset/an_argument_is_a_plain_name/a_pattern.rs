use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true)]
    async fn act(&self, State(n): State<u8>) -> Data<u8> {
        Data(n)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
