//! Clients that write and read without a pause until they are told to stop, check every answer, and keep what they were
//! told.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use viewset_tests::Reply;

use crate::client::{Answer, note, send};

/// After a request that was refused a client waits so long, as it is told to: it asks again, but not all the time.
const PAUSE: Duration = Duration::from_millis(20);

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Stores notes through the viewset below this path.
    Store(&'static str),
    /// Lists notes.
    List,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 201, with the note of this name.
    Stored(String),
    /// 200, with a page of notes.
    Listed,
    /// 503, with `Retry-After`.
    Unavailable,
    /// 429, with `Retry-After`.
    Throttled,
    /// The application was not there, or broke off.
    Broken,
    /// What no client should see.
    Wrong(String),
}

/// A request that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) client: usize,
    pub(crate) task: Task,
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    pub(crate) outcome: Outcome,
}

impl Event {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.outcome, Outcome::Stored(_) | Outcome::Listed)
    }
}

/// Where an application listens; it may move.
pub(crate) type Port = Arc<AtomicU16>;

/// The clients at work.
pub(crate) struct Load {
    shared: Arc<Shared>,
    clients: usize,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    stored: AtomicUsize,
    events: Mutex<Vec<Event>>,
}

impl Load {
    /// Each client goes to a port and has a task. The names of the notes begin with `round`.
    pub(crate) fn start(round: &str, clients: &[(Port, Task)]) -> Self {
        let shared = Arc::<Shared>::default();
        let work: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(number, (port, task))| Client {
                name: format!("{round}-{number}"),
                number,
                task: *task,
                port: port.clone(),
                shared: shared.clone(),
            })
            .collect();
        let thread = std::thread::spawn(move || {
            crate::block_on(async {
                let clients: Vec<_> =
                    work.into_iter().map(Client::work).map(tokio::spawn).collect();
                for client in clients {
                    client.await.expect("a client ends when it is told to");
                }
            });
        });
        Self { shared, clients: clients.len(), thread: Some(thread) }
    }

    /// How many clients there are.
    pub(crate) fn clients(&self) -> usize {
        self.clients
    }

    /// How many notes were acknowledged.
    pub(crate) fn stored(&self) -> usize {
        self.shared.stored.load(Ordering::Relaxed)
    }

    /// What is true of the requests that have ended.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&[Event]) -> T) -> T {
        look(&self.shared.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether every client has had a good answer to a request that it began after this moment.
    pub(crate) fn all_served_since(&self, moment: Instant) -> bool {
        self.look(|events| {
            let served = |client| {
                let mut since = events.iter().rev().take_while(|event| event.ended >= moment);
                since.any(|event| {
                    event.client == client && event.begun >= moment && event.is_success()
                })
            };
            (0..self.clients).all(served)
        })
    }

    /// Lets the clients go, and returns what they saw; fails if one of them saw what it should not.
    pub(crate) fn stop(mut self) -> Vec<Event> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(ended, "a client has failed");
        let events = self.look(<[Event]>::to_vec);
        for event in &events {
            assert!(!matches!(event.outcome, Outcome::Wrong(_)), "{event:?}");
        }
        events
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

struct Client {
    name: String,
    number: usize,
    task: Task,
    port: Port,
    shared: Arc<Shared>,
}

impl Client {
    async fn work(self) {
        for number in 0.. {
            if self.shared.stop.load(Ordering::Relaxed) {
                return;
            }
            let begun = Instant::now();
            let outcome = match self.task {
                Task::Store(viewset) => self.store(viewset, number).await,
                Task::List => self.list().await,
            };
            let event = Event {
                client: self.number,
                task: self.task,
                begun,
                ended: Instant::now(),
                outcome,
            };
            let pause = !event.is_success();
            self.shared.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
            if pause {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// A name is used once: who gets no answer does not know whether the note was stored.
    async fn store(&self, viewset: &str, number: usize) -> Outcome {
        let name = format!("{viewset}-{}-{number}", self.name);
        let path = format!("/api/{viewset}/");
        let reply = match send(self.port(), "POST", &path, &note(&name)).await {
            Answer::Reply(reply) => reply,
            other => return without_reply(&other),
        };
        let body = reply.json();
        let is_stored = body["id"].is_i64() && body == json!({"id": body["id"], "name": name});
        if reply.status == 201 && is_stored {
            self.shared.stored.fetch_add(1, Ordering::Relaxed);
            return Outcome::Stored(name);
        }
        refused(&reply)
    }

    async fn list(&self) -> Outcome {
        let before = self.shared.stored.load(Ordering::Relaxed);
        let reply = match send(self.port(), "GET", "/api/plain/", "").await {
            Answer::Reply(reply) => reply,
            other => return without_reply(&other),
        };
        if reply.status == 200 && is_page(&reply.json(), before) {
            return Outcome::Listed;
        }
        refused(&reply)
    }

    fn port(&self) -> u16 {
        self.port.load(Ordering::Relaxed)
    }
}

/// Whether a body is a page of five notes at most, with a count of all that were stored before it was asked for. The
/// page may have notes that the count before it has not.
fn is_page(body: &Value, before: usize) -> bool {
    let is_note = |note: &Value| *note == json!({"id": note["id"], "name": note["name"]});
    let count = body["count"].as_u64().and_then(|count| usize::try_from(count).ok());
    let (Some(count), Some(rows)) = (count, body["results"].as_array()) else { return false };
    count >= before && (count.min(5)..=5).contains(&rows.len()) && rows.iter().all(is_note)
}

fn without_reply(answer: &Answer) -> Outcome {
    match answer {
        Answer::Hangs => Outcome::Wrong("no answer in time".to_owned()),
        _ => Outcome::Broken,
    }
}

fn refused(reply: &Reply) -> Outcome {
    let waits = reply.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
    let unavailable = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
    match (reply.brief(), waits) {
        ((503, body), Some(_)) if body == unavailable => Outcome::Unavailable,
        ((429, body), Some(_)) if body.contains("Request was throttled.") => Outcome::Throttled,
        _ => Outcome::Wrong(format!("{reply:?}")),
    }
}
