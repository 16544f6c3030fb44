use viewset_actix::prelude::*;

#[derive(Serializer)]
struct Login<T> {
    name: T,
}

fn check<S: viewset_actix::serializers::Serializer>() {}

fn main() {
    check::<Login<String>>();
    let _login = Login { name: 1 };
}
