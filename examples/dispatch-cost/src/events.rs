//! Events, a few and a great many: a page by cursor costs the same of either.

use std::path::{Path, PathBuf};

use viewset_actix::prelude::*;

use crate::users;

diesel::table! {
    events (id) { id -> Integer, number -> Integer, title -> Text, }
}

#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = events)]
#[viewset(ordering_fields = [number])]
pub(crate) struct Event {
    id: i32,
    number: i32,
    title: String,
}

pub(crate) struct EventViewSet;

#[viewset(model = Event, pagination_class = CursorPagination::of(20).ordering(&["number"]))]
impl EventViewSet {}

/// A page from the middle of a few: `p=5000`.
pub(crate) const PAGE: &str = "/api/events/?cursor=cD01MDAw";

/// How many there are.
pub(crate) const FEW: u32 = 10_000;
pub(crate) const MANY: u32 = 1_000_000;

/// The file with so many.
pub(crate) fn path(events: u32) -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(format!("events-{events}.db")))
}

/// Makes the files.
pub(crate) fn create() -> Result<(), Box<dyn std::error::Error>> {
    for events in [FEW, MANY] {
        create_one(&path(events)?, events)?;
    }
    Ok(())
}

fn create_one(path: &Path, events: u32) -> Result<(), Box<dyn std::error::Error>> {
    users::create_with(
        path,
        &format!(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE events (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, title TEXT NOT NULL);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {events})
                 INSERT INTO events SELECT i, i, 'event ' || i FROM n;
             CREATE INDEX events_number ON events (number);"
        ),
    )
}
