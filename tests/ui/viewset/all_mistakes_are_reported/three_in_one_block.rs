use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(methods = ["post"])]
    async fn a(&self) -> Data<u8> {
        Data(1)
    }

    #[action(detail = true, metods = ["post"])]
    async fn b(&self) -> Data<u8> {
        Data(1)
    }

    #[mapping(c.get)]
    async fn d(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
