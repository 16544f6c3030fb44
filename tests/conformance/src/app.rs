//! The reference application as a user of viewset writes it: its routers, and what of the site is not
//! viewset's.
//!
//! A module is a viewset or a few that belong together. `tables` and `database` are about the data,
//! `site` about URLs that no router knows.

mod accounts;
mod auth;
mod currencies;
mod database;
mod describe;
mod events;
mod faults;
mod inspect;
mod notes;
mod passwords;
mod people;
mod public_notes;
mod site;
mod tables;
mod users;

use actix_web::HttpResponse;
use actix_web::error::ErrorInternalServerError;
use actix_web::web::{self, ServiceConfig};
use viewset_actix::prelude::*;
use viewset_actix::routers::BuildError;

use accounts::AccountViewSet;
use currencies::CurrencyViewSet;
use events::EventViewSet;
use faults::FaultViewSet;
use inspect::InspectViewSet;
use notes::NoteViewSet;
use people::{PersonViewSet, RosterViewSet};
use public_notes::{AuthorNoteViewSet, PublicNoteViewSet};
use site::Site;
use users::UserViewSet;

use crate::replay::RESET;

/// The application on its database; cheap to clone, once a worker.
#[derive(Clone)]
pub struct Application {
    db: Db,
    site: Site,
}

impl Application {
    /// Opens the database, makes its tables anew, and builds the routers.
    ///
    /// # Errors
    ///
    /// The database cannot be opened, or the routers are not in order.
    pub async fn start(database_url: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let db = Db::connect(database_url).await?;
        database::create(&db).await?;
        let site =
            Site::new([("/api", api(&db)?), ("/plain", plain(&db)?), ("/direct", direct(&db)?)]);
        Ok(Self { db, site })
    }

    /// Adds the application to an actix-web app.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config.app_data(web::Data::new(self.db.clone()));
        config.route(RESET, web::post().to(reset));
        self.site.configure(config);
    }
}

fn api(db: &Db) -> Result<Router, BuildError> {
    DefaultRouter::new()
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
        .register_as("faults", "fault", FaultViewSet)
        .authentication_classes(auth::CLASSES)
        .with(db.clone())
        .build()
}

fn plain(db: &Db) -> Result<Router, BuildError> {
    SimpleRouter::new()
        .trailing_slash(false)
        .register_as("notes", "plain-note", NoteViewSet)
        .register_as("currencies", "plain-currency", CurrencyViewSet)
        .register_as("inspect", "plain-inspect", InspectViewSet)
        .authentication_classes(auth::CLASSES)
        .with(db.clone())
        .build()
}

/// Viewsets bound by hand. Without a router, basename, detail and the like are unset unless they are
/// given, and the options of an action do not hold.
fn direct(db: &Db) -> Result<Router, BuildError> {
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
    SimpleRouter::new()
        .path("currencies/", CurrencyViewSet.as_view([("get", "list")]))
        .path("inspect/", InspectViewSet.as_view([("get", "list"), ("post", "create")]))
        .path("inspect/named/", named)
        .path("inspect/suffixed/{pk}/", suffixed)
        .path("inspect/report/", InspectViewSet.as_view([("get", "report")]))
        .path(
            "users/{pk}/",
            UserViewSet.as_view([("get", "retrieve"), ("patch", "partial_update")]),
        )
        .authentication_classes(auth::CLASSES)
        .with(db.clone())
        .build()
}

/// Brings the state back; not a part of the API.
async fn reset(db: web::Data<Db>) -> actix_web::Result<HttpResponse> {
    database::reset(&db).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::NoContent().finish())
}
