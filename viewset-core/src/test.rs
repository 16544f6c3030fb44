//! Helpers for the tests of an API (DRF's `rest_framework.test`, and Django's `assertNumQueries`).

use std::sync::{Mutex, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static INSTALLED: Once = Once::new();

/// The statements that the databases of this process run. It has to be started before they are opened.
///
/// ```
/// use viewset_core::test::QueryLog;
///
/// let log = QueryLog::start();
/// // … Db::connect, requests …
/// assert_eq!(log.about("users").len(), 0);
/// ```
#[derive(Debug)]
pub struct QueryLog {
    start: usize,
}

impl QueryLog {
    /// From now on.
    #[must_use]
    pub fn start() -> Self {
        INSTALLED.call_once(|| {
            // Only a test that has gone wrong can have poisoned it; then nothing is recorded.
            let _ = set_default_instrumentation(|| Some(Box::new(Recorder)));
        });
        Self { start: statements().len() }
    }

    /// The statements since the start that name a table, in their order.
    #[must_use]
    pub fn about(&self, table: &str) -> Vec<String> {
        let statements = statements();
        let since = statements.iter().skip(self.start);
        since.filter(|sql| sql.contains(table)).cloned().collect()
    }
}

fn statements() -> std::sync::MutexGuard<'static, Vec<String>> {
    STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            statements().push(query.to_string());
        }
    }
}
