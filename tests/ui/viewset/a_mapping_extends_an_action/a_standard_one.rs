use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[mapping(list.delete)]
    async fn gone(&self) -> Data<u8> {
        Data(1)
    }

    async fn list(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
