//! Database servers of the tests' own: on a free port, in a temporary folder, gone with their value. They are asked
//! through their own command lines, not through the library.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::{certificates, wait_until};

/// Longer than a server takes to be there.
const START: Duration = Duration::from_secs(60);

/// Which server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    Mariadb,
    Redis,
}

impl Kind {
    /// The user that it runs as where the test is run by root.
    fn user(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb => "mysql",
            Self::Redis => "redis",
        }
    }
}

/// A server that runs, unless it was killed.
pub(crate) struct Database {
    kind: Kind,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Database {
    /// Makes one without data, with an empty database `faults`, and starts it.
    pub(crate) fn new(kind: Kind) -> Self {
        let mut database = Self::make(kind);
        database.begin();
        database
    }

    /// The same with a certificate for `127.0.0.1`, made by an authority of its own.
    pub(crate) fn encrypted(kind: Kind) -> Self {
        let mut database = Self::make(kind);
        certificates::make(database.folder.path());
        if let Some((user, group)) = other_user(kind) {
            let key = database.folder.path().join(certificates::KEY);
            std::os::unix::fs::chown(key, Some(user), Some(group)).expect("its owner");
        }
        database.begin();
        database
    }

    fn make(kind: Kind) -> Self {
        let folder = tempfile::Builder::new().prefix("viewset-faults-").tempdir();
        let folder = folder.expect("a temporary folder");
        if let Some((user, group)) = other_user(kind) {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).expect("its owner");
        }
        let database = Self { kind, folder, port: free_port(), child: None };
        database.make_data();
        database
    }

    fn begin(&mut self) {
        self.start();
        match self.kind {
            Kind::Postgres => drop(self.ask_in("postgres", "CREATE DATABASE faults")),
            Kind::Mariadb => drop(self.ask_in("mysql", "CREATE DATABASE faults")),
            Kind::Redis => {}
        }
    }

    /// The certificate of the authority, if it is encrypted.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join(certificates::AUTHORITY)
    }

    /// From now on it takes no writes of new connections.
    pub(crate) fn refuse_writes(&self) {
        self.ask(match self.kind {
            Kind::Postgres => "ALTER DATABASE faults SET default_transaction_read_only = on",
            _ => "SET GLOBAL read_only = 1",
        });
    }

    pub(crate) fn url(&self) -> String {
        let port = self.port;
        match self.kind {
            Kind::Postgres => format!("postgres://postgres@127.0.0.1:{port}/faults"),
            Kind::Mariadb => format!("mysql://root@127.0.0.1:{port}/faults"),
            Kind::Redis => format!("redis://127.0.0.1:{port}"),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Runs as another user than root: neither server allows that.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = other_user(self.kind) {
            command.uid(user).gid(group);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn make_data(&self) {
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command = self.command(&postgres("initdb"));
                command.args(["--auth=trust", "--username=postgres", "--no-sync", "-D"]);
                command.arg(self.data());
                command
            }
            Kind::Mariadb => {
                let mut command = self.command(Path::new("mariadb-install-db"));
                command.args(["--no-defaults", "--skip-test-db"]);
                command.arg("--auth-root-authentication-method=normal");
                command.arg(format!("--datadir={}", self.data().display()));
                command
            }
            Kind::Redis => return,
        };
        let made = command.output().expect("the program that makes a database runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    /// Starts it, and returns once it answers.
    pub(crate) fn start(&mut self) {
        let (folder, port) = (self.folder.path().display().to_string(), self.port);
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command = self.command(&postgres("postgres"));
                command.args(["-D", &self.data().display().to_string(), "-k", &folder]);
                command.args(["-c", "listen_addresses=127.0.0.1", "-p", &port.to_string()]);
                command
            }
            Kind::Mariadb => {
                let mut command = self.command(Path::new("/usr/sbin/mariadbd"));
                command.args(["--no-defaults", "--bind-address=127.0.0.1"]);
                command.arg(format!("--datadir={}", self.data().display()));
                command.args([format!("--port={port}"), format!("--socket={folder}/socket")]);
                command
            }
            Kind::Redis => {
                let mut command = self.command(Path::new("redis-server"));
                command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
                command
            }
        };
        let in_folder = |name: &str| self.folder.path().join(name).display().to_string();
        if self.authority().exists() {
            let (cert, key) = (in_folder(certificates::CERTIFICATE), in_folder(certificates::KEY));
            match self.kind {
                Kind::Postgres => {
                    let files = [format!("ssl_cert_file={cert}"), format!("ssl_key_file={key}")];
                    command.args(["-c", "ssl=on", "-c", &files[0], "-c", &files[1]]);
                }
                _ => {
                    command.args([format!("--ssl-cert={cert}"), format!("--ssl-key={key}")]);
                }
            }
        }
        let log = std::fs::File::options().create(true).append(true).open(self.log());
        command.stderr(log.expect("a log"));
        self.child = Some(command.spawn().expect("the server starts"));
        wait_until("the server answers", START, || {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "{}", std::fs::read_to_string(self.log()).unwrap_or_default());
            match self.kind {
                Kind::Postgres => self.try_ask("postgres", "SELECT 1").is_ok(),
                Kind::Mariadb => self.try_ask("mysql", "SELECT 1").is_ok(),
                Kind::Redis => std::net::TcpStream::connect(("127.0.0.1", port)).is_ok(),
            }
        });
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Kills it with SIGKILL, and the processes that it started for its connections.
    pub(crate) fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let children = children(child.id());
        let _ = child.kill();
        if !children.is_empty() {
            // Some have ended with their parent.
            let _ = Command::new("kill").arg("-9").args(children).stderr(Stdio::null()).status();
        }
        let _ = child.wait();
    }

    /// The first column of the rows of a query.
    pub(crate) fn ask(&self, sql: &str) -> Vec<String> {
        self.ask_in("faults", sql)
    }

    fn ask_in(&self, database: &str, sql: &str) -> Vec<String> {
        self.try_ask(database, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    fn try_ask(&self, database: &str, sql: &str) -> Result<Vec<String>, String> {
        let port = self.port.to_string();
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command = Command::new("psql");
                command.args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                    "-U",
                    "postgres",
                    "-qAtX",
                    "-c",
                    sql,
                ]);
                command
            }
            _ => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "-h", "127.0.0.1", "-P", &port, "-u", "root"]);
                command.args(["-N", "-B", "-e", sql]);
                command
            }
        };
        let answer = command.arg(database).output().expect("the client of the database runs");
        if !answer.status.success() {
            return Err(String::from_utf8_lossy(&answer.stderr).into_owned());
        }
        let text = String::from_utf8_lossy(&answer.stdout);
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// What each connection of the applications is doing, in the database's words.
    pub(crate) fn connections(&self) -> Vec<String> {
        self.ask(match self.kind {
            Kind::Postgres => {
                "SELECT state FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid()"
            }
            _ => {
                "SELECT command FROM information_schema.processlist WHERE db = 'faults' AND id <> CONNECTION_ID()"
            }
        })
    }

    /// How many statements of the applications run in whose text this word is.
    pub(crate) fn running(&self, word: &str) -> usize {
        let sql = match self.kind {
            Kind::Postgres => {
                "SELECT pid FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid() \
                 AND state = 'active' AND query"
            }
            _ => {
                "SELECT id FROM information_schema.processlist WHERE db = 'faults' AND id <> CONNECTION_ID() \
                 AND command NOT IN ('Sleep', 'Killed') AND info"
            }
        };
        self.ask(&format!("{sql} LIKE '%{word}%'")).len()
    }

    /// Ends the connections of the applications, or kills the process of one of them, and returns once they are gone.
    pub(crate) fn end_connections(&self, crash: bool) {
        let theirs = match self.kind {
            Kind::Postgres => {
                "SELECT pid FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid()"
            }
            _ => {
                "SELECT id FROM information_schema.processlist WHERE db = 'faults' AND id <> CONNECTION_ID()"
            }
        };
        let ended = self.ask(theirs);
        for connection in &ended {
            // It may have ended by itself.
            let _ = match self.kind {
                Kind::Postgres if crash => {
                    let killed = Command::new("kill").args(["-9", connection]).status();
                    assert!(killed.is_ok_and(|status| status.success()), "a process to kill");
                    break;
                }
                Kind::Postgres => {
                    self.try_ask("faults", &format!("SELECT pg_terminate_backend({connection})"))
                }
                _ => self.try_ask("faults", &format!("KILL {connection}")),
            };
        }
        wait_until("they are gone, and the database answers", START, || {
            let left = self.try_ask("faults", theirs);
            left.is_ok_and(|left| !left.iter().any(|connection| ended.contains(connection)))
        });
    }

    /// How many transactions are open.
    pub(crate) fn transactions(&self) -> usize {
        let sql = match self.kind {
            Kind::Postgres => {
                "SELECT pid FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid() \
                 AND xact_start IS NOT NULL"
            }
            _ => {
                // What the server says of them is as old as the last question, unless that is a while ago.
                std::thread::sleep(Duration::from_millis(200));
                "SELECT trx_id FROM information_schema.innodb_trx"
            }
        };
        self.ask(sql).len()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program of the newest PostgreSQL that is installed.
fn postgres(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| number(path));
    newest.expect("PostgreSQL is installed").join("bin").join(program)
}

/// The ids of user and group that a server runs as, if the test is run by root.
fn other_user(kind: Kind) -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let answer = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    Some((id(&["-u", kind.user()])?, id(&["-g", kind.user()])?))
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<String> {
    let listed = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
    listed.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// A port that nobody listens on, below those that the system gives to clients: none of these takes it while its server
/// is down.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap_or_default() + 20_000;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
