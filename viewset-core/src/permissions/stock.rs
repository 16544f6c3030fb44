//! The permissions that only ask who sends the request (rows G1 to G4).

use super::Permission;
use crate::error::Result;
use crate::request::Request;

/// Everybody may. The default.
#[derive(Clone, Copy, Debug)]
pub struct AllowAny;

impl Permission for AllowAny {
    async fn has_permission(&self, _req: &Request) -> Result<bool> {
        Ok(true)
    }
}

/// Whoever has authenticated may.
#[derive(Clone, Copy, Debug)]
pub struct IsAuthenticated;

impl Permission for IsAuthenticated {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_authenticated())
    }
}

/// Whoever [is staff](crate::authentication::AuthUser::is_staff) may.
#[derive(Clone, Copy, Debug)]
pub struct IsAdminUser;

impl Permission for IsAdminUser {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_staff())
    }
}

/// Everybody may read; whoever has authenticated may write.
#[derive(Clone, Copy, Debug)]
pub struct IsAuthenticatedOrReadOnly;

impl Permission for IsAuthenticatedOrReadOnly {
    async fn has_permission(&self, req: &Request) -> Result<bool> {
        Ok(req.is_safe() || req.is_authenticated())
    }
}
