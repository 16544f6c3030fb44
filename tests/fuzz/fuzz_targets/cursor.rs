//! Cursors of both kinds, as tokens and as what a token of DRF's wraps.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|token: String| {
    let wrapped = viewset_fuzz::base64(token.as_bytes());
    for route in ["cursors/", "keysets/"] {
        // With an `&` in it, it would be other parameters, too, which are the business of `query`.
        for token in [&token, &wrapped].into_iter().filter(|token| !token.contains('&')) {
            let status = viewset_fuzz::get(route, &format!("cursor={token}"));
            assert!(matches!(status, 200 | 404), "{status}: {route} {token:?}");
        }
    }
});
