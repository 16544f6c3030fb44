//! What the handlers ask of a database.

use crate::failure::Failure;
use crate::models::{Changes, NewUser, User};

/// Rows on a page.
pub(crate) const PAGE_SIZE: i64 = 20;

/// The users in a database; cheap to clone.
pub(crate) trait Users: Clone + Send + Sync + 'static {
    /// The number of all users, and those of a page.
    async fn page(&self, number: i64) -> Result<(i64, Vec<User>), Failure>;
    async fn find(&self, id: i32) -> Result<User, Failure>;
    /// Whether another user has the name.
    async fn is_taken(&self, username: String, except: Option<i32>) -> Result<bool, Failure>;
    async fn insert(&self, user: NewUser) -> Result<User, Failure>;
    async fn update(&self, id: i32, changes: Changes) -> Result<User, Failure>;
    async fn delete(&self, id: i32) -> Result<(), Failure>;
}
