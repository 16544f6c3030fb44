//! The table and what is read from it and written to it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

diesel::table! {
    users (id) {
        id -> Integer,
        username -> Text,
        email -> Text,
        first_name -> Text,
        is_active -> Bool,
        date_joined -> Timestamp,
    }
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = users)]
pub(crate) struct User {
    id: i32,
    username: String,
    email: String,
    first_name: String,
    is_active: bool,
    date_joined: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub(crate) struct NewUser {
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) is_active: bool,
    pub(crate) date_joined: NaiveDateTime,
}

/// What is `None` stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = users)]
pub(crate) struct Changes {
    pub(crate) username: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) is_active: Option<bool>,
}

impl Changes {
    /// Diesel makes no UPDATE of it.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self { username: None, email: None, first_name: None, is_active: None })
    }
}
