use viewset_actix::prelude::*;

#[derive(Serializer)]
struct Login(String);

fn check<S: viewset_actix::serializers::Serializer>() {}

fn main() {
    check::<Login>();
    let _login = Login(String::new());
}
