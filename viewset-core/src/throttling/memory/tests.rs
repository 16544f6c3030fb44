//! The store against a model that does what DRF does, word for word; threads; and its bounds.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::throttling::ErasedThrottleStore;

const SECOND: u64 = 1_000_000_000;

/// DRF's `SimpleRateThrottle.allow_request` and `wait`, over a cache that forgets in time.
#[derive(Default)]
struct Model(HashMap<u8, Entry>);

#[derive(Default)]
struct Entry {
    history: Vec<u64>,
    expires: u64,
}

impl Model {
    fn hit(&mut self, key: u8, rate: Rate, now: u64) -> Decision {
        let entry = self.0.entry(key).or_default();
        if entry.expires <= now {
            entry.history.clear();
        }
        let period = rate.period().as_nanos() as u64;
        while entry.history.last().is_some_and(|oldest| oldest + period <= now) {
            entry.history.pop();
        }
        if entry.history.len() >= rate.requests() as usize {
            return Decision::Throttled { wait: entry.wait(rate, period, now) };
        }
        entry.history.insert(0, now);
        entry.expires = now + period;
        Decision::Allowed
    }
}

impl Entry {
    fn wait(&self, rate: Rate, period: u64, now: u64) -> Option<Duration> {
        let remaining = self.history.last().map_or(period, |oldest| period - (now - oldest));
        let available = i64::from(rate.requests()) - self.history.len() as i64 + 1;
        (available > 0).then(|| Duration::from_nanos(remaining) / available as u32)
    }
}

fn a_rate() -> impl Strategy<Value = Rate> {
    (0..6u32, select(vec!["s", "m", "h", "d"]))
        .prop_map(|(n, period)| Rate::parse(&format!("{n}/{period}")).unwrap())
}

/// Steps of the clock that meet the edges of all periods.
fn a_step() -> impl Strategy<Value = u64> {
    let periods = [1, 60, 3600, 86400].map(|seconds| seconds * SECOND);
    let edges = periods.into_iter().flat_map(|p| [p - 1, p, p + 1, p / 2, p / 3]);
    prop_oneof![Just(0), select(edges.chain([1, 7]).collect::<Vec<_>>()), 0..2 * SECOND]
}

fn at(store: &MemoryStore, nanos: u64) -> Instant {
    store.start + Duration::from_nanos(nanos)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn it_decides_as_drf_does(
        rates in proptest::collection::vec(a_rate(), 4),
        hits in proptest::collection::vec((0..4u8, a_step()), 0..200),
    ) {
        let (store, mut model, mut now) = (MemoryStore::new(), Model::default(), 0);
        for (key, step) in hits {
            now += step;
            let rate = rates[key as usize];
            let decision = store.hit_at(&key.to_string(), rate, at(&store, now));
            prop_assert_eq!(decision, model.hit(key, rate, now), "{} at {}", rate, now);
        }
    }

    #[test]
    fn a_key_whose_rate_changes_is_decided_as_drf_does(
        hits in proptest::collection::vec((0..3u8, a_rate(), a_step()), 0..200),
    ) {
        let (store, mut model, mut now) = (MemoryStore::new(), Model::default(), 0);
        for (key, rate, step) in hits {
            now += step;
            let decision = store.hit_at(&key.to_string(), rate, at(&store, now));
            prop_assert_eq!(decision, model.hit(key, rate, now), "{} at {}", rate, now);
        }
    }

    #[test]
    fn the_books_are_right_whatever_is_forgotten(
        max in 64..400usize,
        hits in proptest::collection::vec((0..40u8, a_rate(), a_step()), 0..400),
    ) {
        let (store, mut now) = (MemoryStore::new().max_hits(max), 0);
        for (key, rate, step) in hits {
            now += step;
            store.hit_at(&key.to_string(), rate, at(&store, now));
            prop_assert!(books(&store) <= max);
        }
        store.clear();
        prop_assert_eq!((books(&store), store.clients()), (0, 0));
    }
}

/// The total of all shards, which is what the store believes it to be.
fn books(store: &MemoryStore) -> usize {
    let total = store.slots.iter().map(|slot| slot.shard.lock().unwrap().cost()).sum();
    assert_eq!(store.cost.load(Ordering::Relaxed), total);
    total
}

fn passed(decision: Decision) -> bool {
    decision == Decision::Allowed
}

#[test]
fn threads_that_hammer_one_key_get_exactly_the_rate() {
    let (store, rate) = (MemoryStore::new(), Rate::new("1000/day"));
    let hammer = || (0..10_000).filter(|_| passed(store.hit_now("k", rate).unwrap())).count();
    let counts = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(hammer)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(counts, 1000);
}

#[test]
fn threads_that_flood_keep_the_bound() {
    let (store, rate) = (MemoryStore::new().max_hits(5000), Rate::new("3/min"));
    thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for client in 0..20_000 {
                    store.hit_now(&format!("{thread} {client}"), rate);
                }
            });
        }
    });
    let total = books(&store);
    assert!(total <= 5000 && total > 4500, "{total}");
}

#[test]
fn a_million_clients_stay_within_the_bound() {
    let (store, rate) = (MemoryStore::new().max_hits(100_000), Rate::new("100/hour"));
    let mut most = 0;
    for client in 0..1_000_000 {
        store.hit_at(&format!("throttle_anon_{client}"), rate, at(&store, client));
        most = most.max(store.cost.load(Ordering::Relaxed));
    }
    // A client of one hit has a log with room for four.
    assert_eq!((store.clients(), most), (100_000 / 28, 100_000 / 28 * 28));
    assert_eq!(books(&store), most);
}

#[test]
fn the_client_that_has_not_asked_for_the_longest_time_is_forgotten_first() {
    let store = MemoryStore::new().max_hits(10 * (CLIENT + 1));
    let hit = |key: u64, time| store.hit_at(&key.to_string(), Rate::new("1/day"), at(&store, time));
    for key in 0..10 {
        assert!(passed(hit(key, key)));
    }
    // The first is refused, but it has asked; so it is the second that makes room.
    assert!(!passed(hit(0, 10)));
    assert!(passed(hit(10, 11)));
    assert!(!passed(hit(0, 12)));
    assert!(passed(hit(1, 13)));
    assert_eq!(store.clients(), 10);
}

#[test]
fn a_log_of_many_hits_counts_against_the_bound() {
    let store = MemoryStore::new().max_hits(100_000);
    for client in 0..1000 {
        store.hit_at(&client.to_string(), Rate::new("5/day"), at(&store, client));
    }
    let many = Rate::new("1000000/day");
    let recorded = (0..200_000).filter(|n| passed(store.hit_at("k", many, at(&store, 1000 + n))));
    // The rate is held at what there is room for, and all others were forgotten for it.
    assert_eq!(recorded.count(), 100_000 - CLIENT);
    assert_eq!((books(&store), store.clients()), (100_000, 1));
}

#[test]
fn a_log_that_is_over_gives_its_memory_back() {
    let (store, many) = (MemoryStore::new(), Rate::new("1000000/day"));
    for n in 0..1_000_000 {
        store.hit_at("k", many, at(&store, n));
    }
    assert_eq!(books(&store), CLIENT + 1_000_000);
    store.hit_at("k", many, at(&store, 86400 * SECOND + 999_990));
    assert!(books(&store) < CLIENT + 32, "{}", books(&store));
}

#[test]
fn expired_clients_go_as_others_ask() {
    let (store, rate) = (MemoryStore::new(), Rate::new("3/min"));
    for client in 0..20_000 {
        let time = if client < 10_000 { 0 } else { 60 * SECOND };
        store.hit_at(&client.to_string(), rate, at(&store, time));
    }
    assert_eq!(store.clients(), 10_000);
}

#[test]
fn long_keys_are_told_apart_by_their_last_byte() {
    let (store, rate) = (MemoryStore::new(), Rate::new("1/day"));
    let long = "10.0.0.1,".repeat(1000);
    for end in ["a", "b", "c"] {
        let key = format!("{long}{end}");
        assert!(passed(store.hit_now(&key, rate).unwrap()));
        assert!(!passed(store.hit_now(&key, rate).unwrap()));
    }
}

#[test]
fn nobody_is_remembered_for_a_rate_of_nothing() {
    let store = MemoryStore::new();
    let wait = Some(Duration::from_secs(86400));
    assert_eq!(store.hit_now("k", Rate::new("0/day")), Some(Decision::Throttled { wait }));
    assert_eq!(store.clients(), 0);
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let (store, rate) = (MemoryStore::new(), Rate::new("1/min"));
    store.hit_at("k", rate, at(&store, 5 * SECOND));
    let wait = Some(Duration::from_secs(60));
    let earlier = store.start.checked_sub(Duration::from_secs(1)).unwrap_or(store.start);
    assert_eq!(store.hit_at("k", rate, earlier), Decision::Throttled { wait });
}

#[test]
fn a_shared_store_behind_its_erased_twin_answers_without_a_wait() {
    let store = Arc::new(MemoryStore::new());
    let erased: Box<dyn ErasedThrottleStore> = Box::new(store.clone());
    assert_eq!(erased.erased_hit_now("k", Rate::new("1/day")), Some(Decision::Allowed));
    assert!(!passed(store.hit_now("k", Rate::new("1/day")).unwrap()));
    store.clear();
    assert_eq!(erased.erased_hit_now("k", Rate::new("1/day")), Some(Decision::Allowed));
}
