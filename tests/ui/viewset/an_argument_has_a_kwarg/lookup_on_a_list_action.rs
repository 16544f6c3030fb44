use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = false)]
    async fn act(&self, pk: i32) -> Data<i32> {
        Data(pk)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
