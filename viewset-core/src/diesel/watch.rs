//! What happens on the connections of diesel's and diesel-async's, as they tell it.

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use diesel::result::Error;

use super::in_flight::InFlight;

/// Listens to what a connection of diesel's does, and hands everything on to the process's own instrumentation.
pub(super) struct Watch {
    next: Option<Box<dyn Instrumentation>>,
    of: InFlight,
    /// Whether a statement runs from its first to its last event; else its begin is told otherwise.
    counts_running: bool,
}

impl Watch {
    /// For a connection whose driver runs its statements where the caller is.
    #[cfg(feature = "mysql")]
    pub(super) fn statements(of: &InFlight) -> Self {
        Self { counts_running: true, ..Self::kept(of) }
    }

    /// For a connection whose running statements are counted elsewhere.
    pub(super) fn kept(of: &InFlight) -> Self {
        let next = get_default_instrumentation();
        Self { next, of: of.clone(), counts_running: false }
    }

    fn finished(&self, error: Option<&Error>) {
        match self.counts_running {
            true => self.of.finish(error),
            false => self.of.note(error),
        }
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match &event {
            InstrumentationEvent::StartQuery { .. } if self.counts_running => self.of.start(),
            InstrumentationEvent::FinishQuery { error, .. } => self.finished(*error),
            InstrumentationEvent::CacheQuery { .. } => self.of.keep_statement(),
            _ => {}
        }
        if let Some(next) = &mut self.next {
            next.on_connection_event(event);
        }
    }
}
