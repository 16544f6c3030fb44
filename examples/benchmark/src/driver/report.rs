//! The figures of a database, as a table.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::fs;
use std::process::Command;

use chrono::Utc;

use crate::database::Backend;
use crate::endpoints::ENDPOINTS;
use crate::load::Loaded;
use crate::memory::Memory;
use crate::server::Kind;

/// What was measured, by server and endpoint.
#[derive(Default)]
pub(crate) struct Figures {
    instructions: BTreeMap<(Kind, &'static str), f64>,
    loads: BTreeMap<(Kind, &'static str), Vec<Loaded>>,
}

impl Figures {
    pub(crate) fn add_instructions(&mut self, kind: Kind, endpoint: &'static str, count: f64) {
        self.instructions.insert((kind, endpoint), count);
    }

    pub(crate) fn add_load(&mut self, kind: Kind, endpoint: &'static str, load: Loaded) {
        self.loads.entry((kind, endpoint)).or_default().push(load);
    }

    /// An endpoint in a line, while the others are measured.
    pub(crate) fn progress(&self, kinds: &[Kind], endpoint: &'static str) -> String {
        let cpu =
            |kind| median(self.rounds(kind, endpoint, |load| Some(load.cpu))).unwrap_or_default();
        let costs: Vec<_> =
            kinds.iter().map(|kind| format!("{} {:.1} µs", kind.name(), cpu(*kind))).collect();
        format!("{endpoint}: {}", costs.join(", "))
    }

    /// A figure of each round.
    fn rounds(
        &self,
        kind: Kind,
        endpoint: &'static str,
        of: impl Fn(&Loaded) -> Option<f64>,
    ) -> Vec<f64> {
        self.loads.get(&(kind, endpoint)).into_iter().flatten().filter_map(of).collect()
    }
}

fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// The median of the ratios of each round: what changes from round to round changes for both.
fn ratio(figures: &[f64], base: &[f64]) -> Option<f64> {
    let pairs = figures.iter().zip(base).filter(|(_, base)| **base > 0.0);
    median(pairs.map(|(figure, base)| figure / base).collect())
}

/// All that is to be told about a database.
pub(crate) struct Report {
    pub(crate) backend: Backend,
    pub(crate) version: String,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) figures: Figures,
    pub(crate) memory: Vec<Memory>,
}

/// A table's name, and where the figures of it come from, one a round.
type Measure<'a> = (&'static str, Box<dyn Fn(Kind, &'static str) -> Vec<f64> + 'a>);

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        let measures: [Measure<'_>; 4] = [
            (
                "thousand instructions a request",
                Box::new(|kind, endpoint| {
                    let count = figures.instructions.get(&(kind, endpoint));
                    count.map(|count| count / 1000.0).into_iter().collect()
                }),
            ),
            (
                "CPU of the server, µs a request",
                Box::new(|kind, endpoint| figures.rounds(kind, endpoint, |load| Some(load.cpu))),
            ),
            (
                "CPU of the database, µs a request",
                Box::new(|kind, endpoint| figures.rounds(kind, endpoint, |load| load.database_cpu)),
            ),
            (
                "requests a second",
                Box::new(|kind, endpoint| {
                    figures.rounds(kind, endpoint, |load| Some(load.requests_a_second))
                }),
            ),
        ];
        writeln!(f, "\n## {} {}", self.backend.name(), self.version)?;
        for (name, figures) in &measures {
            self.table(f, name, figures)?;
        }
        if !self.memory.is_empty() {
            writeln!(
                f,
                "\n| requests to viewset | its memory, MiB |\n|--------------------:|---------------:|"
            )?;
            for Memory { requests, mebibytes } in &self.memory {
                writeln!(f, "| {requests:>19} | {mebibytes:>14.1} |")?;
            }
        }
        Ok(())
    }
}

impl Report {
    /// A table in Markdown, if there are figures for it.
    fn table(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        figures: &dyn Fn(Kind, &'static str) -> Vec<f64>,
    ) -> fmt::Result {
        let all = || self.kinds.iter().flat_map(|kind| ENDPOINTS.iter().map(|e| (*kind, e.name)));
        if all().all(|(kind, endpoint)| figures(kind, endpoint).is_empty()) {
            return Ok(());
        }
        let titles = ["ordinary", "best", "viewset", "viewset/best", "viewset/ordinary"];
        write!(f, "\n| {name:33} |")?;
        for title in titles {
            write!(f, " {title:>16} |")?;
        }
        write!(f, "\n|{:-<35}|", "")?;
        for _ in titles {
            write!(f, "{:->17}:|", "")?;
        }
        writeln!(f)?;
        for endpoint in ENDPOINTS.iter().map(|endpoint| endpoint.name) {
            let [ordinary, best, viewset] = Kind::ALL.map(|kind| figures(kind, endpoint));
            let ratios = [ratio(&viewset, &best), ratio(&viewset, &ordinary)];
            write!(f, "| {endpoint:33} |")?;
            for rounds in [ordinary, best, viewset] {
                cell(f, median(rounds), 1)?;
            }
            for ratio in ratios {
                cell(f, ratio, 2)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn cell(f: &mut fmt::Formatter<'_>, value: Option<f64>, digits: usize) -> fmt::Result {
    match value {
        Some(value) => write!(f, " {value:>16.digits$} |"),
        None => write!(f, " {:>16} |", "–"),
    }
}

/// Writes the reports to `RESULTS.md`, with the date and what was measured with.
pub(crate) fn save(reports: &[Report]) -> Result<(), Box<dyn Error>> {
    let rustc = Command::new("rustc").arg("--version").output()?;
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"))?;
    let mut text = format!(
        "# Results\n\n{}, {}, actix-web {}, diesel {}, {} cores. Medians of the rounds, of the ratios as well; `src/driver/main.rs` says how they are measured.\n",
        Utc::now().format("%Y-%m-%d"),
        String::from_utf8_lossy(&rustc.stdout).trim(),
        locked(&lock, "actix-web"),
        locked(&lock, "diesel"),
        std::thread::available_parallelism()?,
    );
    for report in reports {
        text += &report.to_string();
    }
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md"), text)?;
    Ok(())
}

/// The version of a package in a lock file.
fn locked<'a>(lock: &'a str, package: &str) -> &'a str {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&entry).and_then(|(_, rest)| rest.split_once('"'));
    version.map_or("?", |(version, _)| version)
}
