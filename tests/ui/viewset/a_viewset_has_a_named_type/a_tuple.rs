use viewset_actix::prelude::*;

#[viewset]
impl (u8, u8) {}

fn main() {}
