use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true)]
    async fn a_b(&self) -> Data<u8> {
        Data(1)
    }

    #[action(detail = true, url_name = "a-b")]
    async fn c(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
