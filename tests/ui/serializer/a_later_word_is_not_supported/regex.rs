use viewset_actix::prelude::*;

#[derive(Serializer)]
struct Login {
    #[field(regex)]
    name: String,
}

struct LoginViewSet;

#[viewset]
impl LoginViewSet {
    #[action(detail = false, methods = ["post"])]
    async fn login(&self, data: Validated<Login>) -> Data<bool> {
        let _login: &Login = &data;
        Data(true)
    }
}

fn main() {
    let _router = DefaultRouter::new().register("login", LoginViewSet);
}
