//! Texts for dates and times: none panics, and what is accepted is itself again.
#![no_main]

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use libfuzzer_sys::fuzz_target;
use viewset_core::serializers::fields::Duration;
use viewset_fuzz::read;

fuzz_target!(|text: String| {
    read::<NaiveDateTime>(&text);
    read::<DateTime<Utc>>(&text);
    read::<NaiveDate>(&text);
    read::<NaiveTime>(&text);
    read::<Duration>(&text);
});
