use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, methods = ["put"])]
    async fn password(&self) -> Data<u8> {
        Data(1)
    }

    #[mapping(password.delete)]
    async fn destroy(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
