use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    #[action(detail = true, methods = ["put"])]
    async fn password(&self) -> Data<u8> {
        Data(1)
    }

    #[mapping(password.delete)]
    async fn gone(&self) -> Data<u8> {
        Data(1)
    }

    #[mapping(gone.post)]
    async fn back(&self) -> Data<u8> {
        Data(1)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
