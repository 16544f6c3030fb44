use viewset_actix::prelude::*;

struct XViewSet;

#[viewset(kwargs = [a, b, c, d, e, f, g, h, i, j])]
impl XViewSet {
    #[action(detail = true)]
    #[rustfmt::skip]
    async fn act(
        &self, req: &Request, pk: u8,
        a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8,
    ) -> Data<u8> {
        let _ = req;
        Data(pk + a + b + c + d + e + f + g + h + i + j)
    }
}

fn main() {
    let _ = SimpleRouter::new().register("x", XViewSet);
}
