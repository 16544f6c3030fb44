use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl Clone for XViewSet {
    fn clone(&self) -> Self {
        XViewSet
    }
}

fn main() {
    let _ = XViewSet.clone();
}
