//! What the macros write compiles wherever a user may put it, and what they annotate is served: each
//! test calls its actions over HTTP, so that an attribute that was skipped in silence is noticed.

mod hostile;
mod places;
mod renamed;
mod shapes;
mod support;
