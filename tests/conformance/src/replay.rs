//! Replays recorded scenarios against a server and compares its answers with the recording.
//!
//! Before every scenario the server is brought back to the seeded state by a POST to [`RESET`]. What an
//! exchange is stands in `scenario`, how it is sent in `client`, what may differ in `compare`.

mod client;
mod compare;
mod display;
mod scenario;
mod tally;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use scenario::{Exchange, Scenario};
pub use tally::Tally;

/// The path that brings the server back to the seeded state.
pub const RESET: &str = "/__reset__";

/// An exchange whose answer was not the recorded one.
#[derive(Clone, Debug)]
pub struct Difference {
    /// `group/name` of the scenario.
    pub scenario: String,
    /// The place of the exchange in its scenario, from 0.
    pub index: usize,
    /// Method and target.
    pub request: String,
    /// What differed, one line each.
    pub problems: Vec<String>,
}

impl Difference {
    /// How lists name the exchange: `group/name #index`.
    pub fn key(&self) -> String {
        format!("{} #{}", self.scenario, self.index)
    }
}

/// What a replay found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How much matched, in all and by group.
    pub tally: Tally,
    /// What differed, in the order of the replay.
    pub differences: Vec<Difference>,
}

impl Outcome {
    /// Every difference with its lines, a line for every group, and the line of the whole.
    pub fn report(&self) -> String {
        let mut text = String::new();
        for difference in &self.differences {
            text.push_str(&format!("{} {}\n", difference.key(), difference.request));
            difference
                .problems
                .iter()
                .for_each(|problem| text.push_str(&format!("    {problem}\n")));
        }
        text.push_str(&self.tally.to_string());
        text
    }
}

/// Replays every scenario of a folder (`group/name.json`), in alphabetical order.
///
/// # Errors
///
/// A folder or a scenario cannot be read, or the server cannot be reset. An exchange without an answer
/// is a difference and no error.
pub fn replay(server: SocketAddr, folder: &Path) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for (group, name, path) in files(folder)? {
        let scenario = Scenario::read(&path)?;
        let name = format!("{group}/{name}");
        reset(server, &name)?;
        let before = outcome.differences.len();
        for (index, exchange) in scenario.exchanges.iter().enumerate() {
            let problems = problems(server, exchange);
            if !problems.is_empty() {
                let request = format!("{} {}", exchange.method, exchange.path);
                outcome.differences.push(Difference {
                    scenario: name.clone(),
                    index,
                    request,
                    problems,
                });
            }
        }
        let failed = outcome.differences.len() - before;
        outcome.tally.count(&group, scenario.exchanges.len(), failed);
    }
    Ok(outcome)
}

fn problems(server: SocketAddr, exchange: &Exchange) -> Vec<String> {
    match client::send(server, exchange) {
        Ok(answer) => compare::differences(&exchange.expected, &answer),
        Err(error) => vec![format!("no answer: {error}")],
    }
}

fn reset(server: SocketAddr, scenario: &str) -> io::Result<()> {
    let answer = client::send(server, &Exchange::post(RESET))?;
    match answer.status {
        200..300 => Ok(()),
        status => {
            let text: String = answer.body.chars().take(200).collect();
            Err(io::Error::other(format!("reset before {scenario} failed: {status} {text}")))
        }
    }
}

/// The scenario files of a folder: group, name, path.
fn files(folder: &Path) -> io::Result<Vec<(String, String, PathBuf)>> {
    let mut files = Vec::new();
    for group in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        for path in entries(&group)? {
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push((stem(&group), stem(&path), path));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    fs::read_dir(folder).map_err(named)?.map(|entry| Ok(entry?.path())).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
