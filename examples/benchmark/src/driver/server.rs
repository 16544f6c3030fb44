//! The servers as processes.

use std::error::Error;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::database::Database;

/// Where the server of the moment listens.
pub(crate) const ADDR: &str = "127.0.0.1:18431";

/// Under valgrind a start takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of the three servers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    Ordinary,
    Best,
    Viewset,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Ordinary, Self::Best, Self::Viewset];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Best => "best",
            Self::Viewset => "viewset",
        }
    }

    /// Beside this program.
    pub(crate) fn program(self) -> Result<PathBuf, Box<dyn Error>> {
        let program = std::env::current_exe()?.with_file_name(format!("bench-{}", self.name()));
        if !program.exists() {
            return Err(format!("{} is missing: cargo build --release", program.display()).into());
        }
        Ok(program)
    }
}

/// A running server; it ends with this value.
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server, with a worker a core.
    pub(crate) fn start(kind: Kind, database: &Database) -> Result<Self, Box<dyn Error>> {
        Self::run(Command::new(kind.program()?), database)
    }

    /// Starts a command that is a server, and waits until it listens.
    pub(crate) fn run(mut command: Command, database: &Database) -> Result<Self, Box<dyn Error>> {
        command.env("ADDR", ADDR).env("DATABASE_URL", database.url()).stdin(Stdio::null());
        let mut server = Self(command.spawn()?);
        let started = Instant::now();
        while TcpStream::connect(ADDR).is_err() {
            if let Some(status) = server.0.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if started.elapsed() > PATIENCE {
                return Err("the server does not listen".into());
            }
            sleep(Duration::from_millis(10));
        }
        Ok(server)
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// The CPU time that the process has used, kernel and all threads included.
    pub(crate) fn cpu(&self) -> Result<Duration, Box<dyn Error>> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        cpu_of(&stat).ok_or_else(|| format!("no times in {stat}").into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // There is nobody to tell if it has ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the times of `/proc/<id>/stat`: ticks of 10 ms, the 12th and 13th word after the name.
fn cpu_of(stat: &str) -> Option<Duration> {
    ticks(stat, 2)
}

/// The same, with what the children used that have ended.
pub(crate) fn cpu_with_children(stat: &str) -> Option<Duration> {
    ticks(stat, 4)
}

fn ticks(stat: &str, words: usize) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = rest.split_ascii_whitespace().skip(11).take(words).map(str::parse::<u64>);
    Some(Duration::from_millis(ticks.sum::<Result<u64, _>>().ok()? * 10))
}
