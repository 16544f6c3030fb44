//! The reference application of the conformance suite, and the replay of what the reference answered.
//!
//! [`app`] is the application as a user of viewset would write it; [`replay`] sends recorded requests to
//! any server and compares. `main.rs` serves the application, `tests/replay.rs` replays against it.

pub mod app;
pub mod replay;
pub mod temporary;
