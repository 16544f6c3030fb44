use viewset_actix::prelude::*;

#[viewset]
trait Publish {
    #[action(detail = true)]
    fn publish(&self) {}
}

impl Publish for () {}

fn main() {
    ().publish();
}
