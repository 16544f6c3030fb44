use viewset_actix::prelude::*;

#[mixin]
trait Publish: ViewSet {
    #[action(detail = true)]
    async fn publish(&self) -> Data<u8>;
}

fn main() {}
