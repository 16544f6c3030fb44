//! The reasons are Django's, recorded by `recorded/record.py`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;

use super::*;

#[test]
fn requests_are_refused_for_the_reasons_of_django() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../recorded/csrf.json")).unwrap();
    assert!(cases.len() > 200);
    for case in &cases {
        let latin1 = |name: &str| {
            let text = case[name].as_str()?;
            Some(text.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<u8>>())
        };
        let [header, origin, referer] = ["header", "origin", "referer"].map(latin1);
        let trusted = case["trusted"].as_array().unwrap();
        let check = CsrfCheck {
            cookie: case["cookie"].as_str(),
            header: header.as_deref(),
            field: case["field"].as_str(),
            origin: origin.as_deref(),
            referer: referer.as_deref(),
            secure: case["secure"].as_bool().unwrap(),
            host: case["host"].as_str(),
            trusted_origins: &TrustedOrigins::new(trusted.iter().map(|o| o.as_str().unwrap())),
        };
        assert_eq!(check.run().err().as_deref(), case["reason"].as_str(), "{case}");
    }
}

/// A request by plain HTTP with a cookie and a header.
fn check<'a>(
    cookie: &'a str,
    header: &'a str,
    trusted_origins: &'a TrustedOrigins,
) -> CsrfCheck<'a> {
    CsrfCheck {
        cookie: Some(cookie),
        header: Some(header.as_bytes()),
        field: None,
        origin: None,
        referer: None,
        secure: false,
        host: Some("testserver"),
        trusted_origins,
    }
}

#[test]
fn a_new_secret_matches_its_tokens_and_no_other() {
    let none = TrustedOrigins::default();
    let secret = CsrfSecret::random().unwrap();
    let [first, second] = [(); 2].map(|()| secret.mask().unwrap());
    assert_eq!((secret.as_str().len(), first.len()), (32, 64));
    assert_ne!(first, second);
    for token in [&first, &second, secret.as_str()] {
        assert_eq!(check(secret.as_str(), token, &none).run(), Ok(()));
        // Django before 4.0 masked the cookie, too.
        assert_eq!(check(&first, token, &none).run(), Ok(()));
    }
    let other = CsrfSecret::random().unwrap().mask().unwrap();
    let reason = "CSRF token from the 'X-Csrftoken' HTTP header incorrect.";
    assert_eq!(check(secret.as_str(), &other, &none).run(), Err(reason.into()));
}

#[test]
fn a_secret_is_read_from_its_cookie_and_not_shown() {
    let secret = CsrfSecret::random().unwrap();
    let masked = secret.mask().unwrap();
    for cookie in [secret.as_str(), &masked] {
        assert_eq!(CsrfSecret::from_cookie(cookie).unwrap().as_str(), secret.as_str());
    }
    for cookie in ["", "short", &"-".repeat(32), &"é".repeat(16), &"é".repeat(64)] {
        assert!(CsrfSecret::from_cookie(cookie).is_none(), "{cookie}");
    }
    assert_eq!(format!("{secret:?}"), "CsrfSecret(..)");
}

proptest::proptest! {
    #[test]
    fn any_pieces_are_answered(
        cookie in "[a-z]{32}|\\PC{0,70}",
        header in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..70),
        url in "(https?:)?/?/?[\\[\\]a:.%v0-9@?#/\\PC]{0,30}",
        secure in proptest::prelude::any::<bool>(),
    ) {
        let trusted = TrustedOrigins::new([&url]);
        let check = CsrfCheck { secure, header: Some(&header), ..check(&cookie, "", &trusted) };
        drop(check.run());
        drop(CsrfCheck { origin: Some(url.as_bytes()), ..check }.run());
        drop(CsrfCheck { referer: Some(url.as_bytes()), ..check }.run());
    }
}
