struct XViewSet;

#[viewset_actix::viewset]
impl XViewSet {
    #[viewset_actix::action(detail = true, methods = ["psot"])]
    async fn act(&self) -> viewset_actix::renderers::Data<u8> {
        viewset_actix::renderers::Data(1)
    }
}

fn main() {
    let _ = viewset_actix::routers::SimpleRouter::new().register("x", XViewSet);
}
