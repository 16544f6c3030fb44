use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, url_path = "{a}/{a}")]
    async fn act(&self, _a: i32) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
