//! A viewset that may be asked three times a minute.

use viewset_actix::prelude::*;

pub(super) struct PingViewSet;

#[derive(Serialize)]
struct Ping {
    ping: &'static str,
}

/// Three requests a minute, and no metadata.
#[viewset(throttle_classes = [ScopedRateThrottle], throttle_scope = "ping", metadata_class = None)]
impl PingViewSet {
    async fn list(&self) -> Data<Ping> {
        Data(Ping { ping: "pong" })
    }

    async fn create(&self) -> (StatusCode, Data<Ping>) {
        (StatusCode::CREATED, Data(Ping { ping: "stored" }))
    }

    #[action(detail = false, throttle_classes = [])]
    async fn free(&self) -> Data<Ping> {
        Data(Ping { ping: "free" })
    }

    #[action(detail = false, permission_classes = [IsAuthenticated])]
    async fn members(&self) -> Data<Ping> {
        Data(Ping { ping: "members" })
    }
}
