//! The store in the memory of the process: exact, bounded, and without a wait.

mod log;
mod recency;
mod shard;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use self::shard::{CLIENT, Key, Shard};
use super::{Decision, Rate, ThrottleStore};
use crate::error::Result;

/// How many locks the clients are spread over.
const SHARDS: usize = 16;

/// The least that `max_hits` takes: one client, and then some.
const LEAST: usize = 64;

/// The store in the memory of this process, shared by its workers. The default.
///
/// Several processes count for themselves, and a restart forgets; a store such as `RedisStore` (feature
/// `redis`) counts for all of them.
///
/// # Memory
///
/// What it remembers has a bound, 4,000,000 hits unless [`max_hits`](Self::max_hits) says otherwise. A hit
/// is 8 bytes, and a client counts as 24 hits on top of those that its log has room for, however long its
/// key is; so the default is about 32 MB, for 140,000 clients of few hits each or one client with almost
/// 4,000,000.
///
/// When the bound is reached, the clients that have not asked for the longest time are forgotten first and
/// begin with a fresh budget. So whoever floods the server from very many addresses can win back a budget
/// that was used up, his own or another's, but not more than the bound of memory. A client that is refused
/// and goes on asking is not forgotten for that.
///
/// Expired logs go away as others ask: each hit drops a few. Memory that was once needed is kept for
/// later, up to the bound, until [`clear`](Self::clear).
pub struct MemoryStore {
    slots: [Slot; SHARDS],
    secrets: [RandomState; 2],
    start: Instant,
    cost: AtomicUsize,
    max_cost: usize,
}

/// A shard on cache lines of its own, so that workers do not disturb each other.
#[repr(align(128))]
struct Slot {
    shard: Mutex<Shard>,
    /// When the shard's oldest client asked; greatest if there is none.
    oldest: AtomicU64,
}

impl MemoryStore {
    /// An empty store with a bound of 4,000,000 hits.
    pub fn new() -> Self {
        let slots = std::array::from_fn(|_| Slot {
            shard: Mutex::default(),
            oldest: AtomicU64::new(u64::MAX),
        });
        let secrets = [RandomState::new(), RandomState::new()];
        let cost = AtomicUsize::new(0);
        Self { slots, secrets, start: Instant::now(), cost, max_cost: 4_000_000 }
    }

    /// How much is remembered, in hits of 8 bytes; see [Memory](Self#memory) for what counts. At least 64.
    ///
    /// A rate that allows more requests than the bound has room for, 24 less than `hits`, is held at that
    /// many.
    #[must_use]
    pub fn max_hits(mut self, hits: usize) -> Self {
        self.max_cost = hits.max(LEAST);
        self
    }

    /// Decides on a request at `now` and records it if it passes (I3); `hit` is this at the present time.
    ///
    /// Time does not go back: a `now` that is before another client's counts as late as that may be, and
    /// one before the store was made as that moment.
    pub fn hit_at(&self, key: &str, rate: Rate, now: Instant) -> Decision {
        let key = Key([self.secrets[0].hash_one(key), self.secrets[1].hash_one(key)]);
        let now = now.saturating_duration_since(self.start).as_nanos() as u64;
        let room = u32::try_from(self.max_cost - CLIENT).unwrap_or(u32::MAX);
        let limit = rate.requests().min(room);
        let slot = &self.slots[key.0[0] as usize % SHARDS];
        let decision = self.with(slot, |shard| shard.hit(key, rate, limit, now));
        self.hold_bound();
        decision
    }

    /// Forgets everybody, and gives the memory back.
    pub fn clear(&self) {
        for slot in &self.slots {
            self.with(slot, |shard| *shard = Shard::default());
        }
    }

    /// How many clients are remembered at the moment, for a metric.
    pub fn clients(&self) -> usize {
        self.slots.iter().map(|slot| self.with(slot, |shard| shard.len())).sum()
    }

    /// One short look at a shard under its lock; what it costs then is known to all.
    fn with<R>(&self, slot: &Slot, look: impl FnOnce(&mut Shard) -> R) -> R {
        let mut shard = slot.shard.lock().unwrap_or_else(PoisonError::into_inner);
        let before = shard.cost();
        let answer = look(&mut shard);
        let change = shard.cost().wrapping_sub(before);
        if change != 0 {
            self.cost.fetch_add(change, Ordering::Relaxed);
        }
        slot.oldest.store(shard.oldest().unwrap_or(u64::MAX), Ordering::Relaxed);
        answer
    }

    /// Forgets the oldest clients until the bound holds, one at a time, so that no lock is held for long.
    fn hold_bound(&self) {
        while self.cost.load(Ordering::Relaxed) > self.max_cost {
            let oldest = self.slots.iter().min_by_key(|slot| slot.oldest.load(Ordering::Relaxed));
            if let Some(slot) = oldest {
                self.with(slot, Shard::forget_oldest);
            }
        }
    }
}

impl ThrottleStore for MemoryStore {
    async fn hit(&self, key: &str, rate: Rate) -> Result<Decision> {
        Ok(self.hit_at(key, rate, Instant::now()))
    }

    fn hit_now(&self, key: &str, rate: Rate) -> Option<Decision> {
        Some(self.hit_at(key, rate, Instant::now()))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let max_hits = self.max_cost;
        f.debug_struct("MemoryStore").field("max_hits", &max_hits).finish_non_exhaustive()
    }
}
