//! What happens on the connections of diesel's, as they tell it.

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};

use super::in_flight::InFlight;

/// Listens to what a connection of diesel's does, and hands everything on to the process's own instrumentation.
pub(super) struct Watch {
    next: Option<Box<dyn Instrumentation>>,
    of: InFlight,
}

impl Watch {
    /// With the connection's own number of statements that are kept.
    pub(super) fn kept(of: &InFlight) -> Self {
        Self { next: get_default_instrumentation(), of: of.clone() }
    }

    /// The same for a connection that has an instrumentation of its own.
    pub(super) fn before(next: impl Instrumentation, of: &InFlight) -> Self {
        Self { next: Some(Box::new(next)), of: of.clone() }
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        // What nobody has asked for.
        if self.of.is_quiet() {
            return;
        }
        match &event {
            InstrumentationEvent::FinishQuery { error: Some(error), .. } => {
                self.of.note(Some(error));
                self.of.note_failure();
            }
            InstrumentationEvent::CacheQuery { .. } => self.of.keep_statement(),
            _ => {}
        }
        if let Some(next) = &mut self.next {
            next.on_connection_event(event);
        }
    }
}
