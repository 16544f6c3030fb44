//! The server under callgrind, and the counts that callgrind writes at every mark.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::server::{self, Site};

/// A running server; it ends when its standard input is closed.
pub(crate) struct Callgrind {
    process: Child,
    /// By the number of the site.
    ports: Vec<u16>,
    directory: PathBuf,
    /// How many counts were written and read.
    read: u32,
    profiles: Vec<PathBuf>,
}

impl Callgrind {
    /// Starts this program again, under callgrind, as the server.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let program = std::env::current_exe()?;
        let directory = program.with_file_name("dispatch-cost-profiles");
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let mut process = Command::new("valgrind")
            .args(["--tool=callgrind", "--quiet"])
            .arg(format!("--dump-before={}", server::MARK_FUNCTION))
            .arg(format!("--callgrind-out-file={}", directory.join(COUNTS).display()))
            .args([program.as_os_str(), server::COMMAND.as_ref()])
            .env("GLIBC_TUNABLES", NO_REPEATED_INSTRUCTIONS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("valgrind cannot be started: {error}"))?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let lines = BufReader::new(output).lines().take(Site::ALL.len());
        let ports = lines.map(|line| Ok(line?.parse()?)).collect::<Result<_, Box<dyn Error>>>()?;
        Ok(Self { process, ports, directory, read: 0, profiles: Vec::new() })
    }

    pub(crate) fn port(&self, site: Site) -> Result<u16, Box<dyn Error>> {
        Ok(*self.ports.get(site as usize).ok_or("the server did not start")?)
    }

    /// The instructions between the last two marks.
    pub(crate) fn next_count(&mut self) -> Result<f64, Box<dyn Error>> {
        // A mark ends what was before it as well: the warm-up.
        self.read += 2;
        total(&self.file(self.read))
    }

    /// The instructions since the mark before; the counts by function are kept.
    pub(crate) fn next_count_of_requests(&mut self) -> Result<f64, Box<dyn Error>> {
        self.read += 1;
        let file = self.file(self.read);
        self.profiles.push(file.clone());
        total(&file)
    }

    /// The counts by function of the requests that were measured, in their order.
    pub(crate) fn profiles(&self) -> &[PathBuf] {
        &self.profiles
    }

    fn file(&self, number: u32) -> PathBuf {
        self.directory.join(format!("{COUNTS}.{number}"))
    }
}

impl Drop for Callgrind {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // There is nobody to tell if it fails.
        let _ = self.process.wait();
    }
}

/// glibc fills and copies more than 2 KiB with one `rep stosb` or `rep movsb`, of which callgrind counts
/// every byte as an instruction. actix-http fills 6 KiB a request: a third of a request's count would
/// be that one instruction, on the processors that have it, and would hide a third of what we add. So
/// glibc is told to use its loops, which are counted as what they are.
const NO_REPEATED_INSTRUCTIONS: &str =
    "glibc.cpu.x86_rep_stosb_threshold=10000000:glibc.cpu.x86_rep_movsb_threshold=10000000";

/// Callgrind adds a number to it at every mark.
const COUNTS: &str = "callgrind.out";

fn total(file: &Path) -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or_else(|| format!("{} has no total", file.display()))?.trim().parse()?)
}
