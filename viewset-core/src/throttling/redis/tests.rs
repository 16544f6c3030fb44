//! Against the Redis at redis://127.0.0.1:6379, without which these fail; and against servers that are
//! dead, dumb, or go away.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use redis::Commands;

use super::*;

const URL: &str = "redis://127.0.0.1:6379";

/// A prefix that no other run has; what is under it goes with the test.
struct Fresh(String);

impl Fresh {
    fn new() -> Self {
        let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        Self(format!("viewset:test:{random:x}:"))
    }

    /// Patient, as the machine may be busy with other tests.
    fn store(&self) -> RedisStore {
        let store = RedisStore::connect(URL).unwrap().prefix(self.0.clone());
        store.timeout(Duration::from_secs(10))
    }

    fn keys(&self) -> Vec<String> {
        server().keys(format!("{}*", self.0)).unwrap()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for key in self.keys() {
            let _: () = server().del(key).unwrap();
        }
    }
}

fn server() -> redis::Connection {
    redis::Client::open(URL).unwrap().get_connection().unwrap()
}

/// A runtime as an actix-web worker has it.
fn worker() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn hit(store: &RedisStore, key: &str, rate: &str) -> Result<Decision> {
    worker().block_on(store.hit(key, rate.parse().unwrap()))
}

fn wait(decision: Decision) -> Option<Duration> {
    match decision {
        Decision::Allowed => panic!("it passed"),
        Decision::Throttled { wait } => wait,
    }
}

/// How many of `hits` requests at the same time pass.
async fn hammer(store: RedisStore, hits: usize) -> usize {
    let (store, rate) = (Arc::new(store), Rate::new("100/min"));
    let tasks = tokio::task::LocalSet::new();
    let hits: Vec<_> = (0..hits)
        .map(|_| store.clone())
        .map(|store| tasks.spawn_local(async move { store.hit("k", rate).await.unwrap() }))
        .collect();
    tasks.await;
    let mut passed = 0;
    for hit in hits {
        passed += usize::from(hit.await.unwrap() == Decision::Allowed);
    }
    passed
}

#[test]
fn a_thousand_hits_from_four_processes_get_exactly_the_rate() {
    let fresh = Fresh::new();
    let threads: Vec<_> = (0..4)
        .map(|_| fresh.store())
        .map(|store| thread::spawn(|| worker().block_on(hammer(store, 250))))
        .collect();
    let passed: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(passed, 100);
}

#[test]
fn workers_share_a_store_and_may_end_before_it() {
    let fresh = Fresh::new();
    let store = fresh.store();
    let first = worker();
    assert_eq!(first.block_on(hammer(store.clone(), 30)), 30);
    drop(first);
    let threads: Vec<_> = (0..4)
        .map(|_| store.clone())
        .map(|store| thread::spawn(|| worker().block_on(hammer(store, 50))))
        .collect();
    let passed: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(passed, 70);
}

#[test]
fn the_wait_is_what_is_left_of_the_period() {
    let (fresh, began) = (Fresh::new(), Instant::now());
    let store = fresh.store();
    for _ in 0..3 {
        assert_eq!(hit(&store, "k", "3/day").unwrap(), Decision::Allowed);
    }
    let left = wait(hit(&store, "k", "3/day").unwrap()).unwrap();
    let day = Duration::from_secs(86400);
    assert!(left <= day && left + began.elapsed() >= day, "{left:?}");
    // A rate that was lowered since knows no wait, and one of nothing leaves nothing behind.
    assert_eq!(wait(hit(&store, "k", "2/day").unwrap()), None);
    assert_eq!(wait(hit(&store, "none", "0/hour").unwrap()), Some(Duration::from_secs(3600)));
    assert_eq!(fresh.keys().len(), 1);
    let ttl: i64 = server().pttl(&fresh.keys()[0]).unwrap();
    assert!(ttl > 86_000_000 && ttl <= 86_400_000, "{ttl}");
}

#[test]
fn what_is_a_period_old_is_dropped_and_the_rest_counts() {
    let fresh = Fresh::new();
    let (key, mut server) = (format!("{}k", fresh.0), server());
    let (seconds, micros): (u64, u64) = redis::cmd("TIME").query(&mut server).unwrap();
    let now = seconds * 1_000_000 + micros;
    // Of 1,000 hits in the same two microseconds 400 are a minute old, and 600 are half a minute.
    let old = (0..1000).map(|n| if n < 400 { now - 60_000_000 } else { now - 30_000_000 });
    let _: () = server.rpush(&key, old.collect::<Vec<_>>()).unwrap();
    assert_eq!(hit(&fresh.store(), "k", "601/min").unwrap(), Decision::Allowed);
    let left = wait(hit(&fresh.store(), "k", "601/min").unwrap()).unwrap();
    assert!(left <= Duration::from_secs(30) && left > Duration::from_secs(20), "{left:?}");
    let recorded: usize = server.llen(&key).unwrap();
    assert_eq!(recorded, 601);
}

#[test]
fn a_log_is_gone_when_its_period_has_passed() {
    let fresh = Fresh::new();
    assert_eq!(hit(&fresh.store(), "k", "1/s").unwrap(), Decision::Allowed);
    let (key, mut server, began) = (format!("{}k", fresh.0), server(), Instant::now());
    while server.exists(&key).unwrap() {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(hit(&fresh.store(), "k", "1/s").unwrap(), Decision::Allowed);
}

#[test]
fn long_keys_are_short_in_redis_and_told_apart() {
    let (fresh, long) = (Fresh::new(), "10.0.0.1,".repeat(1000));
    let store = fresh.store();
    for end in ["a", "b"] {
        let key = format!("{long}{end}");
        assert_eq!(hit(&store, &key, "1/day").unwrap(), Decision::Allowed);
        assert!(wait(hit(&store, &key, "1/day").unwrap()).is_some());
    }
    assert_eq!(fresh.keys().len(), 2);
    assert!(fresh.keys().iter().all(|key| key.len() == fresh.0.len() + 129));
}

#[test]
fn a_script_that_the_server_forgot_is_sent_again() {
    let (fresh, mut server) = (Fresh::new(), server());
    let store = fresh.store();
    for _ in 0..3 {
        assert_eq!(hit(&store, "k", "3/day").unwrap(), Decision::Allowed);
        let _: () = redis::cmd("SCRIPT").arg("FLUSH").query(&mut server).unwrap();
    }
}

/// What a request sees of a server that does not answer: 503 and how long that took; then it passes,
/// under `fail_open`.
fn outage(address: SocketAddr) -> Duration {
    let bound = Duration::from_millis(300);
    let store = RedisStore::connect(&format!("redis://{address}")).unwrap().timeout(bound);
    let began = Instant::now();
    assert_eq!(hit(&store, "k", "1/day").unwrap_err().status(), 503);
    let took = began.elapsed();
    let open = store.fail_open(true);
    assert_eq!(hit(&open, "k", "0/day").unwrap(), Decision::Allowed);
    took
}

#[test]
fn a_closed_port_is_a_503_at_once() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(outage(address) < Duration::from_millis(250));
}

#[test]
fn a_server_that_never_answers_is_a_503_within_the_bound() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let took = outage(silent.local_addr().unwrap());
    assert!(took >= Duration::from_millis(300) && took < Duration::from_millis(900), "{took:?}");
}

#[test]
fn a_bad_url_is_an_error_at_once() {
    let error = RedisStore::connect("127.0.0.1:6379").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// A way to the real server that can be cut, and can swallow what is sent.
struct Proxy {
    address: SocketAddr,
    swallow: Arc<AtomicBool>,
    lines: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let lines: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let kept = lines.clone();
        let swallow = Arc::new(AtomicBool::new(false));
        let swallows = swallow.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) =
                    (client.unwrap(), TcpStream::connect("127.0.0.1:6379").unwrap());
                kept.lock().unwrap().push(client.try_clone().unwrap());
                pump(client.try_clone().unwrap(), server.try_clone().unwrap(), swallows.clone());
                pump(server, client, swallows.clone());
            }
        });
        Self { address, swallow, lines }
    }

    fn store(&self, fresh: &Fresh) -> RedisStore {
        RedisStore::connect(&format!("redis://{}", self.address)).unwrap().prefix(fresh.0.clone())
    }

    fn cut(&self) {
        for line in self.lines.lock().unwrap().drain(..) {
            line.shutdown(Shutdown::Both).unwrap();
        }
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, swallow: Arc<AtomicBool>) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if !swallow.load(Ordering::SeqCst) && to.write_all(&bytes[..read]).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

#[test]
fn a_connection_that_was_cut_is_opened_again_without_an_error() {
    let (fresh, proxy) = (Fresh::new(), Proxy::new());
    let store = proxy.store(&fresh);
    for _ in 0..5 {
        assert_eq!(hit(&store, "k", "5/day").unwrap(), Decision::Allowed);
        proxy.cut();
    }
    assert!(wait(hit(&store, "k", "5/day").unwrap()).is_some());
}

#[test]
fn a_connection_that_fell_silent_is_not_used_again() {
    let (fresh, proxy) = (Fresh::new(), Proxy::new());
    let store = proxy.store(&fresh);
    assert_eq!(hit(&store, "k", "2/day").unwrap(), Decision::Allowed);
    proxy.swallow.store(true, Ordering::SeqCst);
    let began = Instant::now();
    assert_eq!(hit(&store, "k", "2/day").unwrap_err().status(), 503);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(2), "{took:?}");
    proxy.swallow.store(false, Ordering::SeqCst);
    assert_eq!(hit(&store, "k", "2/day").unwrap(), Decision::Allowed);
}

#[test]
fn the_thread_ends_with_its_last_store() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store =
        RedisStore::connect(&format!("redis://{}", listener.local_addr().unwrap())).unwrap();
    let (mut line, _) = listener.accept().unwrap();
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(line.read_to_end(&mut Vec::new())));
    drop(store.clone());
    drop(store);
    assert!(ended.recv_timeout(Duration::from_secs(10)).unwrap().is_ok());
}
