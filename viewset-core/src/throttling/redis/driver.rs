//! The connection to Redis, on a thread and a runtime of its own.
//!
//! A connection lives on the runtime that opened it. actix-web's workers are a runtime each, and one
//! that is busy or ends would take the connection from all others; so none of them has it.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::throttling::{Decision, Rate};

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("hit.lua")));

/// One request, as it goes to the server.
pub(super) struct Hit {
    pub(super) key: Vec<u8>,
    pub(super) rate: Rate,
}

/// The way to the thread that has the connection; the thread ends when this is dropped.
pub(super) struct Driver {
    link: Arc<Link>,
    runtime: Handle,
    _stop: oneshot::Sender<Infallible>,
}

impl Driver {
    pub(super) fn start(client: Client, timeout: Duration) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let link = Arc::new(Link { client, line: Mutex::default() });
        let driver = Self { link: link.clone(), runtime: runtime.handle().clone(), _stop: stop };
        thread::Builder::new()
            .name("viewset-redis".into())
            .spawn(move || drive(runtime, stopped))?;
        driver.runtime.spawn(async move {
            if let Err(error) = link.line(Instant::now() + timeout).await {
                tracing::warn!("Redis is not there for the throttles: {error}");
            }
        });
        Ok(driver)
    }

    /// The server's decision, at the latest when `timeout` has passed.
    pub(super) async fn hit(&self, hit: Hit, timeout: Duration) -> Result<Decision, RedisError> {
        let (link, deadline) = (self.link.clone(), Instant::now() + timeout);
        let answer = self.runtime.spawn(async move { link.hit(&hit, deadline).await });
        answer.await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }
}

fn drive(runtime: Runtime, stopped: oneshot::Receiver<Infallible>) {
    // It is never sent; it ends when the driver is dropped.
    let _ = runtime.block_on(stopped);
    runtime.shutdown_background();
}

/// The server, and the connection to it if there is one.
struct Link {
    client: Client,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    connection: Option<MultiplexedConnection>,
    /// How many connections there were, to know whether a broken one is still the present one.
    number: u64,
}

impl Link {
    /// A connection that is found broken is replaced once; it may have been idle for long.
    async fn hit(self: &Arc<Self>, hit: &Hit, deadline: Instant) -> Result<Decision, RedisError> {
        match self.ask(hit, deadline).await {
            Err(error) if error.is_unrecoverable_error() => self.ask(hit, deadline).await,
            answer => answer,
        }
    }

    async fn ask(self: &Arc<Self>, hit: &Hit, deadline: Instant) -> Result<Decision, RedisError> {
        let (mut connection, number) = self.line(deadline).await?;
        let mut call = SCRIPT.key(&*hit.key);
        call.arg(hit.rate.requests()).arg(hit.rate.period().as_secs());
        let answer = within(deadline, call.invoke_async(&mut connection)).await;
        match answer {
            Ok(answer) => Ok(decision(hit.rate, answer)),
            Err(error) => {
                // Nor does one that is silent for so long deserve the next request.
                if error.is_timeout() {
                    // In the background: another request may hold the line for as long as it waits.
                    let link = self.clone();
                    tokio::spawn(async move { link.hang_up(number).await });
                } else if error.is_unrecoverable_error() {
                    let _ = tokio::time::timeout_at(deadline, self.hang_up(number)).await;
                }
                Err(error)
            }
        }
    }

    /// The connection and its number; one who finds none opens it, and the others wait for that.
    async fn line(&self, deadline: Instant) -> Result<(MultiplexedConnection, u64), RedisError> {
        within(deadline, async {
            let mut line = self.line.lock().await;
            let connection = match line.connection.clone() {
                Some(connection) => connection,
                None => {
                    let connection = self.open().await?;
                    line.number += 1;
                    line.connection.insert(connection).clone()
                }
            };
            Ok((connection, line.number))
        })
        .await
    }

    /// The deadline of the request is the only one, so the driver's own are off.
    async fn open(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_pipeline_buffer_size(1024);
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn hang_up(&self, number: u64) {
        let mut line = self.line.lock().await;
        if line.number == number {
            line.connection = None;
        }
    }
}

async fn within<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, RedisError> {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "Redis did not answer in time");
    timeout_at(deadline, work).await.unwrap_or_else(|_| Err(late().into()))
}

fn decision(rate: Rate, (passes, recorded, remaining): (bool, u64, u64)) -> Decision {
    if passes {
        return Decision::Allowed;
    }
    Decision::throttled(rate.requests().into(), recorded, Duration::from_micros(remaining))
}
