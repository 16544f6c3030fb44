//! A server on a real socket, and a client that sends exactly the bytes it is given.

use std::net::SocketAddr;
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use viewset_actix::routers::Router;

/// A running server; stopped when it is dropped.
pub struct Server {
    addr: SocketAddr,
    handle: ServerHandle,
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// The body, chunks joined.
    pub body: String,
}

impl Server {
    /// Serves a router below `/api`.
    pub fn start(router: Router) -> Self {
        Self::start_with(move |config| {
            config.service(web::scope("/api").service(router.clone()));
        })
    }

    /// Serves whatever `configure` says.
    pub fn start_with(
        configure: impl Fn(&mut web::ServiceConfig) + Send + Clone + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let app = move || App::new().configure(configure.clone());
            let server = HttpServer::new(app).workers(2).disable_signals().shutdown_timeout(1);
            let server = server.bind(("127.0.0.1", 0)).expect("a free port");
            let addr = server.addrs()[0];
            actix_web::rt::System::new().block_on(async move {
                let server = server.run();
                sender.send((addr, server.handle())).expect("the test waits");
                server.await.expect("the server runs");
            });
        });
        let (addr, handle) = receiver.recv().expect("the server starts");
        Self { addr, handle }
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Sends a request with `Host: testserver` and a JSON body.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Reply {
        self.send(method, path, &[("Content-Type", "application/json")], body.as_bytes())
    }

    /// Sends a GET.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    /// Sends a request with these headers beside `Host`, `Connection` and `Content-Length`.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || ["POST", "PUT", "PATCH"].contains(&method) {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        self.raw(&[head.as_bytes(), body].concat(), method)
    }

    /// Sends bytes as they are and reads the answer to a request of this method.
    pub fn raw(&self, bytes: &[u8], method: &str) -> Reply {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let answer = runtime.expect("a runtime").block_on(async {
            let mut stream = TcpStream::connect(self.addr).await.expect("the server listens");
            // A server that refuses a long body may close before all of it is sent.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer
        });
        Reply::parse(&answer, method)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent at once; waiting for the end is not the test's business.
        drop(self.handle.stop(false));
    }
}

impl Reply {
    /// Reads the answer to a request of this method.
    pub fn parse(answer: &[u8], method: &str) -> Self {
        let text = String::from_utf8_lossy(answer);
        let (head, rest) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.split("\r\n");
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|s| s.parse().ok());
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let chunked =
            headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked { join_chunks(rest) } else { rest.to_owned() };
        assert!(method != "HEAD" || body.is_empty(), "HEAD has no body: {body}");
        Self { status: status.unwrap_or(0), headers, body }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// Status and body, the two that most tests are about.
    pub fn brief(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

fn join_chunks(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, tail)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        body.push_str(&tail[..size]);
        rest = &tail[size + 2..];
    }
    body
}
