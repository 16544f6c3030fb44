//! The reference application as a user of viewset writes it: its routers, and what of the site is not
//! viewset's.
//!
//! A module is a viewset or a few that belong together. `tables`, `database` and `backend`, of which there is one a
//! database, are about the data, `site` about URLs that no router knows.

mod accounts;
mod auth;
#[cfg(all(feature = "mysql", not(feature = "postgres")))]
#[path = "app/backend/mysql.rs"]
mod backend;
#[cfg(feature = "postgres")]
#[path = "app/backend/postgres.rs"]
mod backend;
#[cfg(not(any(feature = "postgres", feature = "mysql")))]
#[path = "app/backend/sqlite.rs"]
mod backend;
mod currencies;
mod database;
mod describe;
mod events;
mod faults;
mod gate;
mod inspect;
mod notes;
mod people;
mod permissions;
mod ping;
mod public_notes;
mod site;
mod tables;
mod users;
mod versions;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::error::ErrorInternalServerError;
use actix_web::web::{self, ServiceConfig};
use viewset_actix::prelude::*;
use viewset_actix::routers::{BuildError, RouterBuilder};
use viewset_actix::throttling::MemoryStore;

use accounts::AccountViewSet;
use auth::AUTHENTICATORS;
use currencies::CurrencyViewSet;
use events::EventViewSet;
use faults::FaultViewSet;
use gate::GateViewSet;
use inspect::InspectViewSet;
use notes::NoteViewSet;
use people::{PersonViewSet, RosterViewSet};
use ping::PingViewSet;
use public_notes::{AuthorNoteViewSet, PublicNoteViewSet};
use site::Site;
use users::UserViewSet;
use versions::{ReleaseViewSet, StageViewSet};

use crate::replay::RESET;

/// The application's database.
type Database = viewset_actix::diesel::Database<backend::Conn>;

/// The application on its database; cheap to clone, once a worker.
#[derive(Clone)]
pub struct Application {
    state: State,
    site: Site,
}

impl Application {
    /// Opens the database, makes its tables anew, and builds the routers.
    ///
    /// # Errors
    ///
    /// The database cannot be opened, or the routers are not in order.
    pub async fn start(database_url: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let db = Database::connect(database_url).await?;
        database::create(&db).await?;
        let state = State { db, throttles: Arc::default() };
        let api = api(&state)?;
        let direct = direct(&state, &api)?;
        let site = Site::new([
            ("/api", api),
            ("/plain", plain(&state)?),
            ("/direct", direct),
            ("/{version:v[0-9]+}", stages(&state)?),
        ]);
        Ok(Self { state, site })
    }

    /// Adds the application to an actix-web app.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config.app_data(web::Data::new(self.state.clone()));
        config.route(RESET, web::post().to(reset));
        self.site.configure(config);
    }
}

/// What requests change, and a reset brings back.
#[derive(Clone)]
struct State {
    db: Database,
    throttles: Arc<MemoryStore>,
}

/// What holds for all viewsets.
fn settings<K, R>(router: RouterBuilder<K, R>, state: &State) -> RouterBuilder<K, R> {
    router
        .authentication_classes(AUTHENTICATORS)
        .throttle_rate("ping", "3/min")
        .throttle_store(state.throttles.clone())
        .with(state.db.clone())
}

fn api(state: &State) -> Result<Router, BuildError> {
    settings(DefaultRouter::new(), state)
        .register("users", UserViewSet)
        .register("accounts", AccountViewSet)
        .register_as("currencies", "currency", CurrencyViewSet)
        .register_as("people", "person", PersonViewSet)
        .register_as("roster", "roster", RosterViewSet)
        .register("notes", NoteViewSet)
        .register_as("public-notes", "public-note", PublicNoteViewSet)
        .register_as("authors/{author_pk:[0-9]+}/notes", "author-note", AuthorNoteViewSet)
        .register("events", EventViewSet)
        .register_as("inspect", "inspect", InspectViewSet)
        .register_as("gate", "gate", GateViewSet)
        .register_as("faults", "fault", FaultViewSet)
        .register_as("ping", "ping", PingViewSet)
        .register_as("releases", "release", ReleaseViewSet)
        .build()
}

fn plain(state: &State) -> Result<Router, BuildError> {
    settings(SimpleRouter::new(), state)
        .trailing_slash(false)
        .register_as("notes", "plain-note", NoteViewSet)
        .register_as("currencies", "plain-currency", CurrencyViewSet)
        .register_as("inspect", "plain-inspect", InspectViewSet)
        .build()
}

fn stages(state: &State) -> Result<Router, BuildError> {
    settings(SimpleRouter::new(), state).register_as("stages", "stage", StageViewSet).build()
}

/// Viewsets bound by hand. Without a router, basename, detail and the like are unset unless they are
/// given, and the options of an action do not hold.
fn direct(state: &State, api: &Router) -> Result<Router, BuildError> {
    let named = InspectViewSet
        .as_view([("get", "list")])
        .basename("inspect")
        .detail(false)
        .name("Chosen Name")
        .description("Chosen description.");
    let suffixed = InspectViewSet
        .as_view([("get", "retrieve"), ("delete", "destroy")])
        .basename("inspect")
        .detail(true)
        .suffix("Shelf");
    settings(SimpleRouter::new(), state)
        .names_of("/api", api)
        .path("currencies/", CurrencyViewSet.as_view([("get", "list")]))
        .path("inspect/", InspectViewSet.as_view([("get", "list"), ("post", "create")]))
        .path("inspect/named/", named)
        .path("inspect/suffixed/{pk}/", suffixed)
        .path("inspect/report/", InspectViewSet.as_view([("get", "report")]))
        .path(
            "users/{pk}/",
            UserViewSet.as_view([("get", "retrieve"), ("patch", "partial_update")]),
        )
        .path("gate/staff/", GateViewSet.as_view([("get", "staff")]))
        .path("gate/staff-applied/", GateViewSet.as_view([("get", "staff")]).kwargs_of("staff"))
        .build()
}

/// Brings the state back; not a part of the API.
async fn reset(state: web::Data<State>) -> actix_web::Result<HttpResponse> {
    database::reset(&state.db).await.map_err(ErrorInternalServerError)?;
    state.throttles.clear();
    Ok(HttpResponse::NoContent().finish())
}
