use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(queryset = rows())]
impl XViewSet {
    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
