use viewset_actix::prelude::*;

#[derive(Serializer)]
struct Price {
    #[field(max_digits = 12)]
    amount: f64,
}

fn main() {
    let _price = Price { amount: 1.0 };
}
