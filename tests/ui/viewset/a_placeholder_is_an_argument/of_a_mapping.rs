use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = false, url_path = "by/{year}")]
    async fn act(&self, year: i32) -> Data<i32> {
        Data(year)
    }

    #[mapping(act.delete)]
    async fn gone(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
