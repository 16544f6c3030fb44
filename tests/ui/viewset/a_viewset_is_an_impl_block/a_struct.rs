use viewset_actix::prelude::*;

#[viewset]
struct XViewSet;

fn main() {
    let _ = XViewSet;
}
