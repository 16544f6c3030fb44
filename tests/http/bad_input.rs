//! What clients should not send: an answer that says what is wrong, never a 500, and a server that still
//! answers the next one.

use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::support::{
    AUTHORS, Author, NO_AUTHOR, NOT_FOUND, database, serve, serve_authors, still_answers,
};

const TOO_LARGE: &str =
    r#"{"detail":"The request body is larger than the limit of 2621440 bytes."}"#;

/// Sends the body in chunks, without a `Content-Length`.
fn post_chunked(server: &Server, path: &str, body: &[u8], chunk: usize) -> viewset_tests::Reply {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    for chunk in body.chunks(chunk) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
        bytes.extend(chunk);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    server.raw(&bytes, "POST")
}

/// A body of this many bytes, which would be stored.
fn body_of(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"name":"Cy"}"#.to_vec();
    body.resize(bytes, b' ');
    body
}

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// T48, L15: DRF answers 400 in HTML.
#[test]
fn a_body_has_two_and_a_half_megabytes_at_most() {
    let server = serve_authors();
    let limit = 2_621_440;
    let reply = server.send("POST", "/api/authors/", &JSON, &body_of(limit + 1));
    assert_eq!(reply.brief(), (413, TOO_LARGE));
    let reply = post_chunked(&server, "/api/authors/", &body_of(limit + 1), 100_000);
    assert_eq!(reply.brief(), (413, TOO_LARGE));
    let reply = server.send("PATCH", "/api/authors/1/", &JSON, &body_of(4 * limit));
    assert_eq!(reply.status, 413);
    still_answers(&server);
    assert_eq!(server.send("POST", "/api/authors/", &JSON, &body_of(limit)).status, 201);
}

/// T48, L15.
#[test]
fn the_limit_of_a_body_can_be_set() {
    let authors = ModelViewSet::<Author>::new();
    let router = SimpleRouter::new().register("authors", authors).body_limit(20);
    let server = serve(router.with(database(AUTHORS)));
    let text = r#"{"detail":"The request body is larger than the limit of 20 bytes."}"#;
    assert_eq!(server.send("POST", "/api/authors/", &JSON, &body_of(21)).brief(), (413, text));
    assert_eq!(post_chunked(&server, "/api/authors/", &body_of(21), 3).brief(), (413, text));
    assert_eq!(server.send("POST", "/api/authors/", &JSON, &body_of(20)).status, 201);
    assert_eq!(post_chunked(&server, "/api/authors/", br#"{"name":"Di"}"#, 1).status, 201);
}

/// T48: the length that is announced is enough to refuse; nothing is waited for.
#[test]
fn an_announced_length_is_refused_at_once() {
    let server = serve_authors();
    let head = "POST /api/authors/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Connection: close\r\nContent-Length: 9999999999\r\n\r\n{";
    assert_eq!(server.raw(head.as_bytes(), "POST").brief(), (413, TOO_LARGE));
    still_answers(&server);
}

/// L10, T46: DRF answers 500.
#[test]
fn deep_nesting_is_refused() {
    let server = serve_authors();
    for body in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[{\"a\":".repeat(50_000),
        "[".repeat(257) + &"]".repeat(257),
    ] {
        let reply = server.request("POST", "/api/authors/", &body);
        assert_eq!(reply.status, 400, "{}", reply.body);
        let detail = reply.json()["detail"].as_str().map(str::to_owned).unwrap_or_default();
        assert!(detail.starts_with("JSON parse error - "), "{detail}");
    }
    still_answers(&server);
}

/// L5, S14: whatever the body is, the client is told what is wrong with it.
#[test]
fn odd_bodies_are_the_clients_fault() {
    let server = serve_authors();
    let huge_key = format!(r#"{{"{}":1}}"#, "k".repeat(100_000));
    let many_keys = format!("{{{}\"a\":1}}", "\"a\":1,".repeat(10_000));
    let bodies: &[&[u8]] = &[
        b"\0",
        b"\xff\xfe{\0}\0",
        b"{\"name\":\"\xc3\"}",
        b"{\"name\":\"\xed\xa0\x80\"}",
        b"\"",
        b"[",
        b"]",
        b",",
        b"-",
        b"{\"name\":\"\\u12\"}",
        b"{\"name\":\"\\ud800\\u0041\"}",
        b"tru",
        b"nul",
        b"1.",
        b".5",
        b"+1",
        b"0x10",
        b"[1,]",
        b"{\"name\":{\"name\":{}}}",
        b"{\"name\":[[]]}",
        b"{\"name\":-0}x",
        b"\xef\xbb\xbf{}",
        b"//{}",
        b"{\"name\":undefined}",
        huge_key.as_bytes(),
        many_keys.as_bytes(),
    ];
    for body in bodies {
        for (method, path) in [("POST", "/api/authors/"), ("PUT", "/api/authors/1/")] {
            let reply = server.send(method, path, &JSON, body);
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert_eq!(reply.status, 400, "{method} {shown}: {}", reply.body);
            assert!(reply.body.len() > 2 && reply.json().is_object(), "{shown}: {}", reply.body);
        }
    }
    still_answers(&server);
}

/// S12: a value of every type in every place.
#[test]
fn no_type_of_value_is_a_server_error() {
    let server = serve_authors();
    let values = [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "1.5",
        "99999999999999999999999999",
        "\"\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[{}]]",
    ];
    for value in values {
        for field in ["id", "name", "email", "nope"] {
            let body = format!(r#"{{"{field}":{value}}}"#);
            for (method, path) in [
                ("POST", "/api/authors/"),
                ("PUT", "/api/authors/1/"),
                ("PATCH", "/api/authors/1/"),
            ] {
                let reply = server.request(method, path, &body);
                assert!((200..500).contains(&reply.status), "{method} {body}: {reply:?}");
            }
        }
    }
    assert_eq!(server.get("/api/authors/1/").status, 200);
}

/// D4, T18: broken escapes, NUL, and an encoded slash in a path.
#[test]
fn odd_paths_find_nothing() {
    let server = serve_authors();
    let told = [
        ("/api/authors/%FF/", NOT_FOUND),
        ("/api/authors/%00/", NOT_FOUND),
        ("/api/authors/%zz/", NOT_FOUND),
        ("/api/authors/%/", NOT_FOUND),
        ("/api/authors/1%00/", NOT_FOUND),
        ("/api/authors/%C3%28/", NOT_FOUND),
        ("/api/authors/%F0%9F%98%80/", NOT_FOUND),
        ("/api/authors/1%0A/", crate::support::ANN),
        ("/api/authors/%E2%88%9E/", NOT_FOUND),
        ("/api/authors/0x1/", NOT_FOUND),
        ("/api/authors/-9223372036854775809/", NO_AUTHOR),
        ("/api/authors/%3Cscript%3E/", NOT_FOUND),
    ];
    for (path, body) in told {
        let reply = server.get(path);
        assert_eq!(reply.body, body, "{path}");
        assert!(reply.header("allow").is_some(), "{path}");
    }
    for path in [
        "/api/authors/1%2F/",
        "/api/%2Fauthors/",
        "/api/authors/%2F/",
        "/api//authors/",
        "/api/authors/1/../1/",
        "/api/%61uthors/%2e%2e/",
    ] {
        let reply = server.get(path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
    }
    still_answers(&server);
}

/// D4: escapes of plain letters are those letters, and that of a slash is a slash, as for Django.
#[test]
fn a_path_may_be_escaped_more_than_it_needs() {
    let server = serve_authors();
    assert_eq!(server.get("/api/authors%2F1%2F").brief(), (200, crate::support::ANN));
    assert_eq!(server.get("/api/%61uthors/%31/").brief(), (200, crate::support::ANN));
}

/// D4: as Django does it (`repercent_broken_unicode`).
#[test]
fn escapes_that_are_no_utf_8_stay_as_they_are() {
    struct EchoViewSet;

    #[viewset]
    impl EchoViewSet {
        async fn retrieve(&self, pk: String) -> Data<String> {
            Data(pk)
        }
    }

    let server = serve(SimpleRouter::new().register_as("echo", "echo", EchoViewSet));
    for (sent, pk) in [
        ("%zz", "%zz"),
        ("%", "%"),
        ("%2541", "%41"),
        ("%00", "\0"),
        ("%FF", "%FF"),
        ("%c3%28", "%C3("),
    ] {
        assert_eq!(server.get(&format!("/api/echo/{sent}/")).json(), json!(pk), "{sent}");
    }
}

/// D4, D6.
#[test]
fn a_very_long_path_finds_nothing() {
    let server = serve_authors();
    for length in [1_000, 10_000, 60_000] {
        let digits = server.get(&format!("/api/authors/{}/", "1".repeat(length)));
        assert!([404, 414].contains(&digits.status), "{length}: {digits:?}");
        let segments = server.get(&format!("/api/authors/{}", "a/".repeat(length / 2)));
        assert_eq!(segments.status, 404, "{length}");
        let letters = server.get(&format!("/api/authors/{}/", "a".repeat(length)));
        assert_eq!(letters.brief(), (404, NOT_FOUND), "{length}");
    }
    let too_long = server.get(&format!("/api/authors/{}/", "1".repeat(200_000)));
    assert!((400..500).contains(&too_long.status), "{too_long:?}");
    still_answers(&server);
}

/// N5: what is not UTF-8 in a query is replaced, what is unknown is overlooked.
#[test]
fn odd_queries_are_overlooked() {
    let server = serve_authors();
    let long = format!("?{}", "a=b&".repeat(10_000));
    for query in [
        "?",
        "?%FF",
        "?%FF=%FF",
        "?a=%00",
        "?%zz",
        "?=",
        "?&&&",
        "?a",
        "?a=1&a=2",
        "?format",
        "?format=",
        "?%66ormat=json",
        "?%",
        long.as_str(),
    ] {
        assert_eq!(server.get(&format!("/api/authors/1/{query}")).status, 200, "{query}");
    }
    for query in ["?format=%FF", "?format=%00", "?format=json&format=x", "?format=../json"] {
        assert_eq!(
            server.get(&format!("/api/authors/1/{query}")).brief(),
            (404, NOT_FOUND),
            "{query}"
        );
    }
    still_answers(&server);
}

/// A33: a method's name is told apart by case (RFC 9110), and any other token is a method, too.
#[test]
fn odd_methods_are_not_allowed() {
    let server = serve_authors();
    let long = "M".repeat(1_000);
    for method in ["get", "Get", "delete", "PURGE", "X-Y", "a+b|c", "QUERY", long.as_str()] {
        let reply = server.request(method, "/api/authors/1/", "");
        let body = format!(r#"{{"detail":"Method \"{method}\" not allowed."}}"#);
        assert_eq!(reply.brief(), (405, body.as_str()));
    }
    still_answers(&server);
}

/// L7: header values of odd bytes.
#[test]
fn odd_headers_are_the_clients_fault() {
    let server = serve_authors();
    let send = |header: &[u8]| {
        let start =
            b"POST /api/authors/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n";
        server.raw(&[start, header, b"\r\n\r\n{}"].concat(), "POST")
    };
    assert_eq!(send(b"Content-Type: \xff\xfe").status, 415);
    assert_eq!(send(b"Accept: \xff").status, 406);
    assert_eq!(send(b"Content-Type: application/json\r\nAccept: \xff").status, 406);
    let many = format!("Content-Type: application/json\r\nAccept: {}", "text/x,".repeat(2_000));
    assert_eq!(send(many.as_bytes()).status, 406);
    // Of several headers with one name the values are joined (RFC 9110, 5.2): JSON is accepted.
    let twice = send(b"Content-Type: application/json\r\nAccept: text/html\r\nAccept: */*");
    assert_eq!(twice.status, 400);
    still_answers(&server);
}

/// L2: what is no HTTP is not answered by the router, and does no harm.
#[test]
fn what_is_no_http_does_no_harm() {
    let server = serve_authors();
    let requests: &[&[u8]] = &[
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /api/authors/1/ HTTP/9.9\r\n\r\n",
        b"GET /api/\xff/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"POST /api/authors/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: x\r\n\r\n{}",
        b"POST /api/authors/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: -1\r\n\r\n{}",
        b"POST /api/authors/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ];
    for request in requests {
        let reply = server.raw(request, "GET");
        assert!(reply.status == 0 || (400..500).contains(&reply.status), "{reply:?}");
    }
    still_answers(&server);
}

/// L5: a body whose framing is broken is the client's fault.
#[test]
fn a_broken_chunk_is_the_clients_fault() {
    let server = serve_authors();
    let head = "POST /api/authors/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let reply = server.raw(format!("{head}zz\r\n{{}}\r\n0\r\n\r\n").as_bytes(), "POST");
    assert!(reply.status == 0 || reply.status == 400, "{reply:?}");
    still_answers(&server);
}
