use viewset_actix::request::RequestHead;

// What parsers, authenticators and the negotiation are given.
fn parse(head: &RequestHead) -> bool {
    head.action().is_some()
}

fn main() {
    let _parse: fn(&RequestHead) -> bool = parse;
}
