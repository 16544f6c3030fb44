//! How much of a replay matched.

use std::fmt;

/// Exchanges and scenarios, and how many of them matched.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    exchanges_matched: usize,
    exchanges: usize,
    scenarios_matched: usize,
    scenarios: usize,
}

/// The counts of every group, in the order in which they were replayed.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    groups: Vec<(String, Count)>,
}

impl Tally {
    pub(super) fn count(&mut self, group: &str, exchanges: usize, failed: usize) {
        if self.groups.last().is_none_or(|(last, _)| last != group) {
            self.groups.push((group.to_owned(), Count::default()));
        }
        if let Some((_, count)) = self.groups.last_mut() {
            count.exchanges_matched += exchanges - failed;
            count.exchanges += exchanges;
            count.scenarios_matched += usize::from(failed == 0);
            count.scenarios += 1;
        }
    }
}

/// A line for every group, and last the line of the whole:
/// `conformance: N of M exchanges match, S of T scenarios`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut total = Count::default();
        for (group, count) in &self.groups {
            writeln!(f, "{group}: {count}")?;
            total.exchanges_matched += count.exchanges_matched;
            total.exchanges += count.exchanges;
            total.scenarios_matched += count.scenarios_matched;
            total.scenarios += count.scenarios;
        }
        write!(f, "conformance: {total}")
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exchanges_matched, exchanges, scenarios_matched, scenarios } = self;
        write!(f, "{exchanges_matched} of {exchanges} exchanges match, ")?;
        write!(f, "{scenarios_matched} of {scenarios} scenarios")
    }
}
