//! Bodies of forms: url-encoded, and multipart with a boundary that the fuzzer can write.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for content_type in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=b",
        "application/json",
    ] {
        let status = viewset_fuzz::post(content_type, body);
        assert!(matches!(status, 201 | 400 | 413), "{status}: {content_type} {body:?}");
    }
});
