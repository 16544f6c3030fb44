//! Whom a throttle counts apart: other rates, other users, users and addresses.

use viewset_actix::prelude::*;
use viewset_tests::{Reply, Server};

use crate::accounts::{TOKEN, as_user};
use crate::support::serve;

/// I6: a throttle with a rate of its own counts for itself, so a shorter one lets nothing of a longer one
/// expire.
#[test]
fn a_rate_of_its_own_counts_for_itself() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle::rate("100/s")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [AnonRateThrottle::rate("2/day"), AnonRateThrottle::rate("50/s")])]
        async fn login(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let statuses = |path: &str| [(); 3].map(|()| server.get(path).status);
    assert_eq!(statuses("/api/things/login/"), [200, 200, 429]);
    assert_eq!(statuses("/api/things/"), [200, 200, 200]);
    assert_eq!(server.get("/api/things/login/").status, 429);
}

fn forwarded(server: &Server, ident: &str) -> Reply {
    server.send("GET", "/api/things/", &[("X-Forwarded-For", ident)], b"")
}

/// I5: whoever forges an address that looks like a user's key uses up nobody's budget. (In DRF they do.)
#[test]
fn an_address_is_never_a_user() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [UserRateThrottle::rate("1/day")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = SimpleRouter::new().register("things", ThingViewSet);
    let server = serve(router.authentication_classes(authenticators![TOKEN]));
    assert_eq!(forwarded(&server, "ann").status, 200);
    assert_eq!(forwarded(&server, "ann").status, 429);
    assert_eq!(as_user(&server, "ann", "GET", "/api/things/").status, 200);
    assert_eq!(as_user(&server, "ann", "GET", "/api/things/").status, 429);
    assert_eq!(as_user(&server, "ed", "GET", "/api/things/").status, 200);
}

/// A stock throttle is a value by its name; its rate is then the router's.
#[test]
fn a_throttle_without_a_rate_takes_the_routers() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle, UserRateThrottle])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router = SimpleRouter::new().register("things", ThingViewSet);
    let server = serve(router.throttle_rate("anon", "2/day").throttle_rate("user", "1/day"));
    assert_eq!(server.get("/api/things/").status, 200);
    assert_eq!(server.get("/api/things/").status, 429);
}
