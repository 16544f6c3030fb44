//! Where throttles remember: stores of one's own, with their own clock, and ones that fail.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use viewset_actix::prelude::*;
use viewset_actix::throttling::{MemoryStore, ThrottleStore};
use viewset_tests::Server;

use crate::support::serve;

/// I3: entries as old as the period are dropped; the test moves the clock.
#[test]
fn a_budget_comes_back_as_time_passes() {
    /// A store whose clock stands still until it is told.
    struct Clock {
        store: MemoryStore,
        start: Instant,
        seconds: Arc<AtomicU64>,
    }

    impl ThrottleStore for Clock {
        async fn hit(&self, key: &str, rate: Rate) -> Result<Decision> {
            let passed = Duration::from_secs(self.seconds.load(Ordering::SeqCst));
            Ok(self.store.hit_at(key, rate, self.start + passed))
        }
    }

    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes = [AnonRateThrottle::rate("2/min")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let seconds = Arc::new(AtomicU64::new(0));
    let store = MemoryStore::new();
    let clock = Clock { store, start: Instant::now(), seconds: seconds.clone() };
    let server = serve(SimpleRouter::new().register("things", ThingViewSet).throttle_store(clock));
    let at = |second: u64| {
        seconds.store(second, Ordering::SeqCst);
        let reply = server.get("/api/things/");
        (reply.status, reply.header("retry-after").map(str::to_owned))
    };
    let wait = |seconds: &str| (429, Some(seconds.to_owned()));
    assert_eq!([at(0), at(20)], [(200, None), (200, None)]);
    assert_eq!([at(20), at(30), at(59)], [wait("40"), wait("30"), wait("1")]);
    assert_eq!([at(60), at(60)], [(200, None), wait("20")]);
    assert_eq!([at(80), at(81)], [(200, None), wait("39")]);
}

/// A store that writes down what it is asked, and answers as its name says.
struct Noting {
    asked: Arc<Mutex<Vec<String>>>,
    answer: fn() -> Result<Decision>,
}

impl ThrottleStore for Noting {
    async fn hit(&self, key: &str, rate: Rate) -> Result<Decision> {
        self.asked.lock().expect("nobody panicked").push(format!("{key} {rate}"));
        (self.answer)()
    }
}

fn serve_noting(answer: fn() -> Result<Decision>) -> (Server, Arc<Mutex<Vec<String>>>) {
    struct ThingViewSet;

    #[viewset(basename = "thing", throttle_classes =
        [AnonRateThrottle::rate("5/min"), UserRateThrottle, AnonRateThrottle::rate("9/day")])]
    impl ThingViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
    }

    let asked = Arc::<Mutex<Vec<_>>>::default();
    let router = SimpleRouter::new().register("things", ThingViewSet).throttle_rate("user", "7/h");
    let store = Noting { asked: asked.clone(), answer };
    (serve(router.throttle_store(store)), asked)
}

/// I3, I8: every throttle is asked, and so records, also after one that refuses; one with a rate of its own counts for itself.
#[test]
fn a_store_of_ones_own_is_asked_by_every_throttle() {
    let all = [
        "throttle\nanon\n5/3c\n\n127.0.0.1 5/min",
        "throttle\nuser\n\n\n127.0.0.1 7/hour",
        "throttle\nanon\n9/15180\n\n127.0.0.1 9/day",
    ];
    for (answer, status) in [
        ((|| Ok(Decision::Allowed)) as fn() -> _, 200),
        (|| Ok(Decision::Throttled { wait: None }), 429),
    ] {
        let (server, asked) = serve_noting(answer);
        assert_eq!(server.get("/api/things/").status, status);
        assert_eq!(*asked.lock().expect("nobody panicked"), all);
    }
}

/// I8: a store that does not answer is a 503, one that is broken a 500, one that panics too.
#[test]
fn a_store_that_fails_fails_the_request() {
    for (answer, status) in [
        ((|| Err(Error::unavailable("no answer"))) as fn() -> _, 503),
        (|| Err(Error::internal("no count")), 500),
        (|| panic!("the store panics"), 500),
    ] {
        let (server, _) = serve_noting(answer);
        let reply = server.get("/api/things/");
        assert_eq!(
            (reply.status, reply.header("retry-after")),
            (status, (status == 503).then_some("1"))
        );
        assert_eq!(server.get("/api/things/").status, status, "the worker goes on");
    }
}
