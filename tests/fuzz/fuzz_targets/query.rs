//! Query strings: pages, searches, filters and orders. Whatever is asked is answered, or refused by name.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: String| {
    let status = viewset_fuzz::get("things/", &query);
    assert!(matches!(status, 200 | 400 | 404), "{status}: {query:?}");
});
