use viewset_actix::prelude::*;

struct XViewSet;

struct Filter;

#[viewset]
impl XViewSet {
    #[action(detail = true)]
    async fn act(&self, filter: Filter) -> Data<u8> {
        drop(filter);
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
