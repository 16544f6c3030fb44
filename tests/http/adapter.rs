//! actix-web inside an action: its extractors and responders, streams both ways, many clients at once.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BodyStream, BoxBody, MessageBody};
use actix_web::{HttpRequest, HttpResponse, web};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use viewset_actix::prelude::*;
use viewset_tests::Server;

use crate::mounting::places;
use crate::support::{ANN, AUTHORS, Author, block_on, build, database, serve};

#[derive(serde::Deserialize)]
struct Page {
    page: u32,
}

#[derive(serde::Deserialize)]
struct Names {
    shop: String,
    pk: u8,
}

/// The extractors of actix-web are arguments, beside the URL's own.
#[test]
fn an_action_takes_the_extractors_of_actix_web() {
    struct ExtractViewSet;

    #[viewset]
    impl ExtractViewSet {
        #[action(detail = true)]
        async fn data(&self, pk: u8, word: web::Data<String>) -> Data<(u8, String)> {
            Data((pk, word.to_string()))
        }
        #[action(detail = true, url_path = "path/{year}")]
        async fn path(
            &self,
            path: web::Path<(String, u16, u16)>,
            year: u16,
        ) -> Data<(String, u16, u16, u16)> {
            let (shop, pk, other) = path.into_inner();
            Data((shop, pk, other, year))
        }
        #[action(detail = true)]
        async fn names(&self, path: web::Path<Names>) -> Data<(String, u8)> {
            let Names { shop, pk } = path.into_inner();
            Data((shop, pk))
        }
        #[action(detail = false)]
        async fn query(&self, query: web::Query<Page>) -> Data<u32> {
            Data(query.page)
        }
        #[action(detail = false, methods = ["post"])]
        async fn bytes(&self, bytes: web::Bytes) -> Data<usize> {
            Data(bytes.len())
        }
        #[action(detail = false, methods = ["post"])]
        async fn json(
            &self,
            page: web::Json<Page>,
            http: HttpRequest,
            req: &Request,
        ) -> Data<(u32, bool)> {
            Data((page.page, http.path() == req.path()))
        }
        #[action(detail = false, methods = ["post"])]
        async fn form(&self, page: web::Form<Page>) -> Data<u32> {
            Data(page.page)
        }
    }

    let router = build(SimpleRouter::new().register_as("x", "x", ExtractViewSet));
    let server = Server::start_with(move |config| {
        config
            .app_data(web::Data::new("word".to_owned()))
            .service(web::scope("/{shop}").service(router.clone()));
    });
    assert_eq!(server.get("/s/x/1/data/").brief(), (200, r#"[1,"word"]"#));
    assert_eq!(server.get("/s/x/1/path/2020/").brief(), (200, r#"["s",1,2020,2020]"#));
    assert_eq!(server.get("/s%20t/x/1/names/").brief(), (200, r#"["s t",1]"#));
    assert_eq!(server.get("/s/x/query/?page=3").brief(), (200, "3"));
    assert_eq!(server.request("POST", "/s/x/bytes/", "12345").brief(), (200, "5"));
    assert_eq!(server.request("POST", "/s/x/json/", r#"{"page":3}"#).brief(), (200, "[3,true]"));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", "/s/x/form/", &form, b"page=4").brief(), (200, "4"));
    for (method, path, status) in [
        ("GET", "/s/x/query/?page=x", 400),
        ("GET", "/s/x/query/", 400),
        ("POST", "/s/x/json/", 400),
        ("POST", "/s/x/form/", 415),
        ("GET", "/s/x/1/path/x/", 404),
    ] {
        let reply = server.request(method, path, "{");
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        assert!(reply.json()["detail"].is_string(), "{method} {path}: {}", reply.body);
        assert!(reply.header("allow").is_some(), "{method} {path}");
    }
}

/// R14: what the app has not configured is the server's fault.
#[test]
fn missing_app_data_is_a_server_error() {
    struct DataViewSet;

    #[viewset]
    impl DataViewSet {
        async fn list(&self, word: web::Data<u8>) -> Data<u8> {
            Data(**word)
        }
    }

    let reply = serve(SimpleRouter::new().register_as("x", "x", DataViewSet)).get("/api/x/");
    assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
}

/// F9: responders of actix-web are answers, with all of their headers.
#[test]
fn an_action_answers_the_responders_of_actix_web() {
    struct AnswerViewSet;

    #[viewset]
    impl AnswerViewSet {
        #[action(detail = false)]
        async fn cookies(&self) -> HttpResponse {
            let mut response = HttpResponse::Created();
            response.append_header(("set-cookie", "a=1")).append_header(("set-cookie", "b=2"));
            response.content_type("text/x").body("made")
        }
        #[action(detail = false)]
        async fn json(&self) -> web::Json<[u8; 2]> {
            web::Json([1, 2])
        }
        #[action(detail = false)]
        async fn error(&self) -> actix_web::Result<HttpResponse> {
            Err(actix_web::error::ErrorImATeapot("short and stout"))
        }
        #[action(detail = false)]
        async fn redirect(&self) -> web::Redirect {
            web::Redirect::to("/elsewhere").see_other()
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", AnswerViewSet));
    let cookies = server.get("/api/x/cookies/");
    assert_eq!((cookies.brief(), cookies.header("content-type")), ((201, "made"), Some("text/x")));
    let all: Vec<_> = cookies
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(all, ["a=1", "b=2"]);
    assert!(cookies.header("allow").is_some());
    assert_eq!(server.get("/api/x/json/").brief(), (200, "[1,2]"));
    assert_eq!(server.get("/api/x/error/").brief(), (418, "short and stout"));
    let redirect = server.get("/api/x/redirect/");
    assert_eq!((redirect.status, redirect.header("location")), (303, Some("/elsewhere")));
}

/// F9: `?` on the core's errors and a responder of actix-web go together.
#[test]
fn an_action_may_fail_and_answer_a_responder_of_actix_web() {
    struct PageViewSet;

    #[viewset(model = Author)]
    impl PageViewSet {
        #[action(detail = true)]
        async fn page(&self, req: &Request) -> Result<HttpResponse> {
            let author = self.get_object(req).await?;
            Ok(HttpResponse::Ok().content_type("text/html").body(format!("<b>{}</b>", author.name)))
        }
    }

    let server =
        serve(SimpleRouter::new().register("authors", PageViewSet).with(database(AUTHORS)));
    assert_eq!(server.get("/api/authors/1/page/").brief(), (200, "<b>Ann</b>"));
    assert_eq!(server.get("/api/authors/9/page/").status, 404);
}

/// What a channel gives, piece by piece.
struct Pieces(tokio::sync::mpsc::UnboundedReceiver<&'static str>);

impl MessageBody for Pieces {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        self.0
            .poll_recv(cx)
            .map(|piece| piece.map(|piece| Ok(web::Bytes::from_static(piece.as_bytes()))))
    }
}

/// Reads until `end` has come.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).await.expect("an answer");
        assert_ne!(length, 0, "the answer ended: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    text
}

/// F9: the second piece is made after the client has had the first.
#[test]
fn a_streamed_answer_is_passed_through_piece_by_piece() {
    type Slot = std::sync::Mutex<Option<tokio::sync::mpsc::UnboundedReceiver<&'static str>>>;

    struct StreamViewSet(Slot);

    #[viewset]
    impl StreamViewSet {
        async fn list(&self) -> HttpResponse {
            let pieces = self.0.lock().ok().and_then(|mut slot| slot.take()).expect("one request");
            HttpResponse::Ok().body(BoxBody::new(Pieces(pieces)))
        }
    }

    let (sender, pieces) = tokio::sync::mpsc::unbounded_channel();
    let viewset = StreamViewSet(Some(pieces).into());
    let server = serve(SimpleRouter::new().register_as("x", "x", viewset));
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        stream.write_all(b"GET /api/x/ HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("a request");
        sender.send("first").expect("a reader");
        let head = read_until(&mut stream, "first").await;
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        sender.send("second").expect("a reader");
        read_until(&mut stream, "second").await;
        drop(sender);
        read_until(&mut stream, "0\r\n\r\n").await;
    });
}

/// L4: an action can read its body as it comes, and is not bound by the limit of parsed ones.
#[test]
fn a_streamed_body_is_passed_through_piece_by_piece() {
    struct EchoViewSet;

    #[viewset]
    impl EchoViewSet {
        async fn create(&self, payload: web::Payload) -> HttpResponse {
            HttpResponse::Ok().body(BodyStream::new(payload))
        }
    }

    let server = serve(SimpleRouter::new().register_as("x", "x", EchoViewSet).body_limit(4));
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        let head =
            "POST /api/x/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
        stream.write_all(head.as_bytes()).await.expect("a request");
        read_until(&mut stream, "first").await;
        stream.write_all(b"6\r\nsecond\r\n").await.expect("the rest");
        read_until(&mut stream, "second").await;
        stream.write_all(b"0\r\n\r\n").await.expect("the end");
        read_until(&mut stream, "0\r\n\r\n").await;
    });
}

/// Neither client is answered before the other one has come.
#[test]
fn two_clients_are_served_at_once() {
    struct MeetViewSet(tokio::sync::Barrier);

    #[viewset]
    impl MeetViewSet {
        async fn retrieve(&self, pk: u8) -> Data<u8> {
            self.0.wait().await;
            Data(pk)
        }
    }

    let server = &serve(SimpleRouter::new().register_as(
        "x",
        "x",
        MeetViewSet(tokio::sync::Barrier::new(2)),
    ));
    std::thread::scope(|scope| {
        let one = scope.spawn(|| server.get("/api/x/1/").body);
        let two = scope.spawn(|| server.get("/api/x/2/").body);
        assert_eq!(
            (one.join().ok(), two.join().ok()),
            (Some("1".to_owned()), Some("2".to_owned()))
        );
    });
}

/// Many paths at once: the match of one request is never that of another.
#[test]
fn requests_do_not_mix() {
    let router = places("a");
    let server = &Server::start_with(move |config| {
        config.service(web::scope("/{shop}").service(router.clone()));
    });
    std::thread::scope(|scope| {
        for client in 0..8 {
            scope.spawn(move || {
                for number in 0..25 {
                    let path = format!("/s{client}/a/{number}/");
                    let url = format!("http://testserver{path}");
                    let expected = json!({"kwargs": [format!("shop=s{client}"), format!("pk={number}")], "url": url});
                    assert_eq!(server.get(&path).json(), expected);
                    assert_eq!(server.get(&format!("/s{client}/nope/")).status, 404);
                }
            });
        }
    });
}

/// A body that no action reads is not taken for the next request of the connection.
#[test]
fn an_unread_body_does_not_disturb_the_next_request() {
    let server = crate::support::serve_authors();
    let first = "PUT /api/authors/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET /x HT";
    let second = "GET /api/authors/1/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let reply = server.raw(format!("{first}{second}").as_bytes(), "GET");
    assert_eq!(reply.status, 405);
    assert!(reply.body.ends_with(ANN), "{}", reply.body);
    assert_eq!(reply.body.matches("HTTP/1.1 200 OK").count(), 1, "{}", reply.body);
}

/// A request that expects `100-continue` gets it when its body is read.
#[test]
fn a_request_may_expect_to_be_asked_for_its_body() {
    let server = crate::support::serve_authors();
    block_on(async {
        let mut stream = TcpStream::connect(server.addr()).await.expect("the server listens");
        let head = "PATCH /api/authors/1/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                    Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("a request");
        let first = read_until(&mut stream, "\r\n\r\n").await;
        assert!(first.starts_with("HTTP/1.1 100"), "{first}");
        stream.write_all(b"{}").await.expect("the body");
        read_until(&mut stream, ANN).await;
    });
}

/// The router's state is shared by the workers, and made once.
#[test]
fn the_state_is_shared_by_all_workers() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    struct CountViewSet;

    #[viewset]
    impl CountViewSet {
        async fn list(&self, count: State<Arc<AtomicUsize>>) -> Data<usize> {
            Data(count.fetch_add(1, Ordering::SeqCst))
        }
    }

    let router =
        SimpleRouter::new().register_as("x", "x", CountViewSet).with(Arc::new(AtomicUsize::new(0)));
    let server = serve(router);
    let counts: Vec<_> = (0..20).map(|_| server.get("/api/x/").body).collect();
    assert_eq!(counts, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}
