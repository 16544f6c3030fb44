//! A server under load: requests a second and CPU time a request, with wrk.

use std::error::Error;
use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::client::Connection;
use crate::database::{Database, USERS};
use crate::endpoints::{Endpoint, UsesUp};
use crate::server::{ADDR, Kind, Server};

/// Connections of wrk.
const CONNECTIONS: u32 = 32;
/// No server deletes more in a second.
const DELETES_A_SECOND: u64 = 100_000;
/// What each server answers before it is measured.
const WARM_UP: u64 = 200;

/// What was measured.
#[derive(Clone, Copy)]
pub(crate) struct Loaded {
    pub(crate) requests_a_second: f64,
    /// µs a request, of the server's process.
    pub(crate) cpu: f64,
    /// µs a request, of the database's processes.
    pub(crate) database_cpu: Option<f64>,
}

pub(crate) async fn measure(
    kind: Kind,
    database: &Database,
    endpoint: &Endpoint,
    time: Duration,
) -> Result<Loaded, Box<dyn Error>> {
    let users = match endpoint.uses_up {
        UsesUp::Rows => DELETES_A_SECOND * (time.as_secs() + 1),
        UsesUp::Nothing => USERS,
    };
    database.reset(users).await?;
    let server = Server::start(kind, database)?;
    let mut connection = Connection::open()?;
    for number in 1..=WARM_UP {
        let (path, body) = endpoint.filled(number);
        connection.send(endpoint.method, &path, &body)?;
    }
    let (cpu, database_cpu) = (server.cpu()?, database.cpu());
    let sent = send(&lua(endpoint), time)
        .map_err(|error| format!("{} of {}: {error}", endpoint.name, kind.name()))?;
    let cpu = server.cpu()?.saturating_sub(cpu);
    let database_cpu = database_cpu.and_then(|before| Some(database.cpu()?.saturating_sub(before)));
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / sent.requests;
    Ok(Loaded {
        requests_a_second: sent.a_second,
        cpu: micros(cpu),
        database_cpu: database_cpu.map(micros),
    })
}

/// What wrk has sent.
pub(crate) struct Sent {
    pub(crate) requests: f64,
    a_second: f64,
}

/// Sends the requests of a script for a while; all of them have to succeed.
pub(crate) fn send(script: &str, time: Duration) -> Result<Sent, Box<dyn Error>> {
    let file = std::env::temp_dir().join("viewset-benchmark.lua");
    fs::write(&file, script)?;
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .arg(format!("--duration={}s", time.as_secs()))
        .arg("--script")
        .arg(&file)
        .arg(format!("http://{ADDR}"))
        .output()
        .map_err(|error| format!("wrk cannot be started ({error}): apt-get install wrk"))?;
    let printed = String::from_utf8(output.stdout)?;
    if let Some(line) =
        printed.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors"))
    {
        return Err(line.trim().into());
    }
    let rate = printed.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    Ok(Sent {
        requests: word_before(&printed, " requests in ")?.parse()?,
        a_second: rate.ok_or("wrk says no rate")?.trim().parse()?,
    })
}

fn word_before<'a>(text: &'a str, what: &str) -> Result<&'a str, Box<dyn Error>> {
    let (before, _) = text.split_once(what).ok_or_else(|| format!("wrk says: {text}"))?;
    Ok(before.rsplit(char::is_whitespace).next().unwrap_or_default())
}

/// The script that makes the requests, with the numbers after those of the warm-up.
fn lua(endpoint: &Endpoint) -> String {
    let Endpoint { method, path, body, .. } = endpoint;
    let filled = |text: &str| format!("'{}'", text.replace('#', "' .. number .. '"));
    let headers = match body.is_empty() {
        true => "{}",
        false => "{['Content-Type'] = 'application/json'}",
    };
    let body = match body.is_empty() {
        true => "nil".to_owned(),
        false => filled(body),
    };
    if path.contains(['#', '@']) || body.contains("number") {
        let path = filled(path).replace('@', &format!("' .. (number % {USERS} + 1) .. '"));
        format!(
            "local number = {WARM_UP}\nlocal headers = {headers}\nfunction request()\n  number = number + 1\n  \
             return wrk.format('{method}', {path}, headers, {body})\nend\n"
        )
    } else {
        // The same request each time is made once.
        format!(
            "local made\nfunction init()\n  made = wrk.format('{method}', '{path}', {headers}, {body})\nend\n\
             function request()\n  return made\nend\n"
        )
    }
}
