//! The application in a process of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

/// How many connections a process has at most.
pub(crate) const CONNECTIONS: usize = 8;

/// How long a request of it waits for one.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// A process; it is killed with this value.
pub(crate) struct Process {
    child: Child,
    port: u16,
    heard: Arc<Mutex<Heard>>,
}

/// What the process has told.
#[derive(Default)]
struct Heard {
    /// Who waits for it to tell that a note is written.
    written: HashMap<String, oneshot::Sender<()>>,
    /// The writes that did not come to their end.
    gone: Vec<String>,
}

impl Process {
    pub(crate) fn start(url: &str) -> Self {
        Self::start_with(url, CONNECTIONS, WAIT, None)
    }

    pub(crate) fn start_with(
        url: &str,
        connections: usize,
        wait: Duration,
        redis: Option<&str>,
    ) -> Self {
        let mut command = command(url, connections, wait);
        command.envs(redis.map(|url| ("REDIS_URL", url)));
        Self::spawn(command).expect("the application serves")
    }

    /// With the certificate of an authority that it trusts; `None` if it ends before it serves.
    pub(crate) fn trusting(url: &str, authority: Option<&Path>) -> Option<Self> {
        let mut command = command(url, CONNECTIONS, WAIT);
        command.envs(authority.map(|path| ("SSL_CERT_FILE", path)));
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Option<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the application starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let Some(port) = lines.next() else {
            let _ = child.wait();
            return None;
        };
        let port = port.expect("a line");
        let heard = Arc::<Mutex<Heard>>::default();
        let hears = heard.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                hears.lock().unwrap_or_else(PoisonError::into_inner).hear(&line);
            }
        });
        Some(Self { child, port: port.parse().expect("a port"), heard })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Resolves once the process has written this note, in a transaction that is still open.
    pub(crate) fn written(&self, name: &str) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.heard().written.insert(name.to_owned(), sender);
        receiver
    }

    /// How many writes did not come to their end.
    pub(crate) fn gone(&self) -> usize {
        self.heard().gone.len()
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn command(url: &str, connections: usize, wait: Duration) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faults-server"));
    command.env("DATABASE_URL", url).env("MAX_CONNECTIONS", connections.to_string());
    command.env("WAIT_MS", wait.as_millis().to_string());
    for name in ["REDIS_URL", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    command
}

impl Heard {
    fn hear(&mut self, line: &str) {
        match line.split_once(' ') {
            Some(("written", name)) => {
                if let Some(waiting) = self.written.remove(name) {
                    // Nobody waits for it any more.
                    let _ = waiting.send(());
                }
            }
            Some(("gone", name)) => self.gone.push(name.to_owned()),
            _ => panic!("the application says: {line}"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
