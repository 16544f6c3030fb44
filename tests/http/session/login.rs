//! Who is logged in, until when, and what a response says of it.

use super::*;

/// H1, H8, H10: logging in and out; there is no `request.auth`.
#[test]
fn a_user_logs_in_and_out() {
    let (server, _db, memory) = start();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    let refused = browser.get("/api/me/private/");
    let not_authenticated = r#"{"detail":"Authentication credentials were not provided."}"#;
    assert_eq!(refused.brief(), (403, not_authenticated));
    assert_eq!(refused.header("www-authenticate"), None);

    let body = br#"{"username": "ann", "password": "wrong"}"#;
    let wrong = browser.send("POST", "/api/me/login/", &[JSON], body);
    assert_eq!(wrong.brief(), (400, r#"["Unable to log in."]"#));
    assert_eq!(set_cookies(&wrong), [""; 0]);

    let login = browser.log_in("ann");
    let (secret, attributes) = csrf_cookie(&login).expect("a login sets the cookie");
    assert_eq!((secret.len(), attributes), (32, "Max-Age=31449600; Path=/; SameSite=Lax"));
    assert_eq!(set_cookies(&login).len(), 2);
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    assert_eq!(browser.get("/api/me/private/").brief(), (200, ANN));

    let id = browser.cookie("id").expect("a session");
    let token = login.json()["csrf_token"].as_str().expect("a token").to_owned();
    let logout = browser.send("POST", "/api/me/logout/", &[("X-CSRFToken", &token)], b"");
    assert_eq!((logout.status, browser.cookie("id")), (204, None));
    assert_eq!(memory.count(), 0);
    browser.keep("id", &id);
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    let again = browser.send("POST", "/api/me/logout/", &[], b"");
    assert_eq!(again.status, 204, "logging out twice is no mistake");
}

/// H8: a session that was foisted on the client before the login is worth nothing after it. What an
/// anonymous client has stored is kept, what another user has is not.
#[test]
fn a_login_renews_the_session() {
    let (server, _db, memory) = start();
    let mut attacker = Browser::new(&server);
    attacker.get("/api/me/store/cart/");
    let planted = attacker.cookie("id").expect("a session");
    let mut victim = Browser::new(&server);
    victim.keep("id", &planted);
    victim.keep("csrftoken", SECRET);
    assert_eq!(victim.log_in("ann").status, 200);
    assert_ne!(victim.cookie("id"), Some(planted));
    assert_ne!(victim.cookie("csrftoken").as_deref(), Some(SECRET));
    assert_eq!(victim.get("/api/me/").brief(), (200, ANN));
    assert_eq!(attacker.get("/api/me/").brief(), (200, NOBODY));
    assert_eq!(memory.count(), 1);
    assert_eq!(victim.get("/api/me/store/hers/").body, r#""cart""#);

    let (id, secret) = (victim.cookie("id"), victim.cookie("csrftoken"));
    assert_eq!(victim.log_in("ann").status, 200);
    assert!(victim.cookie("id") != id && victim.cookie("csrftoken") != secret);
    assert_eq!(victim.get("/api/me/store/hers/").body, r#""hers""#);
    assert_eq!(victim.log_in("bob").status, 200);
    assert_eq!(victim.get("/api/me/").brief(), (200, BOB));
    assert_eq!(victim.get("/api/me/store/his/").body, "null");
}

/// A changed password ends the sessions of its user, and nobody else's.
#[test]
fn a_changed_password_ends_sessions() {
    let (server, db, _) = start();
    let mut ann = Browser::logged_in(&server, "ann");
    let mut bob = Browser::logged_in(&server, "bob");
    execute(&db, "UPDATE users SET password = '!' WHERE id = 1;");
    assert_eq!(ann.get("/api/me/").brief(), (200, NOBODY));
    assert_ne!(bob.get("/api/me/").brief(), (200, NOBODY));
}

/// H8: who was deactivated or deleted is nobody, and like nobody not checked.
#[test]
fn users_who_are_gone_or_inactive_are_anonymous() {
    let (server, db, _) = start();
    let mut ann = Browser::logged_in(&server, "ann");
    let mut bob = Browser::logged_in(&server, "bob");
    execute(
        &db,
        "UPDATE users SET is_active = FALSE WHERE id = 1; DELETE FROM users WHERE id = 2;",
    );
    for browser in [&mut ann, &mut bob] {
        browser.forget("csrftoken");
        assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
        assert_eq!(browser.send("POST", "/api/me/", &[], b"").brief(), (200, NOBODY));
        assert_eq!(browser.get("/api/me/private/").status, 403);
    }
    let mut again = Browser::new(&server);
    assert_eq!(again.log_in("ann").status, 400);
    execute(&db, "UPDATE users SET is_active = TRUE WHERE id = 1");
    assert_eq!(ann.get("/api/me/").brief(), (200, ANN));
}

/// F4: `Vary` in one header: by `Accept` for several renderers, by `Cookie` where the session was read,
/// after what the action set.
#[test]
fn responses_vary_on_what_they_depend_on() {
    struct PageViewSet;

    #[viewset(basename = "page", renderer_classes = [JsonRenderer, PlainTextRenderer])]
    impl PageViewSet {
        async fn list(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false)]
        async fn own(&self, req: &Request) -> Response {
            let vary = HeaderValue::from_static(match req.query_param("all") {
                Some(_) => "*",
                None => "Origin, accept",
            });
            Response::empty(StatusCode::OK).with_header(viewset_actix::http::header::VARY, vary)
        }
        #[action(detail = false, authentication_classes = [])]
        async fn public(&self) -> StatusCode {
            StatusCode::OK
        }
        #[action(detail = false, authentication_classes = [])]
        async fn token(&self, req: &Request) -> Result<String> {
            session::csrf_token(req)
        }
    }

    let db = database(USERS);
    let pages = build(
        DefaultRouter::new()
            .authentication_classes(TRUSTED)
            .register("pages", PageViewSet)
            .with(db.clone()),
    );
    let pages = serve_with(pages, Memory::default);
    let (server, ..) = start();
    for (server, path, accept, status, vary) in [
        (&server, "/api/me/", "*/*", 200, Some("Cookie")),
        (&server, "/api/me/private/", "*/*", 403, Some("Cookie")),
        (&server, "/api/me/broken/", "*/*", 500, Some("Cookie")),
        (&server, "/api/me/", "image/png", 406, None),
        (&pages, "/api/pages/", "*/*", 200, Some("Accept, Cookie")),
        (&pages, "/api/pages/9/", "*/*", 404, None),
        (&pages, "/api/pages/", "image/png", 406, Some("Accept")),
        (&pages, "/api/pages/?format=xyz", "*/*", 404, Some("Accept")),
        (&pages, "/api/pages/own/", "*/*", 200, Some("Origin, accept, Cookie")),
        (&pages, "/api/pages/own/?all", "*/*", 200, Some("*")),
        (&pages, "/api/pages/public/", "*/*", 200, Some("Accept")),
        (&pages, "/api/pages/token/", "*/*", 200, Some("Accept, Cookie")),
    ] {
        let reply = server.send("GET", path, &[("Accept", accept)], b"");
        let all = reply.headers.iter().filter(|(name, _)| name == "vary");
        let all: Vec<_> = all.map(|(_, value)| value.as_str()).collect();
        assert_eq!((reply.status, all), (status, Vec::from_iter(vary)), "{path} {accept}");
    }
}

/// H8: garbage for cookies is no session and no secret, and never a 500; the session goes on after it.
#[test]
fn garbage_cookies_are_nobody() {
    let (server, _db, memory) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let id = browser.cookie("id").expect("a session");
    let long = "a".repeat(8192);
    for garbage in [
        "",
        "=",
        ";",
        "id",
        "id=",
        "id=%00",
        "id=%FF%FE",
        "id=\u{e9}\u{1f36a}",
        "csrftoken=\u{e9}",
        &long,
        &format!("id={long}"),
        &format!("id=x{id}"),
        &format!("id={}", &id[1..]),
        &format!("csrftoken={long}"),
        "csrftoken",
        "csrftoken=;csrftoken=\"",
        "\"",
        "a=\"b;c\"",
    ] {
        for method in ["GET", "POST"] {
            let reply = server.send(method, "/api/me/", &[("Cookie", garbage)], b"");
            assert_eq!(reply.brief(), (200, NOBODY), "{method} {garbage}");
            if garbage.starts_with("csrftoken") {
                let cookies = format!("id={id}; {garbage}");
                let headers = [("Cookie", &*cookies), ("X-CSRFToken", garbage)];
                let status = server.send(method, "/api/me/", &headers, b"").status;
                let expected = if method == "POST" { 403 } else { 200 };
                assert_eq!(status, expected, "{method} {cookies}");
            }
        }
    }
    // The HTTP server refuses a NUL itself.
    let nul =
        b"GET /api/me/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nCookie: id=\0\r\n\r\n";
    assert_eq!(server.raw(nul, "GET").status, 400);
    // Bytes that are not UTF-8.
    let latin = b"GET /api/me/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nCookie: id=\xe9; csrftoken=\xff\r\n\r\n";
    assert_eq!(server.raw(latin, "GET").brief(), (200, NOBODY));

    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    for json in [
        "",
        "7",
        "null",
        "{}",
        "[\"1\"]",
        "\"\"",
        "\"x\"",
        "\"1\\u0000\"",
        "\"99999999999999999999\"",
    ] {
        memory.put("_auth_user_id", json);
        assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY), "{json}");
    }
    memory.put("_auth_user_id", "\"1\"");
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    memory.put("_auth_user_type", "\"Employee\"");
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY), "the user 1 of another type");
}

/// H8: two clients at once keep to their own sessions.
#[test]
fn two_clients_have_two_sessions() {
    let (server, _db, memory) = start();
    std::thread::scope(|scope| {
        for (username, me) in [("ann", ANN), ("bob", BOB)] {
            let server = &server;
            scope.spawn(move || {
                let mut browser = Browser::logged_in(server, username);
                for _ in 0..20 {
                    assert_eq!(browser.get("/api/me/").brief(), (200, me));
                    let token = browser.cookie("csrftoken").expect("a cookie");
                    let headers = [("X-CSRFToken", &*token)];
                    let reply = browser.send("POST", "/api/me/", &headers, b"");
                    assert_eq!(reply.brief(), (200, me));
                }
            });
        }
    });
    assert_eq!(memory.count(), 2);
    // The token of one is worth nothing to the other.
    let mut ann = Browser::logged_in(&server, "ann");
    let bob = Browser::logged_in(&server, "bob");
    let token = bob.cookie("csrftoken").expect("a cookie");
    let reply = ann.send("POST", "/api/me/", &[("X-CSRFToken", &token)], b"");
    let incorrect = "CSRF token from the 'X-Csrftoken' HTTP header incorrect.";
    assert_eq!(reply.brief(), (403, &*refusal(incorrect)));
}

/// Sessions that the client keeps itself.
#[test]
fn sessions_may_be_kept_in_cookies() {
    let server = serve_with(router(&database(USERS), TRUSTED), CookieSessionStore::default);
    let mut browser = Browser::logged_in(&server, "ann");
    assert_eq!(browser.get("/api/me/").brief(), (200, ANN));
    let id = browser.cookie("id").expect("a session");
    browser.keep("id", &id.replace(&id[4..6], "AA"));
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
    browser.keep("id", &id);
    let token = browser.cookie("csrftoken").expect("a cookie");
    let reply = browser.send("POST", "/api/me/logout/", &[("X-CSRFToken", &token)], b"");
    assert_eq!((reply.status, browser.cookie("id")), (204, None));
    assert_eq!(browser.get("/api/me/").brief(), (200, NOBODY));
}

/// What the developer has to mend is a 500 that only the log explains.
#[test]
fn mistakes_of_the_app_are_internal_errors() {
    let server = Server::start(router(&database(USERS), TRUSTED));
    for _ in 0..2 {
        let reply = server.get("/api/me/");
        assert_eq!(reply.brief(), (500, r#"{"error": "Server Error (500)"}"#));
        assert_eq!(reply.header("vary"), None);
    }
    let server = Server::start(router(&database(USERS), Authenticators::default()));
    let body = r#"{"username": "ann", "password": "correct horse"}"#;
    assert_eq!(server.request("POST", "/api/me/login/", body).status, 500);
    assert_eq!(server.request("POST", "/api/me/logout/", "").status, 500);
    assert_eq!(server.get("/api/me/token/").status, 200, "a token needs no session");

    let (server, ..) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let token = browser.cookie("csrftoken").expect("a cookie");
    // Logging out and in again in one request would lose the login.
    let reply = browser.send("POST", "/api/me/change/", &[("X-CSRFToken", &token)], b"");
    assert_eq!(reply.status, 500);
}
