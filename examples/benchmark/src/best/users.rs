//! What the service asks of a database.

use std::error::Error;

use crate::input::{Changes, NewUser};
use crate::page::PageRequest;

/// A database of which every worker opens its own users.
pub(crate) trait Open: Clone + Send + 'static {
    type Users: Users;

    async fn users(&self) -> Result<Self::Users, Box<dyn Error>>;
}

/// The users as one worker sees them. What is found is written as JSON.
pub(crate) trait Users: 'static {
    async fn page(&self, page: PageRequest<'_>) -> Result<Vec<u8>, Refusal>;
    async fn find(&self, id: i32) -> Result<Vec<u8>, Refusal>;
    async fn insert(&self, user: NewUser<'_>) -> Result<Vec<u8>, Refusal>;
    /// There is a change at least.
    async fn update(&self, id: i32, changes: Changes<'_>) -> Result<Vec<u8>, Refusal>;
    async fn delete(&self, id: i32) -> Result<(), Refusal>;
    /// The user of that name.
    async fn named(&self, username: &str) -> Result<Option<i32>, Refusal>;
}

/// Why there is no row to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoUser,
    NoPage,
    /// Another user has the name.
    Taken,
    /// The database cannot be asked; the reason was logged.
    Failed,
}

impl Refusal {
    /// Logs why the database could not be asked.
    pub(crate) fn failed(error: &dyn Error) -> Self {
        eprintln!("the database failed: {error}");
        Self::Failed
    }
}
