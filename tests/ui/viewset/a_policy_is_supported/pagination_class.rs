use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(pagination_class = PageNumberPagination::of(20))]
impl XViewSet {
    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
