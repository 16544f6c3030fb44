//! The apps that are compared, each a server of its own with one worker.

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;
use std::io::{Write, sink, stdin};
use std::sync::{Arc, Mutex};

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use serde::Serialize;
use viewset_actix::prelude::*;

use crate::{events, users};

/// The argument that makes this program the server.
pub(crate) const COMMAND: &str = "serve";
/// The token of every request.
pub(crate) const TOKEN: &str = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b";
/// A request to it makes callgrind write its counts.
pub(crate) const MARK_PATH: &str = "/mark";
/// The pattern of [`mark`] for callgrind.
pub(crate) const MARK_FUNCTION: &str = "dispatch_cost::server::mark*";

/// An app that is served.
#[derive(Clone, Copy)]
pub(crate) enum Site {
    /// The handlers written by hand in actix-web.
    ByHand,
    /// The same as a viewset.
    ViewSet,
    /// The same viewset under 1,000 prefixes.
    Thousand,
    /// The same viewset behind token authentication, a permission and a throttle.
    Guarded,
    /// Users on SQLite, by hand.
    UsersByHand,
    /// Users on SQLite, as a viewset.
    Users,
    /// A few events on SQLite.
    FewEvents,
    /// A million.
    ManyEvents,
}

impl Site {
    pub(crate) const ALL: [Site; 8] = [
        Site::ByHand,
        Site::ViewSet,
        Site::Thousand,
        Site::Guarded,
        Site::UsersByHand,
        Site::Users,
        Site::FewEvents,
        Site::ManyEvents,
    ];
}

#[derive(Serialize)]
struct Pong {
    ping: &'static str,
}

#[derive(Serialize)]
struct NumberedPong {
    ping: i32,
}

async fn ping() -> HttpResponse {
    HttpResponse::Ok().json(Pong { ping: "pong" })
}

async fn numbered_ping(pk: web::Path<i32>) -> HttpResponse {
    HttpResponse::Ok().json(NumberedPong { ping: pk.into_inner() })
}

fn by_hand(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/api")
            .service(web::resource("/ping/").route(web::get().to(ping)))
            .service(web::resource("/ping/{pk}/").route(web::get().to(numbered_ping))),
    );
}

struct PingViewSet;

#[viewset]
impl PingViewSet {
    async fn list(&self) -> Data<Pong> {
        Data(Pong { ping: "pong" })
    }

    async fn retrieve(&self, pk: i32) -> Data<NumberedPong> {
        Data(NumberedPong { ping: pk })
    }
}

fn thousand() -> SimpleRouter {
    (0..1000).fold(SimpleRouter::new(), |router, number| {
        let name = format!("ping-{number:04}");
        router.register_as(name.clone(), name, PingViewSet)
    })
}

/// A user who is known without a look into a database.
struct Caller;

impl AuthUser for Caller {
    fn pk(&self) -> Cow<'_, str> {
        Cow::Borrowed("1")
    }
}

struct Key;

impl AuthToken for Key {
    type User = Caller;

    async fn find(_req: &RequestHead, key: &str) -> Result<Option<(Self, Caller)>> {
        Ok((key == TOKEN).then_some((Self, Caller)))
    }
}

fn guarded() -> SimpleRouter {
    SimpleRouter::new()
        .authentication_classes(authenticators![TokenAuthentication::<Key>::new()])
        .permission_classes(permissions![IsAuthenticated])
        .throttle_classes(throttles![UserRateThrottle::rate("100000000/day")])
        .register_as("ping", "ping", PingViewSet)
}

/// Callgrind writes its counts out whenever this is entered, and starts again at zero.
#[inline(never)]
fn mark() {
    black_box(());
}

async fn marked() -> HttpResponse {
    mark();
    HttpResponse::NoContent().finish()
}

/// Serves all sites, says their ports, and ends with its standard input.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut stdin(), &mut sink());
        std::process::exit(0);
    });
    let viewset = SimpleRouter::new().register_as("ping", "ping", PingViewSet).build()?;
    let thousand = thousand().build()?;
    let guarded = guarded().build()?;
    let mounted = |router: Router| {
        move |config: &mut web::ServiceConfig| {
            config.service(web::scope("/api").service(router.clone()));
        }
    };
    let folder = std::env::current_exe()?;
    let (twin, own) = (folder.with_file_name("by-hand.db"), folder.with_file_name("viewset.db"));
    users::create(&twin)?;
    users::create(&own)?;
    let mut conn = SqliteConnection::establish(&twin.display().to_string())?;
    conn.batch_execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    let by_hand_on_sqlite = users::by_hand::configure(Arc::new(Mutex::new(conn)));
    actix_web::rt::System::new().block_on(async move {
        let db = Db::connect(&own.display().to_string()).await?;
        let users = SimpleRouter::new().register("users", users::UserViewSet).with(db).build()?;
        let servers = [
            serve(by_hand)?,
            serve(mounted(viewset))?,
            serve(mounted(thousand))?,
            serve(mounted(guarded))?,
            serve(by_hand_on_sqlite)?,
            serve(mounted(users))?,
            serve(mounted(events(events::FEW).await?))?,
            serve(mounted(events(events::MANY).await?))?,
        ];
        for (_, port) in &servers {
            println!("{port}");
        }
        std::io::stdout().flush()?;
        let running = servers.map(|(server, _)| actix_web::rt::spawn(server));
        for server in running {
            server.await??;
        }
        Ok(())
    })
}

/// So many events.
async fn events(events: u32) -> Result<Router, Box<dyn Error>> {
    let db = Db::connect(&events::path(events)?.display().to_string()).await?;
    Ok(SimpleRouter::new().register("events", events::EventViewSet).with(db).build()?)
}

fn serve(
    configure: impl Fn(&mut web::ServiceConfig) + Send + Clone + 'static,
) -> Result<(Server, u16), Box<dyn Error>> {
    let app =
        move || App::new().configure(configure.clone()).route(MARK_PATH, web::get().to(marked));
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0))?;
    let port = server.addrs().into_iter().next().ok_or("the server has no address")?.port();
    Ok((server.run(), port))
}
