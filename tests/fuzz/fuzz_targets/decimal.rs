//! Texts for numbers: none panics, and what is accepted is itself again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use viewset_core::serializers::Decimal;
use viewset_fuzz::read;

fuzz_target!(|text: String| {
    read::<Decimal<6, 2>>(&text);
    read::<Decimal<38, 0>>(&text);
    read::<Decimal<38, 38>>(&text);
    read::<f64>(&text);
    read::<i32>(&text);
    read::<i64>(&text);
});
