use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(pagination_class = PageNumberPagination::of(20))]
impl XViewSet {
    #[action(detail = false, search_fields = [name])]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
