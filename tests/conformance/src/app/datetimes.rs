//! Points in time as DRF writes them: UTC with a `Z`, and six digits of a second or none.

use chrono::{SecondsFormat, SubsecRound as _};
use serde::Serializer;
use viewset_actix::prelude::{DateTime, Utc};

/// Now, to the microsecond, which is what is shown.
pub(super) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

pub(super) fn datetime<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    let digits = match at.timestamp_subsec_micros() {
        0 => SecondsFormat::Secs,
        _ => SecondsFormat::Micros,
    };
    to.serialize_str(&at.to_rfc3339_opts(digits, true))
}

pub(super) fn optional<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => datetime(at, to),
        None => to.serialize_none(),
    }
}
