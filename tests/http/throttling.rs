//! How often one may ask: what is told, what counts, and that the count is exact. Who is counted is in
//! `throttle_scopes.rs`, where it is remembered in `throttle_stores.rs`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use viewset_actix::prelude::*;
use viewset_tests::Reply;

use crate::accounts::{TOKEN, as_user};
use crate::support::{ALLOW_READ, problems, serve};

/// Waits as long as the header says, in milliseconds; `-` for ever, without the header not at all.
struct AsAsked;

impl Throttle for AsAsked {
    async fn allow_request(&self, req: &Request) -> Result<Decision> {
        Ok(match req.header("x-wait") {
            None => Decision::Allowed,
            Some(wait) => {
                Decision::Throttled { wait: wait.parse().ok().map(Duration::from_millis) }
            }
        })
    }
}

/// As long as this header says.
struct AlsoAsked;

impl Throttle for AlsoAsked {
    async fn allow_request(&self, req: &Request) -> Result<Decision> {
        Ok(match req.header("x-wait-too") {
            None => Decision::Allowed,
            Some(wait) => {
                Decision::Throttled { wait: wait.parse().ok().map(Duration::from_millis) }
            }
        })
    }
}

struct ThingViewSet;

#[viewset(basename = "thing", throttle_classes = [AsAsked, AlsoAsked])]
impl ThingViewSet {
    async fn list(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// I1, I8, I12, R11, T92, T94: the longest wait in whole seconds, rounded up, with its header; no header for
/// none.
#[test]
fn a_throttled_client_is_told_the_longest_wait() {
    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let seconds = |n: &str| format!(" Expected available in {n}.");
    let cases = [
        (Some("-"), None, String::new(), None),
        (Some("0"), None, seconds("0 seconds"), None),
        (Some("1"), None, seconds("1 second"), Some("1")),
        (Some("1000"), None, seconds("1 second"), Some("1")),
        (Some("1001"), None, seconds("2 seconds"), Some("2")),
        (Some("86400000"), None, seconds("86400 seconds"), Some("86400")),
        (Some("2000"), Some("9000"), seconds("9 seconds"), Some("9")),
        (Some("9000"), Some("2000"), seconds("9 seconds"), Some("9")),
        (Some("-"), Some("2000"), seconds("2 seconds"), Some("2")),
        (Some("-"), Some("0"), seconds("0 seconds"), None),
        (None, Some("-"), String::new(), None),
    ];
    for (first, second, text, retry) in cases {
        let first_header = first.map(|wait| ("X-Wait", wait));
        let second_header = second.map(|wait| ("X-Wait-Too", wait));
        let headers: Vec<_> = first_header.into_iter().chain(second_header).collect();
        let reply = server.send("GET", "/api/things/", &headers, b"");
        let body = format!(r#"{{"detail":"Request was throttled.{text}"}}"#);
        assert_eq!(reply.brief(), (429, body.as_str()), "{first:?} {second:?}");
        assert_eq!(reply.header("retry-after"), retry, "{first:?} {second:?}");
        assert_eq!(reply.header("allow"), Some(ALLOW_READ), "{first:?} {second:?}");
    }
    assert_eq!(server.get("/api/things/").status, 200);
}

/// I2, I3, I11: rates by the first letter of their period, a budget that is used up, nothing, and no limit;
/// nothing is told of the budget in headers.
#[test]
fn a_rate_lets_so_many_through() {
    struct ThingViewSet;

    #[viewset(basename = "thing")]
    impl ThingViewSet {
        #[action(detail = false, throttle_classes = [UserRateThrottle::rate("2/day")])]
        async fn two(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [AnonRateThrottle::rate("0/hr")])]
        async fn none(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [ScopedRateThrottle], throttle_scope = "free")]
        async fn free(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet).unlimited("free"));
    let ask = |path: &str| server.get(&format!("/api/things/{path}/"));
    assert_eq!([ask("two").status, ask("two").status, ask("two").status], [200, 200, 429]);
    // Refused requests are not recorded: it is the first one that the client waits for.
    let waits: Vec<u64> = (0..3).map(|_| retry_after(&ask("two"))).collect();
    assert!(waits.iter().all(|wait| (86_390..=86_400).contains(wait)), "{waits:?}");
    let none = ask("none");
    let text = r#"{"detail":"Request was throttled. Expected available in 3600 seconds."}"#;
    assert_eq!((none.brief(), none.header("retry-after")), ((429, text), Some("3600")));
    assert!((0..50).all(|_| ask("free").status == 200));
    let told = |reply: &Reply| reply.headers.iter().any(|(name, _)| name.contains("ratelimit"));
    assert!(!told(&none) && !told(&ask("free")));
}

fn retry_after(reply: &Reply) -> u64 {
    reply.header("retry-after").and_then(|wait| wait.parse().ok()).expect("a wait in seconds")
}

/// I9, F2: what comes after the permissions counts, OPTIONS, HEAD and 405 included; what they refuse does
/// not.
#[test]
fn requests_count_that_have_passed_the_permissions() {
    struct ThingViewSet;

    #[viewset(basename = "thing", authentication_classes = [TOKEN], permission_classes = [IsAuthenticated],
        throttle_classes = [UserRateThrottle::rate("1/day")])]
    impl ThingViewSet {
        #[action(detail = false)]
        async fn a(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    for (method, status) in
        [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("PUT", 405), ("FOO", 405)]
    {
        let server = serve(SimpleRouter::new().register("things", ThingViewSet));
        let ask = |user, method| as_user(&server, user, method, "/api/things/a/").status;
        assert_eq!([ask("", method), ask("zed", method), ask("", "GET")], [401; 3], "{method}");
        let refused = server.send("GET", "/api/things/a/", &[("Accept", "text/csv")], b"");
        assert_eq!(refused.status, 406);
        assert_eq!([ask("ann", method), ask("ann", method)], [status, 429], "{method}");
        for other in ["GET", "HEAD", "OPTIONS", "PUT"] {
            assert_eq!(ask("ann", other), 429, "{method} then {other}");
        }
    }
}

/// I10: known when the router is built, and what the remedy is.
#[test]
fn a_rate_that_is_missing_or_wrong_is_told_at_start() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle, UserRateThrottle::rate("1/s")])]
    impl ThingViewSet {
        #[action(detail = false, throttle_classes = [ScopedRateThrottle], throttle_scope = "zzz")]
        async fn a(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, throttle_classes = [ScopedRateThrottle])]
        async fn without_scope(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn b(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let of = |scope: &str| {
        format!(
            "`ThingViewSet` has a throttle of the scope `{scope}`, but the router has no rate for it; \
             add `.throttle_rate(\"{scope}\", \"100/day\")`"
        )
    };
    let router = || SimpleRouter::new().register("things", ThingViewSet);
    let mut found = problems(router());
    found.sort_unstable();
    assert_eq!(found, [of("anon"), of("zzz")]);
    assert_eq!(problems(router().throttle_rate("anon", "1/s")), [of("zzz")]);
    let wrong = problems(router().throttle_rate("anon", "3/week").throttle_rate("zzz", "1/s"));
    assert!(wrong[0].contains("`3/week` of the scope `anon`"), "{wrong:?}");
    let server = serve(router().throttle_rate("anon", "1/d").throttle_rate("zzz", "1/d"));
    assert!((0..3).all(|_| server.get("/api/things/without_scope/").status == 200));
}

/// I11: kept difference: no two requests pass by the same place in the budget.
#[test]
fn of_a_thousand_requests_at_once_exactly_so_many_pass() {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle::rate("137/day")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let server = serve(SimpleRouter::new().register("things", ThingViewSet));
    let passed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let reply = server.get("/api/things/");
                    passed.fetch_add(usize::from(reply.status == 200), Ordering::SeqCst);
                    assert!([200, 429].contains(&reply.status), "{reply:?}");
                }
            });
        }
    });
    assert_eq!(passed.into_inner(), 137);
}
