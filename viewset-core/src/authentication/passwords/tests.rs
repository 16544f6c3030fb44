//! The stored passwords are Django's, by `django.contrib.auth.hashers` and `argon2-cffi`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

const PASSWORD: &str = "lètmein";

#[test]
fn passwords_stored_by_django_match() {
    let long = "x".repeat(200);
    let table = [
        (PASSWORD, "pbkdf2_sha256$1000$seasalt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M="),
        (PASSWORD, "pbkdf2_sha256$600000$seasalt2$OSllgFdJjYQjb0RfMzrx8u0XYl4Fkt+wKpI1yq4lZlo="),
        ("", "pbkdf2_sha256$1$s$hlaZvx+fQUB7nsOXctgpvyJ4ixMmVOdSfNbS+6nH3wk="),
        (&long, "pbkdf2_sha256$2$séa$/ChU+VixkYFvAwWORThDJwvMWP1/at1zLJukED3h2Os="),
        (
            PASSWORD,
            "argon2$argon2id$v=19$m=102400,t=2,p=8$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg\
             $ffi3k8Fa5DDsIknJPF90lsUcithbK0BVd+dp3622GeY",
        ),
        (
            PASSWORD,
            "argon2$argon2id$v=19$m=64,t=1,p=2$c29tZXNhbHQ\
             $4Ktt+QWjN3ofhJXFce7SzdvJzbaHiZCUbixWB3Ds31Q",
        ),
        (PASSWORD, "$argon2d$v=19$m=64,t=2,p=1$c29tZXNhbHQ$FORoo+KxgqQFDyC9Uax+MAvX8CMP2IGh"),
        (PASSWORD, "$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$G3UEqT4zSXVkcS230JXElF4CsXSePP8T"),
        (PASSWORD, "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$Dnt0ZZNupyqzIW6mkDZLA+qNHAo8+9rp"),
        (
            PASSWORD,
            "$argon2i$v=16$m=64,t=2,p=1$c29tZXNhbHQ$WSMZkkb0qrUOHaFY0+PqfXkIv7uNC9D3dgejvA4kZek",
        ),
    ];
    for (password, encoded) in table {
        assert_eq!(stored::verify(password.as_bytes(), encoded), Some(true), "{encoded}");
        let wrong = format!("{password}x");
        assert_eq!(stored::verify(wrong.as_bytes(), encoded), Some(false), "{encoded}");
    }
}

#[test]
fn what_is_no_hash_or_asks_for_too_much_is_not_computed() {
    let salt_and_hash = "c29tZXNhbHQ$4Ktt+QWjN3ofhJXFce7SzdvJzbaHiZCUbixWB3Ds31Q";
    let pbkdf2 = "ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M=";
    let argon2 = |parameters: &str| format!("argon2$argon2id$v=19${parameters}${salt_and_hash}");
    let table = [
        String::new(),
        "!".to_owned(),
        "!pbkdf2_sha256$1000$seasalt2$x".to_owned(),
        "$".repeat(10),
        "lètmein".to_owned(),
        "5f4dcc3b5aa765d61d8327deb882cf99".to_owned(),
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99".to_owned(),
        format!("pbkdf2_sha512$1000$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$0$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$-1$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$+1000$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$01000$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$1_000$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$1000$${pbkdf2}"),
        format!("pbkdf2_sha256$10000001$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$4000000000$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$99999999999999999999$seasalt2${pbkdf2}"),
        format!("pbkdf2_sha256$1000$seasalt2${}", "A".repeat(1000)),
        "pbkdf2_sha256$1000$seasalt2".to_owned(),
        "argon2".to_owned(),
        "argon2$".to_owned(),
        format!("$argon2id${salt_and_hash}"),
        argon2("m=1048577,t=1,p=1"),
        argon2("m=4294967295,t=1,p=1"),
        argon2("m=4294967296,t=1,p=1"),
        argon2("m=1048576,t=5,p=1"),
        argon2("m=8,t=4097,p=1"),
        argon2("m=8,t=4294967295,p=1"),
        argon2("m=64,t=1,p=16777215"),
        argon2("m=64,t=1,p=4294967295"),
        argon2("m=0,t=1,p=1"),
        argon2("m=64,t=0,p=1"),
        argon2("m=64,t=1,p=0"),
        argon2("t=1,m=64,p=1"),
        argon2(""),
        "$argon2id$v=19$m=64,t=1,p=1$c29t$".to_owned(),
    ];
    for encoded in table {
        assert_eq!(stored::verify(PASSWORD.as_bytes(), &encoded), None, "{encoded}");
    }
}

#[test]
fn a_hash_that_is_spelled_otherwise_does_not_match() {
    let table = [
        "pbkdf2_sha256$1000$seasalt2$",
        "pbkdf2_sha256$1000$seasalt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M",
        "pbkdf2_sha256$1000$seasalt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2N=",
        "pbkdf2_sha256$1000$seasalt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M=$",
        "pbkdf2_sha256$1000$sea$salt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M=",
    ];
    for encoded in table {
        assert_eq!(stored::verify(PASSWORD.as_bytes(), encoded), Some(false), "{encoded}");
    }
}

#[test]
fn a_password_matches_what_was_made_of_it() {
    block_on(async {
        let encoded = make_password(PASSWORD).await.unwrap();
        assert!(encoded.starts_with("argon2$argon2id$v=19$m=19456,t=2,p=1$"), "{encoded}");
        assert_eq!(encoded.len(), 111);
        assert_ne!(encoded, make_password(PASSWORD).await.unwrap());
        assert!(check_password(PASSWORD, &encoded).await.unwrap());
        assert!(!check_password("letmein", &encoded).await.unwrap());
        assert!(!check_password("", &encoded).await.unwrap());
        pretend_to_check_password(PASSWORD).await.unwrap();
    });
}

#[test]
fn an_unusable_password_matches_nothing() {
    let encoded = make_unusable_password().unwrap();
    assert_eq!((encoded.len(), &encoded[..1]), (41, "!"));
    assert_ne!(encoded, make_unusable_password().unwrap());
    assert!(!is_password_usable(&encoded));
    assert!(is_password_usable("") && is_password_usable("argon2$…"));
    for password in ["", "!", &encoded, &encoded[1..]] {
        assert!(!block_on(check_password(password, &encoded)).unwrap(), "{password}");
    }
}

#[test]
fn no_more_hashes_are_computed_at_once_than_there_are_places() {
    static TWO: LazyLock<Hashers> = LazyLock::new(|| Hashers::new(2));
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    block_on(async {
        let mut flood = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (running, most) = (running.clone(), most.clone());
            flood.spawn(TWO.run(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                pbkdf2::pbkdf2_sha256(b"password", b"salt", 2000);
                running.fetch_sub(1, Ordering::SeqCst);
            }));
        }
        while let Some(hashed) = flood.join_next().await {
            hashed.unwrap().unwrap();
        }
    });
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    assert_eq!(TWO.places.available_permits(), 2);
}

#[test]
fn a_hash_that_panics_or_is_not_waited_for_gives_its_place_back() {
    static ONE: LazyLock<Hashers> = LazyLock::new(|| Hashers::new(1));
    block_on(async {
        let broken = ONE.run::<()>(|| std::panic::resume_unwind(Box::new("broken"))).await;
        assert!(broken.unwrap_err().is_internal());
        let (start, started) = tokio::sync::oneshot::channel();
        let left = tokio::spawn(ONE.run(move || start.send(())));
        started.await.unwrap();
        left.abort();
        assert_eq!(ONE.run(|| 1).await.unwrap(), 1);
    });
}

proptest::proptest! {
    #[test]
    fn any_stored_text_is_answered(encoded in
        "(argon2)?\\$argon2(id|i|d|x)\\$(v=(19|16|1)\\$)?m=[0-9]{1,2},t=[0-9],p=[0-9]{1,2}\\$[A-Za-z0-9+/=$]{0,30}\
         |(pbkdf2_sha256\\$)[0-9]{0,3}\\$\\PC{0,40}|\\PC{0,60}") {
        let _any = stored::verify(b"password", &encoded);
    }
}
