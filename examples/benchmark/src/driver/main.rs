//! What does viewset cost beside servers that are written by hand?
//!
//! ```text
//! cargo run --release -- [sqlite] [postgres] [mysql] [--seconds N] [--rounds N] [--no-callgrind] [--no-load] [--memory] [--save]
//! ```
//!
//! One API of users is served three times: by `bench-ordinary` (what a careful engineer writes on actix-web and
//! diesel), by `bench-best` (as fast as it goes by hand) and by `bench-viewset`. This program, in this folder,
//! starts them in turn, makes sure that they answer alike, and measures each endpoint: instructions a request in
//! user space (callgrind, one worker, one request at a time), CPU time of the server a request and requests a
//! second (wrk, 32 connections); with `--memory` also what viewset's server has in memory while it answers a million
//! requests. Every figure is a difference or a median of the rounds, a ratio the median of those of each round, and every server
//! starts on a fresh table of 10,000 users.
//!
//! It needs `cargo build --release` before, `valgrind` and `wrk`. The databases are a SQLite file in the target
//! folder, `POSTGRES_URL` and `MYSQL_URL`; what they hold in the table `users` is lost. `--save` writes the
//! results to `RESULTS.md`.

mod alike;
mod callgrind;
mod client;
mod database;
mod endpoints;
mod load;
mod memory;
mod report;
mod server;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use database::{Backend, Database};
use endpoints::ENDPOINTS;
use report::{Figures, Report};

/// What is to be measured.
struct Options {
    backends: Vec<Backend>,
    seconds: u64,
    rounds: usize,
    callgrind: bool,
    load: bool,
    memory: bool,
    save: bool,
}

impl Options {
    fn from_args() -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            backends: Vec::new(),
            seconds: 3,
            rounds: 3,
            callgrind: true,
            load: true,
            memory: false,
            save: false,
        };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number = || args.next().ok_or(format!("`{arg}` needs a number"));
            match arg.as_str() {
                "sqlite" => options.backends.push(Backend::Sqlite),
                "postgres" => options.backends.push(Backend::Postgres),
                "mysql" => options.backends.push(Backend::Mysql),
                "--seconds" => options.seconds = number()?.parse()?,
                "--rounds" => options.rounds = number()?.parse()?,
                "--no-callgrind" => options.callgrind = false,
                "--no-load" => options.load = false,
                "--memory" => options.memory = true,
                "--save" => options.save = true,
                other => return Err(format!("`{other}` is no argument of this program").into()),
            }
        }
        if options.backends.is_empty() {
            options.backends.push(Backend::Sqlite);
        }
        Ok(options)
    }
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::from_args()?;
    let mut reports = Vec::new();
    for backend in &options.backends {
        let report = measure(*backend, &options).await?;
        println!("{report}");
        reports.push(report);
    }
    if options.save {
        report::save(&reports)?;
    }
    Ok(())
}

async fn measure(backend: Backend, options: &Options) -> Result<Report, Box<dyn Error>> {
    let database = Database::of(backend)?;
    let kinds = alike::check(&database).await?;
    let mut figures = Figures::default();
    if options.callgrind {
        for kind in &kinds {
            callgrind::measure(*kind, &database, &mut figures).await?;
        }
    }
    if options.load {
        for endpoint in &ENDPOINTS {
            for round in 0..options.rounds {
                // In turn, each time in another order, so that whatever changes with time changes for all.
                for place in 0..kinds.len() {
                    let kind = kinds[(place + round) % kinds.len()];
                    let seconds = Duration::from_secs(options.seconds);
                    let loaded = load::measure(kind, &database, endpoint, seconds).await?;
                    figures.add_load(kind, endpoint.name, loaded);
                }
            }
            eprintln!("{}: {}", backend.name(), figures.progress(&kinds, endpoint.name));
        }
    }
    let memory = match options.memory {
        true => memory::measure(&database).await?,
        false => Vec::new(),
    };
    Ok(Report { backend, version: database.version().await?, kinds, figures, memory })
}
