//! One request with a deadline.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use viewset_tests::Reply;

/// Within which every request has to be answered, whatever happens to the database meanwhile. It is twice the time
/// that a request waits for a connection.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// What came of a request.
pub(crate) enum Answer {
    /// A whole answer.
    Reply(Reply),
    /// The server was not there, or broke off.
    Broken,
    /// Nothing for so long.
    Hangs,
}

/// A request as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The body of a note with this name.
pub(crate) fn note(name: &str) -> String {
    format!(r#"{{"name":"{name}"}}"#)
}

pub(crate) async fn send(port: u16, method: &str, path: &str, body: &str) -> Answer {
    send_within(DEADLINE, port, method, path, body).await
}

pub(crate) async fn send_within(
    deadline: Duration,
    port: u16,
    method: &str,
    path: &str,
    body: &str,
) -> Answer {
    let exchange = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(request(method, path, body).as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(Reply::parse(&answer, method))
    };
    match tokio::time::timeout(deadline, exchange).await {
        Err(_) => Answer::Hangs,
        Ok(Ok(reply)) if is_whole(&reply) => Answer::Reply(reply),
        Ok(_) => Answer::Broken,
    }
}

/// Whether all that was announced has come.
fn is_whole(reply: &Reply) -> bool {
    let length = reply.header("content-length").and_then(|length| length.parse().ok());
    length == Some(reply.body.len())
}
