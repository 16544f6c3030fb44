//! The memory of viewset's server, while it answers a million requests.

use std::error::Error;
use std::fs;
use std::time::Duration;

use crate::database::{Database, USERS};
use crate::load::send;
use crate::server::{Kind, Server};

/// How many requests there are in all.
const REQUESTS: f64 = 1e6;
/// How long it is loaded before the memory is looked at again.
const STEP: Duration = Duration::from_secs(5);

/// How many requests there are at least between two figures.
const APART: f64 = 1e5;

/// Pages, rows and changes in turn, all over the table.
const SCRIPT: &str = r#"
local number = 0
local headers = {['Content-Type'] = 'application/json'}
function request()
  number = number + 1
  local row = '/users/' .. (number % 9999 + 1) .. '/'
  if number % 5 == 0 then return wrk.format('GET', '/users/?page=' .. (number % 500 + 1)) end
  if number % 5 == 1 then
    return wrk.format('PATCH', row, headers, '{"first_name":"Ann ' .. number .. '"}')
  end
  return wrk.format('GET', row)
end
"#;

/// The memory after so many requests.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) requests: f64,
    pub(crate) mebibytes: f64,
}

pub(crate) async fn measure(database: &Database) -> Result<Vec<Memory>, Box<dyn Error>> {
    database.reset(USERS).await?;
    let server = Server::start(Kind::Viewset, database)?;
    let mut measured = Vec::<Memory>::new();
    let (mut requests, mut due) = (0.0, 0.0);
    while requests < REQUESTS {
        requests += send(SCRIPT, STEP)?.requests;
        if requests >= due || requests >= REQUESTS {
            measured.push(Memory { requests, mebibytes: resident(server.id())? });
            due = requests + APART;
        }
    }
    Ok(measured)
}

/// What a process has in memory.
fn resident(process: u32) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no memory")?;
    Ok(kibibytes.parse::<f64>()? / 1024.0)
}
