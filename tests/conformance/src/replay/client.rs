//! Raw HTTP/1.1: one connection a request, and the answer as it came.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::scenario::Exchange;

/// How long to wait for a server that says nothing.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in lower case, values read as Latin-1.
    headers: Vec<(String, String)>,
    /// Empty for HEAD; what is not UTF-8 became U+FFFD.
    pub(super) body: String,
}

impl Answer {
    /// The value of a header; several of one name are joined by a comma.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// Sends a request on a connection of its own.
pub(super) fn send(server: SocketAddr, exchange: &Exchange) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(&bytes(exchange)?)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer, &exchange.method)
}

fn bytes(exchange: &Exchange) -> io::Result<Vec<u8>> {
    let Exchange { method, path, headers, body, .. } = exchange;
    let mut bytes =
        format!("{method} {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n")
            .into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend(latin1(value)?);
        bytes.extend_from_slice(b"\r\n");
    }
    if body.is_some() || ["POST", "PUT", "PATCH"].contains(&method.as_str()) {
        let length = body.as_ref().map_or(0, Vec::len);
        bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend(body.iter().flatten());
    Ok(bytes)
}

fn latin1(text: &str) -> io::Result<Vec<u8>> {
    text.chars()
        .map(|c| u8::try_from(c).map_err(|_| invalid(&format!("`{c}` is not Latin-1"))))
        .collect()
}

fn parse(mut answer: &[u8], method: &str) -> io::Result<Answer> {
    loop {
        let (head, rest) = split(answer, b"\r\n\r\n").ok_or_else(|| invalid("no whole head"))?;
        let head: String = head.iter().copied().map(char::from).collect();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status: u16 = status.ok_or_else(|| invalid("no status"))?;
        // An interim answer, such as 100, stands before the answer.
        if (100..200).contains(&status) {
            answer = rest;
            continue;
        }
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: String::new() };
        if method != "HEAD" && ![204, 304].contains(&status) {
            answer.body = String::from_utf8_lossy(&body(&answer, rest)?).into_owned();
        }
        return Ok(answer);
    }
}

fn body(answer: &Answer, rest: &[u8]) -> io::Result<Vec<u8>> {
    if answer.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    {
        return join_chunks(rest);
    }
    let Some(length) = answer.header("content-length") else {
        return Ok(rest.to_vec());
    };
    let length: usize =
        length.parse().map_err(|_| invalid("a Content-Length that is no number"))?;
    let body = rest.get(..length).ok_or_else(|| invalid("the body is shorter than it says"))?;
    Ok(body.to_vec())
}

fn join_chunks(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let broken = || invalid("a chunk is not as long as it says");
    let mut body = Vec::new();
    loop {
        let (size, tail) = split(rest, b"\r\n").ok_or_else(broken)?;
        let size = String::from_utf8_lossy(size);
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| broken())?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(tail.get(..size).ok_or_else(broken)?);
        rest = tail.get(size + 2..).ok_or_else(broken)?;
    }
}

/// What stands before and after the first `mark`.
fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVary: a\r\nVary: b\r\n\r\n\
                       3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let answer = parse(answer, "GET").unwrap();
        assert_eq!((answer.status, &*answer.body), (200, "abcde"));
        assert_eq!(answer.header("vary").as_deref(), Some("a, b"));
    }

    #[test]
    fn an_answer_that_is_cut_off_is_none() {
        for answer in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"] {
            assert!(parse(answer.as_bytes(), "GET").is_err());
        }
    }

    #[test]
    fn the_body_of_head_is_not_read() {
        let answer = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD").unwrap();
        assert_eq!(answer.body, "");
    }
}
