//! Bodies that are meant to hurt: too long, endless, slow. Each costs the server a bounded amount of
//! memory and no worker.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::serve;

struct UploadViewSet;

#[viewset]
impl UploadViewSet {
    async fn create(&self, req: &Request) -> Result<StatusCode> {
        req.data().await?;
        Ok(StatusCode::NO_CONTENT)
    }
}

fn serve_uploads() -> Server {
    serve(SimpleRouter::new().register_as("uploads", "upload", UploadViewSet))
}

/// Sends a head, then `piece` until `bytes` are sent or the server has had enough; gives back how much
/// was taken, and the status.
fn stream(server: &Server, head: &str, piece: &[u8], bytes: usize) -> (usize, u16) {
    stream_of(server, head, || piece, bytes)
}

fn stream_of<'a>(
    server: &Server,
    head: &str,
    next: impl Fn() -> &'a [u8],
    bytes: usize,
) -> (usize, u16) {
    let mut socket = TcpStream::connect(server.addr()).expect("the server listens");
    let start = "POST /api/uploads/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    socket.write_all(format!("{start}{head}\r\n\r\n").as_bytes()).expect("a head");
    let mut sent = 0;
    let mut reader = socket.try_clone().expect("a second handle");
    let answer = std::thread::spawn(move || {
        let mut answer = [0; 12];
        reader.read_exact(&mut answer).map(|()| String::from_utf8_lossy(&answer).into_owned())
    });
    while sent < bytes && !answer.is_finished() {
        let piece = next();
        if socket.write_all(piece).is_err() {
            break;
        }
        sent += piece.len();
    }
    let answer = answer.join().expect("the reader ends").unwrap_or_default();
    (sent, answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0))
}

/// The most memory that this process, the server's, has ever had, in KiB.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("a number")
}

const HUGE: usize = 100_000_000;

fn chunk(bytes: usize) -> Vec<u8> {
    let mut chunk = format!("{bytes:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + bytes, b'a');
    chunk.extend(b"\r\n");
    chunk
}

/// L15: whatever the body calls itself, 100 MB of it are refused long before they are read; the most
/// memory that this takes is a small multiple of the limit.
#[test]
fn a_hundred_megabytes_are_refused_in_bounded_memory() {
    let server = serve_uploads();
    let chunked = "Transfer-Encoding: chunked\r\nContent-Type: ";
    let field = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    let before = peak_memory();
    for content_type in ["application/json", "application/x-www-form-urlencoded"] {
        let declared = format!("Content-Type: {content_type}\r\nContent-Length: {HUGE}");
        let (sent, status) = stream(&server, &declared, &[b' '; 65_536], HUGE);
        assert_eq!(status, 413, "{content_type}");
        assert!(sent < HUGE / 2, "{content_type}: {sent} bytes were taken");
        let head = format!("{chunked}{content_type}");
        let (sent, status) = stream(&server, &head, &chunk(65_536), HUGE);
        assert_eq!(status, 413, "{content_type} in chunks");
        assert!(sent < HUGE / 2, "{content_type} in chunks: {sent} bytes were taken");
    }
    let multipart =
        format!("{chunked}multipart/form-data; boundary=x\r\n\r\n{:x}\r\n{field}", field.len());
    let (sent, status) =
        stream(&server, &multipart, &[b"\r\n".as_slice(), &chunk(65_536)].concat(), HUGE);
    assert_eq!(status, 400, "a chunk that is badly framed");
    assert!(sent < HUGE / 2, "{sent} bytes were taken");
    let grown = peak_memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "the process grew by {grown} KiB");
}

/// L13: a boundary that never comes, as field and as preamble.
#[test]
fn a_part_without_end_is_refused() {
    let server = serve_uploads();
    let head = format!("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {HUGE}");
    let (_, status) = stream(&server, &head, &[b'a'; 65_536], HUGE);
    assert!((400..500).contains(&status), "{status}");
    let part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    let with_part = format!("{head}\r\n\r\n{part}");
    let (_, status) = stream(&server, &with_part, &[b'a'; 65_536], HUGE);
    assert_eq!(status, 413);
    let file = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n";
    let with_file = format!("{head}\r\n\r\n{file}");
    let (_, status) = stream(&server, &with_file, &[b'a'; 65_536], HUGE);
    assert_eq!(status, 413);
}

/// A body that stops, or that drips, is a 408 once its time is up.
#[test]
fn a_body_that_does_not_arrive_is_a_408() {
    let uploads = SimpleRouter::new().register_as("uploads", "upload", UploadViewSet);
    let server = serve(uploads.body_timeout(Duration::from_millis(200)));
    let text = r#"{"detail":"The request body did not arrive in time."}"#;
    for kind in ["application/json", "multipart/form-data; boundary=x"] {
        let head = format!(
            "POST /api/uploads/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: 1000\r\n\r\n-"
        );
        assert_eq!(server.raw(head.as_bytes(), "POST").brief(), (408, text), "{kind}");
    }
    let dripping = "Content-Type: application/json\r\nTransfer-Encoding: chunked";
    let (_, status) = drip(&server, dripping, b"1\r\n \r\n");
    assert_eq!(status, 408);
}

/// A time without end is one, too.
#[test]
fn a_body_may_have_all_the_time() {
    let uploads = SimpleRouter::new().register_as("uploads", "upload", UploadViewSet);
    let server = serve(uploads.body_timeout(Duration::MAX));
    let mut socket = TcpStream::connect(server.addr()).expect("the server listens");
    let head = "POST /api/uploads/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
    socket.write_all(head.as_bytes()).expect("a head");
    std::thread::park_timeout(Duration::from_millis(100));
    socket.write_all(b"}").expect("the rest");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

/// Sends a piece every 20 ms until the server has had enough.
fn drip(server: &Server, head: &str, piece: &[u8]) -> (usize, u16) {
    let slowly = || {
        std::thread::park_timeout(Duration::from_millis(20));
        piece
    };
    stream_of(server, head, slowly, 1_000)
}

/// Twenty clients that send a byte and then nothing hold no worker: others are answered at once.
#[test]
fn slow_bodies_hold_no_worker() {
    let server = serve_uploads();
    let slow: Vec<_> = (0..20)
        .map(|number| {
            let mut socket = TcpStream::connect(server.addr()).expect("the server listens");
            let kind = ["application/json", "multipart/form-data; boundary=x"][number % 2];
            let head = format!(
                "POST /api/uploads/ HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n-"
            );
            socket.write_all(head.as_bytes()).expect("a head");
            socket
        })
        .collect();
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(server.request("POST", "/api/uploads/", "{}").status, 204);
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    drop(slow);
    assert_eq!(server.request("POST", "/api/uploads/", "{}").status, 204);
}
