//! Ways of keeping people out.

use viewset_actix::prelude::*;

use super::auth::{SilentTokenAuthentication, Token};
use super::permissions::ReadOnly;

pub(super) struct GateViewSet;

/// The answer to those who came in.
#[derive(Serialize)]
struct Passed {
    passed: &'static str,
}

fn passed(passed: &'static str) -> Data<Passed> {
    Data(Passed { passed })
}

/// One action for each way of keeping people out.
#[viewset(permission_classes = [AllowAny])]
impl GateViewSet {
    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn members(&self) -> Data<Passed> {
        passed("members")
    }

    #[action(detail = false, permission_classes = [IsAdminUser])]
    async fn staff(&self) -> Data<Passed> {
        passed("staff")
    }

    #[action(
        detail = false,
        methods = ["get", "post"],
        permission_classes = [(IsAuthenticated & ReadOnly) | IsAdminUser]
    )]
    async fn composed(&self) -> Data<Passed> {
        passed("composed")
    }

    #[action(detail = false, permission_classes = [!IsAuthenticated])]
    async fn strangers(&self) -> Data<Passed> {
        passed("strangers")
    }

    #[action(detail = false, authentication_classes = [], permission_classes = [IsAuthenticated])]
    async fn sealed(&self) -> Data<Passed> {
        passed("sealed")
    }

    #[action(
        detail = false,
        authentication_classes = [TokenAuthentication::<Token>::new()],
        permission_classes = [IsAuthenticated]
    )]
    async fn token(&self) -> Data<Passed> {
        passed("token")
    }

    #[action(
        detail = false,
        authentication_classes = [SilentTokenAuthentication],
        permission_classes = [IsAuthenticated]
    )]
    async fn silent(&self) -> Data<Passed> {
        passed("silent")
    }
}
