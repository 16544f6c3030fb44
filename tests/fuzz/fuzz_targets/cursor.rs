//! Cursors of both kinds, as tokens and as what a token of DRF's wraps.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|token: String| {
    let wrapped = viewset_fuzz::base64(token.as_bytes());
    for route in ["cursors/", "keysets/"] {
        for token in [&token, &wrapped] {
            let status = viewset_fuzz::get(route, &format!("cursor={token}"));
            assert!(matches!(status, 200 | 404), "{status}: {route} {token:?}");
        }
    }
});
