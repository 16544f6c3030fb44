//! One keep-alive connection, and on it one request at a time.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::server::TOKEN;

/// So much time after an answer the server sleeps again. Were the next request sent at once, it would
/// now and then be there before the server has gone to sleep, and the counts would vary by chance.
const PAUSE: Duration = Duration::from_millis(3);

/// A connection to the server.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(port: u16) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a GET; gives back status and body.
    pub(crate) fn get(&mut self, path: &str, accept: &str) -> Result<String, Box<dyn Error>> {
        self.send("GET", path, accept, "")
    }

    /// Sends a request with the headers that curl sends and a token, and with JSON if there is a body; gives back
    /// status and body.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        accept: &str,
        body: &str,
    ) -> Result<String, Box<dyn Error>> {
        std::thread::sleep(PAUSE);
        let content = match body.len() {
            0 => String::new(),
            length => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: curl/8.0.0\r\nAccept: {accept}\r\nAuthorization: Token {TOKEN}\r\n{content}\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse()?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(format!("{status} {}", String::from_utf8(body)?))
    }

    fn line(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(line.trim_end().to_owned())
    }
}
