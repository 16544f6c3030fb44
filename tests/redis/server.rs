//! One of several processes that count their clients together in Redis: `throttled-server URL PREFIX`. It
//! prints its port and serves until its standard input ends.

use std::error::Error;
use std::io::{Write, copy, sink, stdin, stdout};

use actix_web::{App, HttpServer, web};
use viewset_actix::prelude::*;
use viewset_actix::throttling::RedisStore;

struct PingViewSet;

#[viewset(throttle_classes = [AnonRateThrottle::rate("100/hour")])]
impl PingViewSet {
    async fn list(&self) -> Data<&'static str> {
        Data("pong")
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(prefix)) = (arguments.next(), arguments.next()) else {
        return Err("it is called with the URL of a Redis and a prefix".into());
    };
    std::thread::spawn(|| {
        let _ = copy(&mut stdin(), &mut sink());
        std::process::exit(0);
    });
    let router = SimpleRouter::new()
        .register_as("ping", "ping", PingViewSet)
        .throttle_store(RedisStore::connect(&url)?.prefix(prefix))
        .build()?;
    let app = move || App::new().service(web::scope("/api").service(router.clone()));
    let server = HttpServer::new(app).workers(2).bind(("127.0.0.1", 0))?;
    println!("{}", server.addrs().first().ok_or("no address")?.port());
    stdout().flush()?;
    actix_web::rt::System::new().block_on(server.run())?;
    Ok(())
}
