use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true)]
    async fn act(&self, pkk: i32) -> Data<i32> {
        Data(pkk)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
