use viewset_actix::prelude::*;

#[derive(Serializer)]
struct Login {
    #[field(method)]
    name: String,
}

fn main() {
    let _login = Login { name: String::new() };
}
