use viewset_actix::prelude::*;

#[derive(Serialize, ModelViewSet)]
enum User {
    Ann,
}

fn main() {
    let _router = DefaultRouter::new().register("users", ModelViewSet::<User>::new());
    let _ann = User::Ann;
}
