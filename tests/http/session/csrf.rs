//! H8: the unsafe requests of a session come from our pages. The refusals are those of Django 5.2.19 and
//! DRF 3.18.3 to the same requests.

use super::*;

/// H8: the texts of Django's refusals; the request itself is otherwise in order.
#[test]
fn an_unsafe_request_of_a_session_needs_cookie_and_token() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let dashes = "-".repeat(32);
    let cases = [
        (None, None, "CSRF cookie not set."),
        (None, Some(SECRET), "CSRF cookie not set."),
        (Some(SECRET), None, "CSRF token missing."),
        (Some(SECRET), Some(OTHER), "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        (Some(MASKED), Some(OTHER), "CSRF token from the 'X-Csrftoken' HTTP header incorrect."),
        (
            Some(SECRET),
            Some(""),
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
        (
            Some(SECRET),
            Some("short"),
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
        (
            Some(SECRET),
            Some(&dashes),
            "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters.",
        ),
        (Some(""), Some(SECRET), "CSRF cookie has incorrect length."),
        (Some("short"), Some(SECRET), "CSRF cookie has incorrect length."),
        (Some(&dashes), Some(SECRET), "CSRF cookie has invalid characters."),
    ];
    for (cookie, token, reason) in cases {
        browser.forget("csrftoken");
        if let Some(cookie) = cookie {
            browser.keep("csrftoken", cookie);
        }
        let cookies = browser.cookies();
        let token_header = token.map(|token| ("X-CSRFToken", token));
        let headers: Vec<_> = token_header.into_iter().chain([("Cookie", &*cookies)]).collect();
        for (method, path) in [
            ("POST", "/api/me/"),
            ("PUT", "/api/me/1/"),
            ("DELETE", "/api/me/"),
            ("FOO", "/api/me/"),
        ] {
            let reply = server.send(method, path, &headers, b"");
            assert_eq!(reply.brief(), (403, &*refusal(reason)), "{method} {cookie:?} {token:?}");
            // A cookie that cannot be ours is replaced, as Django does it.
            let replaced = csrf_cookie(&reply).is_some();
            assert_eq!(replaced, reason.starts_with("CSRF cookie has"), "{cookie:?}");
            assert_eq!(reply.header("vary"), Some("Cookie"));
        }
    }
}

/// H8: the bare secret and any masked form of it are good, in the cookie as well (Django before 4.0).
#[test]
fn a_token_is_good_bare_and_masked() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    let first = browser.get("/api/me/token/").body;
    let second = browser.get("/api/me/token/").body;
    assert_eq!((first.len(), second.len()), (64, 64));
    assert_ne!(first, second);
    let secret = browser.cookie("csrftoken").expect("a cookie");
    for token in [&first, &second, &secret] {
        let reply = browser.send("POST", "/api/me/", &[("X-CSRFToken", token)], b"");
        assert_eq!(reply.brief(), (200, ANN));
    }
    for cookie in [SECRET, MASKED, &format!("\"{SECRET}\"")] {
        browser.keep("csrftoken", cookie);
        for token in [SECRET, MASKED] {
            let reply = browser.send("PUT", "/api/me/1/", &[("X-CSRFToken", token)], b"");
            assert_eq!(reply.brief(), (200, ANN), "{cookie} {token}");
        }
    }
    // Asking for a token keeps the secret, and keeps its cookie from growing old.
    browser.keep("csrftoken", MASKED);
    let reply = browser.get("/api/me/token/");
    assert_eq!(csrf_cookie(&reply).map(|(secret, _)| secret), Some(SECRET));
    assert_eq!(set_cookies(&reply).len(), 1);
}

/// H8: safe methods are not checked; nor are those who are not logged in, with whatever they send.
#[test]
fn safe_methods_and_anonymous_clients_are_not_checked() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.forget("csrftoken");
    let evil = [("Origin", "http://evil.example")];
    for (method, status) in [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("TRACE", 405)] {
        assert_eq!(browser.send(method, "/api/me/", &evil, b"").status, status, "{method}");
    }
    let mut anonymous = Browser::new(&server);
    assert_eq!(anonymous.send("POST", "/api/me/", &evil, b"").brief(), (200, NOBODY));
    anonymous.get("/api/me/store/cart/");
    assert!(anonymous.cookie("id").is_some());
    assert_eq!(anonymous.send("POST", "/api/me/", &evil, b"").brief(), (200, NOBODY));
}

/// H8: a form that was sent with POST may have the token in a field, which goes before the header. Of a
/// multipart form only the header counts, unlike in Django.
#[test]
fn a_form_may_bring_the_token() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    let header = ("X-CSRFToken", SECRET);
    let charset = ("Content-Type", "Application/X-WWW-Form-Urlencoded ; charset=utf-8");
    let field = format!("a=1&csrfmiddlewaretoken={MASKED}");
    let twice = format!("csrfmiddlewaretoken=x&{field}");
    let (wrong, empty) =
        (format!("csrfmiddlewaretoken={OTHER}"), "csrfmiddlewaretoken=".to_owned());
    let reply = browser.send("POST", "/api/me/echo/", &[FORM], field.as_bytes());
    assert_eq!(
        reply.brief(),
        (200, &*format!(r#"{{"a":["1"],"csrfmiddlewaretoken":["{MASKED}"]}}"#))
    );
    for (headers, body, reason) in [
        (&[charset][..], &field, None),
        (&[FORM], &twice, None),
        (&[FORM, header], &empty, None),
        (&[FORM, header], &wrong, Some("CSRF token from POST incorrect.")),
        (&[FORM], &empty, Some("CSRF token missing.")),
        (&[JSON], &field, Some("CSRF token missing.")),
    ] {
        let reply = browser.send("POST", "/api/me/", headers, body.as_bytes());
        let expected = reason.map_or((200, ANN.to_owned()), |reason| (403, refusal(reason)));
        assert_eq!((reply.status, reply.body), expected, "{headers:?} {body}");
    }
    let put = browser.send("PUT", "/api/me/1/", &[FORM], field.as_bytes());
    assert_eq!(put.brief(), (403, &*refusal("CSRF token missing.")));
    let long = vec![b'a'; 2_621_441];
    assert_eq!(browser.send("POST", "/api/me/", &[FORM, header], &long).status, 413);

    let multipart = ("Content-Type", "multipart/form-data; boundary=x");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{SECRET}\r\n--x--\r\n"
    );
    let reply = browser.send("POST", "/api/me/", &[multipart], body.as_bytes());
    assert_eq!(reply.brief(), (403, &*refusal("CSRF token missing.")));
    let reply = browser.send("POST", "/api/me/", &[multipart, header], body.as_bytes());
    assert_eq!(reply.brief(), (200, ANN));
}

/// H8: an `Origin` is the server's own or a trusted one.
#[test]
fn an_unsafe_request_comes_from_an_origin_of_ours() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    for origin in [
        "http://testserver",
        "https://admin.example.com",
        "https://a.example.org",
        "https://example.org",
    ] {
        let headers = [("X-CSRFToken", SECRET), ("Origin", origin)];
        assert_eq!(browser.send("POST", "/api/me/", &headers, b"").brief(), (200, ANN), "{origin}");
    }
    for origin in [
        "https://testserver",
        "http://testserver:80",
        "http://evil.example",
        "http://admin.example.com",
        "https://example.org.evil",
        "null",
        "",
    ] {
        let headers = [("X-CSRFToken", SECRET), ("Origin", origin)];
        let reply = browser.send("POST", "/api/me/", &headers, b"");
        let reason =
            format!("Origin checking failed - {origin} does not match any trusted origins.");
        assert_eq!(reply.brief(), (403, &*refusal(&reason)));
    }
}

/// H8: over HTTPS, here behind a proxy, there has to be a `Referer` where there is no `Origin`; and the
/// cookie is sent over HTTPS only.
#[test]
fn over_https_the_referer_counts() {
    let (server, _db, _) = start();
    let mut browser = Browser::logged_in(&server, "ann");
    browser.keep("csrftoken", SECRET);
    let https = [("X-CSRFToken", SECRET), ("X-Forwarded-Proto", "https")];
    let malformed = Some("Referer checking failed - Referer is malformed.");
    let strange =
        "Referer checking failed - https://evil.example/p?q#f does not match any trusted origins.";
    let port =
        "Referer checking failed - https://testserver:443/ does not match any trusted origins.";
    let insecure = "Referer checking failed - Referer is insecure while host is secure.";
    for (header, reason) in [
        (None, Some("Referer checking failed - no Referer.")),
        (Some(("Referer", "")), malformed),
        (Some(("Referer", "foo")), malformed),
        (Some(("Referer", "//testserver/")), malformed),
        (Some(("Referer", "https://[/")), malformed),
        (Some(("Referer", "http://testserver/a")), Some(insecure)),
        (Some(("Referer", "https://evil.example/p?q#f")), Some(strange)),
        (Some(("Referer", "https://testserver:443/")), Some(port)),
        (Some(("Referer", "https://testserver/a?b#c")), None),
        (Some(("Referer", "https://admin.example.com/x")), None),
        (Some(("Referer", "https://a.example.org/")), None),
        (Some(("Origin", "https://testserver")), None),
        (
            Some(("Origin", "http://testserver")),
            Some("Origin checking failed - http://testserver does not match any trusted origins."),
        ),
    ] {
        let headers: Vec<_> = https.into_iter().chain(header).collect();
        let reply = browser.send("POST", "/api/me/", &headers, b"");
        let expected = reason.map_or((200, ANN.to_owned()), |reason| (403, refusal(reason)));
        assert_eq!((reply.status, reply.body), expected, "{header:?}");
    }
    let reply = browser.send("GET", "/api/me/token/", &https, b"");
    let attributes = csrf_cookie(&reply).map(|(_, attributes)| attributes);
    assert_eq!(attributes, Some("Max-Age=31449600; Path=/; SameSite=Lax; Secure"));
}

/// H1, H9: a failed check is a 403 also where the first authenticator has a challenge, and stops.
#[test]
fn a_failed_check_is_a_403_behind_other_authenticators() {
    let both =
        authenticators![BasicAuthentication::<User>::new(), SessionAuthentication::<User>::new()];
    let memory = Memory::default();
    let server = serve_with(router(&database(USERS), both), move || memory.clone());
    let refused = server.get("/api/me/private/");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("www-authenticate"), Some(r#"Basic realm="api""#));
    assert_eq!(refused.header("vary"), Some("Cookie"));
    let mut browser = Browser::logged_in(&server, "ann");
    browser.forget("csrftoken");
    let reply = browser.send("POST", "/api/me/", &[], b"");
    assert_eq!(reply.brief(), (403, &*refusal("CSRF cookie not set.")));
    assert_eq!(reply.header("www-authenticate"), None);
    // With a password nobody looks at the session: "ann:correct horse".
    let basic = ("Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U=");
    let reply = browser.send("POST", "/api/me/", &[basic], b"");
    assert_eq!(reply.brief(), (200, r#"["ann",null,"BasicAuthentication"]"#));
    assert_eq!(reply.header("vary"), None);
}
