//! Who is counted, and what is counted together.

use std::borrow::Cow;

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::accounts::{TOKEN, as_user};
use crate::support::serve;

/// Everybody once, nobody by the same name twice.
struct OnceViewSet;

#[viewset(basename = "once", authentication_classes = [TOKEN])]
impl OnceViewSet {
    #[action(detail = false, throttle_classes = [AnonRateThrottle::rate("1/day")])]
    async fn anon(&self) -> StatusCode {
        StatusCode::OK
    }
    #[action(detail = false, throttle_classes = [UserRateThrottle::rate("1/day")])]
    async fn user(&self, req: &Request) -> String {
        req.ident().into_owned()
    }
}

/// I4, I5: users by their key, others by their address; `anon` does not count users.
#[test]
fn users_are_counted_by_name_and_others_by_address() {
    let server = serve(SimpleRouter::new().register("once", OnceViewSet));
    let ask =
        |user, path: &str| as_user(&server, user, "GET", &format!("/api/once/{path}/")).status;
    assert_eq!([ask("", "anon"), ask("", "anon")], [200, 429]);
    assert!((0..5).all(|_| ask("ann", "anon") == 200));
    for user in ["", "ann", "ed"] {
        assert_eq!([ask(user, "user"), ask(user, "user")], [200, 429], "{user}");
    }
}

/// Two servers' worth of `X-Forwarded-For`, and by whom it is counted.
fn check_proxies(server: &Server, cases: &[(&[&str], &str)]) {
    for (headers, ident) in cases {
        let headers: Vec<_> = headers.iter().map(|value| ("X-Forwarded-For", *value)).collect();
        let reply = server.send("GET", "/api/once/user/", &headers, b"");
        assert_eq!(reply.brief(), (200, *ident), "{headers:?}");
        let again = server.send("GET", "/api/once/user/", &headers, b"");
        assert_eq!(again.status, 429, "{headers:?}");
    }
}

/// I7: the whole header without blanks, or the n-th address from the right. Repeated headers are one.
#[test]
fn an_address_is_that_of_the_proxy_that_is_trusted() {
    let router = || SimpleRouter::new().register("once", OnceViewSet);
    check_proxies(
        &serve(router()),
        &[
            (&[], "127.0.0.1"),
            (&["1.1.1.1"], "1.1.1.1"),
            (&["1.1.1.1 ,\t2.2.2.2"], "1.1.1.1,2.2.2.2"),
            (&["1.1.1.1", "3.3.3.3"], "1.1.1.1,3.3.3.3"),
            (&["nonsense"], "nonsense"),
        ],
    );
    check_proxies(
        &serve(router().num_proxies(1)),
        &[
            (&[], "127.0.0.1"),
            (&["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            (&["6.6.6.6", "7.7.7.7, 2.2.2.2 "], "2.2.2.2"),
            (&["3.3.3.3"], "3.3.3.3"),
        ],
    );
    check_proxies(
        &serve(router().num_proxies(2)),
        &[
            (&["6.6.6.6, 1.1.1.1, 9.9.9.9"], "1.1.1.1"),
            (&["6.6.6.6, 2.2.2.2", "9.9.9.9"], "2.2.2.2"),
            (&["3.3.3.3"], "3.3.3.3"),
        ],
    );
    // What is forged on the left changes nothing.
    let server = serve(router().num_proxies(1));
    let forged = |n: u8| {
        let header = format!("{n}.{n}.{n}.{n}, 1.1.1.1");
        server.send("GET", "/api/once/user/", &[("X-Forwarded-For", &header)], b"").status
    };
    assert_eq!([forged(1), forged(2), forged(3)], [200, 429, 429]);
    let server = serve(router().num_proxies(0));
    let ignored = |address| {
        server.send("GET", "/api/once/user/", &[("X-Forwarded-For", address)], b"").status
    };
    assert_eq!([ignored("1.1.1.1"), ignored("2.2.2.2")], [200, 429]);
}

/// I6: what shares a scope shares a budget, in whatever viewset; an action may have a scope of its own.
#[test]
fn a_scope_is_one_budget_for_all_its_views() {
    struct UploadViewSet;

    #[viewset(basename = "upload", throttle_classes = [ScopedRateThrottle], throttle_scope = "uploads")]
    impl UploadViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn shared(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_scope = "own")]
        async fn own(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [])]
        async fn open(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    struct PhotoViewSet;

    #[viewset(basename = "photo")]
    impl PhotoViewSet {
        #[action(detail = false, throttle_classes = [ScopedRateThrottle], throttle_scope = "uploads")]
        async fn upload(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let router =
        SimpleRouter::new().register("uploads", UploadViewSet).register("photos", PhotoViewSet);
    let router = router.throttle_rate("uploads", "3/day").throttle_rate("own", "1/day");
    let server = serve(router);
    let ask = |path: &str| server.get(&format!("/api/{path}/")).status;
    let three = ["uploads", "uploads/shared", "photos/upload"];
    assert_eq!(three.map(ask), [200; 3]);
    assert_eq!(three.map(ask), [429; 3]);
    assert_eq!([ask("uploads/own"), ask("uploads/own")], [200, 429]);
    assert!((0..5).all(|_| ask("uploads/open") == 200));
}

/// I8: a request that one throttle refuses uses up the budget of the others all the same.
#[test]
fn every_throttle_counts_what_another_refuses() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle::rate("1/min"), UserRateThrottle::rate("3/day")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [UserRateThrottle::rate("3/day")])]
        async fn daily(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let replies: Vec<_> = (0..4).map(|_| server.get("/api/things/")).collect();
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 429, 429, 429]);
    let wait = |reply: &viewset_tests::Reply| {
        reply.header("retry-after").and_then(|wait| wait.parse::<u32>().ok())
    };
    assert!(wait(&replies[1]).is_some_and(|wait| wait <= 60), "the minute's");
    assert!(wait(&replies[3]).is_some_and(|wait| wait > 60), "the day's, which is longer");
    assert_eq!(server.get("/api/things/daily/").status, 429);
}

/// I12: a throttle that counts by a key of its own, at the rate of its own scope.
#[test]
fn a_throttle_of_ones_own_counts_by_its_own_key() {
    struct ByColour;

    impl SimpleRateThrottle for ByColour {
        fn scope(&self, _req: &Request) -> Option<&'static str> {
            Some("colour")
        }
        fn get_cache_key<'r>(&self, req: &'r Request) -> Option<Cow<'r, str>> {
            req.query_param("colour").filter(|_| req.action() == Some("list"))
        }
        fn required_scope(&self, _scope: Option<&'static str>) -> Option<&'static str> {
            Some("colour")
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [ByColour])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        async fn create(&self) -> StatusCode {
            StatusCode::CREATED
        }
    }

    let router = SimpleRouter::new().register("things", ThingViewSet);
    let server = serve(router.throttle_rate("colour", "1/day"));
    let ask =
        |method, query: &str| server.request(method, &format!("/api/things/{query}"), "").status;
    assert_eq!([ask("GET", "?colour=red"), ask("GET", "?colour=blue")], [200, 200]);
    assert_eq!([ask("GET", "?colour=red"), ask("GET", "?colour=blue&x=1")], [429, 429]);
    assert_eq!([ask("GET", ""), ask("GET", ""), ask("POST", "?colour=red")], [200, 200, 201]);
}
