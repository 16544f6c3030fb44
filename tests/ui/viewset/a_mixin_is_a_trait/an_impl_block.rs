use viewset_actix::prelude::*;

struct XViewSet;

#[mixin]
impl XViewSet {}

fn main() {
    let _ = XViewSet;
}
