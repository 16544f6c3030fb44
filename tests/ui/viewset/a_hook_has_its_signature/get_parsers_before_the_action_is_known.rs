use viewset_actix::prelude::*;

struct XViewSet;

#[viewset]
impl XViewSet {
    fn get_parsers(&self, req: &Request) -> Parsers {
        Parsers::of(req)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
