use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, url_path = "x")]
    async fn a(&self) -> Data<u8> {
        Data(1)
    }

    #[action(detail = true, url_path = "x")]
    async fn b(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
