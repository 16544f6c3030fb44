use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {}

impl XViewSet {
    #[mapping(act.delete)]
    async fn gone(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = XViewSet.gone();
    let _ = SimpleRouter::new().register("x", XViewSet);
}
