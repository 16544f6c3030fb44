use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    async fn list(&self, pk: Option<i32>) -> Data<Option<i32>> {
        Data(pk)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
