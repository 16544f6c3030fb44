use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(basname = "x")]
impl XViewSet {
    #[action(detail = true, url_path = "by/{year}")]
    async fn act(&self) -> Data<u8> {
        Data(1)
    }

    async fn retrieve(&self, id: i32) -> Data<i32> {
        Data(id)
    }
}

fn main() {
    let _ = XViewSet.act();
    let _ = SimpleRouter::new().register("x", XViewSet);
}
