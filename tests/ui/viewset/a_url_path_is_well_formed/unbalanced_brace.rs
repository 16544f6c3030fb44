use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, url_path = "by/{year")]
    async fn act(&self, year: i32) -> Data<u8> {
        Data(u8::from(year > 0))
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
