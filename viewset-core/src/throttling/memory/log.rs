//! The times at which one client asked: DRF's sliding log (I3).

use std::collections::VecDeque;
use std::time::Duration;

use crate::throttling::Decision;

/// Times in nanoseconds since the store began, the oldest first, 8 bytes each.
#[derive(Default)]
pub(super) struct Log(VecDeque<u64>);

impl Log {
    /// The places that a log begins with.
    const SMALLEST: usize = 4;

    /// Decides on a request at `now`, which is not before any recorded one, and records it if it passes.
    pub(super) fn hit(&mut self, limit: u32, period: u64, now: u64) -> Decision {
        self.drop_expired(period, now);
        let recorded = self.0.len();
        if recorded >= limit as usize {
            let remaining = self.0.front().map_or(period, |oldest| period - (now - oldest));
            let remaining = Duration::from_nanos(remaining);
            return Decision::throttled(limit.into(), recorded as u64, remaining);
        }
        self.make_place(limit as usize);
        self.0.push_back(now);
        Decision::Allowed
    }

    /// Forgets all once the last recorded hit is as old as the period of its rate: DRF's cache keeps a log
    /// for so long, also if the next hit comes under a rate of a longer period.
    pub(super) fn forget_if_over(&mut self, period: u64, now: u64) {
        if self.0.back().is_some_and(|last| now - last >= period) {
            self.0.clear();
            self.shrink();
        }
    }

    /// How many times it has memory for.
    pub(super) fn places(&self) -> usize {
        self.0.capacity()
    }

    /// The log is in order, so the expired are found by halving and leave without being touched; a long
    /// log makes nobody wait.
    fn drop_expired(&mut self, period: u64, now: u64) {
        if self.0.front().is_none_or(|oldest| now - oldest < period) {
            return;
        }
        let expired = self.0.partition_point(|time| now - time >= period);
        self.0.drain(..expired);
        self.shrink();
    }

    fn shrink(&mut self) {
        if self.0.len() * 4 <= self.places() {
            self.0.shrink_to((self.0.len() * 2).max(Self::SMALLEST));
        }
    }

    /// A full log doubles, but never beyond what the rate lets it record.
    fn make_place(&mut self, limit: usize) {
        let recorded = self.0.len();
        if recorded == self.places() {
            let places = (recorded * 2).max(Self::SMALLEST).min(limit);
            self.0.reserve_exact(places - recorded);
        }
    }
}
