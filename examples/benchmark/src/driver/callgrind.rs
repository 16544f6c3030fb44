//! Instructions a request: the server under callgrind, which writes its counts when it is told to.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::client::Connection;
use crate::database::{Database, USERS};
use crate::endpoints::{ENDPOINTS, Endpoint};
use crate::report::Figures;
use crate::server::{Kind, Server};

/// Before counting: what is made at the first use has been made, and every buffer has its size.
const WARM_UP: u32 = 100;
/// The difference between these two is what is counted; what a dump costs is in both.
const FEW: u32 = 50;
const MANY: u32 = 250;

/// So much time after an answer the server sleeps again; were the next request sent at once, it would now and then
/// be there before, and the counts would vary by chance.
const PAUSE: Duration = Duration::from_millis(3);

/// glibc fills and copies more than 2 KiB with one `rep stosb` or `rep movsb`, of which callgrind counts every byte
/// as an instruction: glibc is told to use its loops, which are counted as what they are.
const NO_REPEATED_INSTRUCTIONS: &str =
    "glibc.cpu.x86_rep_stosb_threshold=10000000:glibc.cpu.x86_rep_movsb_threshold=10000000";

/// Counts all endpoints of a server.
pub(crate) async fn measure(
    kind: Kind,
    database: &Database,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    database.reset(USERS).await?;
    let directory = std::env::current_exe()?.with_file_name(format!(
        "profiles-{}-{}",
        database.backend().name(),
        kind.name()
    ));
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    fs::create_dir_all(&directory)?;
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", directory.join(COUNTS).display()))
        .arg(kind.program()?)
        .env("WORKERS", "1")
        .env("GLIBC_TUNABLES", NO_REPEATED_INSTRUCTIONS);
    let server = Server::run(command, database)
        .map_err(|error| format!("{error}; is valgrind installed? --no-callgrind does without"))?;
    let mut counts = Counts { server, directory, dumps: 0 };
    for endpoint in &ENDPOINTS {
        let count = counts.of(endpoint)?;
        figures.add_instructions(kind, endpoint.name, count);
    }
    eprintln!("profiles of {}: {}", kind.name(), counts.directory.display());
    Ok(())
}

/// Callgrind adds a number to it with every dump.
const COUNTS: &str = "callgrind.out";

struct Counts {
    server: Server,
    directory: PathBuf,
    dumps: u32,
}

impl Counts {
    fn of(&mut self, endpoint: &Endpoint) -> Result<f64, Box<dyn Error>> {
        let mut connection = Connection::open()?;
        let mut number = 0;
        let mut send = |requests: u32| -> Result<(), Box<dyn Error>> {
            for _ in 0..requests {
                number += 1;
                let (path, body) = endpoint.filled(number);
                sleep(PAUSE);
                let answer = connection.send(endpoint.method, &path, &body)?;
                if !(200..300).contains(&answer.status) {
                    return Err(format!("{} answers {answer:?}", endpoint.name).into());
                }
            }
            sleep(PAUSE);
            Ok(())
        };
        send(WARM_UP)?;
        self.dump("warm-up")?;
        send(FEW)?;
        let few = self.dump("few")?;
        send(MANY)?;
        let many = self.dump(endpoint.name)?;
        Ok((many - few) / f64::from(MANY - FEW))
    }

    /// The instructions since the last dump, which are kept by function under a name.
    fn dump(&mut self, name: &str) -> Result<f64, Box<dyn Error>> {
        let told = Command::new("callgrind_control")
            .args(["--dump", &self.server.id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if !told.success() {
            return Err("callgrind was not told to dump".into());
        }
        self.dumps += 1;
        let written = self.directory.join(format!("{COUNTS}.{}", self.dumps));
        let count = total(&written)?;
        fs::rename(written, self.directory.join(name))?;
        Ok(count)
    }
}

fn total(file: &Path) -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or_else(|| format!("{} has no total", file.display()))?.trim().parse()?)
}
