//! Throttles that count in a real Redis, at `REDIS_URL` or `redis://127.0.0.1:6379`, for several processes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server process; it ends with this value.
struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn start(url: &str, prefix: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_throttled-server"))
            .args([url, prefix])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("its port");
        let port = line.trim().parse().expect("a port");
        Self { child, port }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn url() -> String {
    std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned())
}

/// A prefix that no other run of the tests has.
fn prefix(test: &str) -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!("viewset-test:{test}:{}:{}:", std::process::id(), since.expect("a clock").as_nanos())
}

/// The status line and the headers of an answer.
async fn get(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
    let request = b"GET /api/ping/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

/// How many of so many requests at once, spread over the ports, were answered with each status.
fn statuses(ports: &[u16], requests: usize) -> HashMap<String, usize> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let mut counts = HashMap::new();
    runtime.block_on(async {
        let ports = ports.iter().cycle().take(requests);
        let all: Vec<_> = ports.map(|port| tokio::spawn(get(*port))).collect();
        for answer in all {
            let answer = answer.await.expect("a request ends");
            let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
            assert_eq!(status == "429", answer.contains("\r\nretry-after: "), "{answer}");
            *counts.entry(status).or_default() += 1;
        }
    });
    counts
}

/// I3, I11: of 1,000 requests at once to two processes exactly the allowed 100 pass.
#[test]
fn two_processes_count_together_and_exactly() {
    let (url, prefix) = (url(), prefix("together"));
    let processes = [Process::start(&url, &prefix), Process::start(&url, &prefix)];
    let ports = processes.each_ref().map(|process| process.port);
    let counts = statuses(&ports, 1_000);
    assert_eq!(counts, HashMap::from([("200".to_owned(), 100), ("429".to_owned(), 900)]));
}

/// A process that is killed and replaced finds what was counted.
#[test]
fn a_new_process_goes_on_counting() {
    let (url, prefix) = (url(), prefix("replaced"));
    let first = Process::start(&url, &prefix);
    assert_eq!(statuses(&[first.port], 60), HashMap::from([("200".to_owned(), 60)]));
    drop(first);
    let second = Process::start(&url, &prefix);
    let expected = HashMap::from([("200".to_owned(), 40), ("429".to_owned(), 20)]);
    assert_eq!(statuses(&[second.port], 60), expected);
}

/// Without its Redis a server refuses in time, and says that it is not the client's fault.
#[test]
fn a_redis_that_is_gone_is_a_503() {
    let process = Process::start("redis://127.0.0.1:1", &prefix("gone"));
    let answer = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let answer = answer.expect("a runtime").block_on(get(process.port));
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}
